import type { IncomingMessage } from "node:http";
import {
  type LiveErrorCode,
  type LivePong,
  LiveRequest,
  type LiveTopic,
  subscriptionsMax,
} from "@pista/contracts";
import {
  type BoundingBox,
  type Cancel,
  type Clock,
  createPurse,
  type Purse,
  type PurseLimits,
} from "@pista/kernel";
import { Compile } from "typebox/compile";
import type { WebSocket } from "ws";
import type { LiveFeed } from "./live-feed.ts";

/** Who is at the other end, as far as the topics are concerned. */
export interface LiveWatcher {
  /** Why not, in words, or undefined when he may. */
  refusal(topic: LiveTopic): string | undefined;
}

/** What a connection needs of the hub. */
export interface ConnectionPort {
  readonly feeds: Readonly<Record<LiveTopic, LiveFeed>>;
  identify(request: IncomingMessage): Promise<LiveWatcher>;
  readonly clock: Clock;
}

/** A watcher who has this much unread is dropped; he subscribes again when he is back. */
const bufferedBytesMax = 4 * 1_024 * 1_024;
/**
 * [LV7] What a watcher may ask for, by messages and by the length of snapshots: a person who drags a
 * map over the whole city stays below. A snapshot of 20,000 bays takes the hub some 30 ms, in which it
 * hears no report.
 */
const liveLimits: PurseLimits = {
  messages: { burst: 100, perSecond: 20 },
  bytes: { burst: 16_000_000, perSecond: 2_000_000 },
};
/** [DC3] How often a connection is asked again who it is, and [LV8] whether it is still there. */
const askAgainMs = 15_000;
/** [LV8] Counted in pings, not in time: a hub that was frozen itself blames nobody for it. */
const unansweredPingsMax = 3;

const pong = JSON.stringify({ op: "pong" } satisfies LivePong);

const liveRequest = Compile(LiveRequest);

type Held = { topic: LiveTopic; cancel: Cancel };

/** One watcher's WebSocket and what it has subscribed to. */
export class LiveConnection {
  readonly #webSocket: WebSocket;
  readonly #request: IncomingMessage;
  readonly #port: ConnectionPort;
  readonly #subscriptions = new Map<number, Held>();
  /** What it asked and was not answered yet: it is not known who asks, or too much was asked. */
  #waiting: string[] = [];
  readonly #purse: Purse;
  #isResting = false;
  #watcher: LiveWatcher | undefined;
  #unansweredPings = 0;
  #cancelAgain: Cancel = () => {};
  #cancelRest: Cancel = () => {};

  constructor(webSocket: WebSocket, request: IncomingMessage, port: ConnectionPort) {
    this.#webSocket = webSocket;
    this.#request = request;
    this.#port = port;
    this.#purse = createPurse(liveLimits, port.clock);
    webSocket.on("message", (data) => this.#hear(data.toString()));
    webSocket.on("pong", () => {
      this.#unansweredPings = 0;
    });
    // An error of the socket is followed by its close, which ends everything here.
    webSocket.on("error", () => webSocket.terminate());
    webSocket.on("close", () => {
      this.#cancelAgain();
      this.#cancelRest();
      for (const id of [...this.#subscriptions.keys()]) this.#end(id);
    });
    void this.#identify();
  }

  async #identify(): Promise<void> {
    try {
      this.#watcher = await this.#port.identify(this.#request);
    } catch {
      // Whoever cannot be told apart is shown nothing; the page connects again by itself.
      this.#webSocket.close(1011, "who you are cannot be told now");
      return;
    }
    // Whoever has left meanwhile has let go of everything already, and for good.
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    for (const [id, { topic }] of this.#subscriptions) {
      const refusal = this.#watcher.refusal(topic);
      if (!refusal) continue;
      this.#end(id);
      this.#sendError(id, "not-permitted", refusal);
    }
    this.#answerWaiting();
    this.#cancelAgain = this.#port.clock.after(askAgainMs, () => {
      this.#pingOrDrop();
      void this.#identify();
    });
  }

  /** [LV8] A peer that vanished without a word would stay until there is too much unread (LV6). */
  #pingOrDrop(): void {
    // Who asked too much is not read for a while, and cannot be heard either.
    if (this.#isResting) return;
    if (this.#unansweredPings >= unansweredPingsMax) {
      this.#webSocket.terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#webSocket.ping();
  }

  #hear(text: string): void {
    this.#unansweredPings = 0;
    if (!this.#watcher && this.#waiting.length >= subscriptionsMax) {
      this.#sendError(null, "too-many-subscriptions", `At most ${subscriptionsMax} at once.`);
      return;
    }
    this.#waiting.push(text);
    this.#answerWaiting();
  }

  /** [LV7] In order; who asks too much is not read until what it cost is paid. */
  #answerWaiting(): void {
    for (let watcher = this.#watcher; watcher && !this.#isResting; watcher = this.#watcher) {
      const text = this.#waiting.shift();
      if (text === undefined) return;
      this.#purse.spend({ messages: 1 });
      this.#answer(text, watcher);
      const debtMs = this.#purse.debtMs();
      if (debtMs > 0) this.#rest(debtMs);
    }
  }

  #rest(forMs: number): void {
    this.#isResting = true;
    this.#webSocket.pause();
    this.#cancelRest = this.#port.clock.after(forMs, () => {
      this.#isResting = false;
      this.#webSocket.resume();
      this.#answerWaiting();
    });
  }

  #answer(text: string, watcher: LiveWatcher): void {
    const message = parseRequest(text);
    if (!message) this.#sendError(null, "malformed-request", "This is no request of /live.");
    else if (message.op === "ping") this.#send(pong);
    else if (message.op === "unsubscribe") this.#end(message.id);
    else this.#subscribe(message, watcher);
  }

  #subscribe(message: LiveRequest & { op: "subscribe" }, watcher: LiveWatcher): void {
    const { id, topic, maxHz } = message;
    const refusal = watcher.refusal(topic);
    if (this.#subscriptions.has(id)) {
      this.#sendError(id, "id-taken", "This id is in use on this connection.");
    } else if (this.#subscriptions.size >= subscriptionsMax) {
      this.#sendError(id, "too-many-subscriptions", `At most ${subscriptionsMax} at once.`);
    } else if (refusal) {
      this.#sendError(id, "not-permitted", refusal);
    } else {
      let sequence = 0;
      const watched = this.#port.feeds[topic].watch({
        box: message.bbox && boxOf(message.bbox),
        maxHz,
        snapshot: (json) => {
          this.#purse.spend({ bytes: json.length });
          this.#send(`{"id":${id},"seq":0,"snapshot":${json}}`);
        },
        changes: (json) => this.#send(`{"id":${id},"seq":${++sequence},"changes":${json}}`),
        // [LV2] A number is left out, upon which he subscribes again.
        gap: () => {
          sequence += 2;
          this.#send(`{"id":${id},"seq":${sequence},"changes":[]}`);
        },
      });
      if (watched.ok) this.#subscriptions.set(id, { topic, cancel: watched.value });
      else this.#sendError(id, watched.fault.kind, watched.fault.detail);
    }
  }

  #end(id: number): void {
    this.#subscriptions.get(id)?.cancel();
    this.#subscriptions.delete(id);
  }

  #sendError(id: number | null, code: LiveErrorCode, detail: string): void {
    this.#send(JSON.stringify({ id, error: { code, detail } }));
  }

  #send(message: string): void {
    const webSocket = this.#webSocket;
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > bufferedBytesMax) webSocket.terminate();
    else webSocket.send(message);
  }
}

function parseRequest(text: string): LiveRequest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return liveRequest.Check(value) ? value : undefined;
  } catch {
    return undefined; // The caller answers "malformed-request".
  }
}

const boxOf = ([westDeg, southDeg, eastDeg, northDeg]: [
  number,
  number,
  number,
  number,
]): BoundingBox => ({ westDeg, southDeg, eastDeg, northDeg });
