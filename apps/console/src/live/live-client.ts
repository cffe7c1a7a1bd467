import { type LiveErrorCode, type LiveTopic, type LiveTopics, liveTopics } from "@pista/contracts";
import type { Cancel, Clock, EpochMs } from "@pista/kernel";
import { createListeners, type Listeners } from "../listeners.ts";
import {
  type LiveConnection,
  type LiveSocket,
  type OpenLiveSocket,
  reconnectDelayMs,
} from "./connection.ts";
import { type HeardOfTopic, parseLiveEvent } from "./live-event.ts";
import { patienceMs, type SilenceWatch, watchSilence } from "./silence-watch.ts";

type Entry = LiveTopics[LiveTopic];

/** What is known of one topic. Entries stay while the stream is down: the page says how old. */
export type LiveView<Topic extends LiveTopic = LiveTopic> =
  | { readonly state: "waiting" }
  | {
      readonly state: "known";
      readonly entries: ReadonlyMap<string, LiveTopics[Topic]>;
      /** The ids of the newest message, empty after a snapshot. */
      readonly changed: readonly string[];
      readonly heardAtMs: EpochMs;
    }
  /** [LV5] More bays than one may watch at once: a smaller box has to be asked for. */
  | { readonly state: "too-many" }
  | { readonly state: "refused"; readonly code: LiveErrorCode };

/** West, south, east, north; degrees. */
export type LiveBox = readonly [number, number, number, number];

export type LiveClient = {
  /** Holds a subscription until the returned function is called; many holders share one. */
  readonly hold: (topic: LiveTopic) => () => void;
  /** The same object until it changes. */
  readonly view: <Topic extends LiveTopic>(topic: Topic) => LiveView<Topic>;
  /** Which bays are watched from now on; undefined is the whole city. */
  readonly watchBox: (box: LiveBox | undefined) => void;
  readonly subscribeView: (topic: LiveTopic, listener: () => void) => () => void;
  readonly connection: () => LiveConnection;
  readonly subscribeConnection: (listener: () => void) => () => void;
  /** Opens the socket afresh: whoever signs in or out is somebody else to the hub. */
  readonly restart: () => void;
  /** The browser says whether there is a network at all. */
  readonly networkChanged: (isOnline: boolean) => void;
};

export type LiveClientParts = {
  readonly openSocket: OpenLiveSocket;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
};

type Subscription = {
  holders: number;
  /** Undefined while there is no connection, or nobody holds it. */
  id: number | undefined;
  seq: number;
  view: LiveView;
  readonly listeners: Listeners;
};

type HeldSocket = { readonly socket: LiveSocket; readonly silence: SilenceWatch; open: boolean };

const waiting: LiveView = { state: "waiting" };

/** One WebSocket for the whole page, with a subscription for every topic that somebody looks at. */
export function createLiveClient(parts: LiveClientParts): LiveClient {
  return new SocketClient(parts).asClient();
}

class SocketClient {
  readonly #parts: LiveClientParts;
  readonly #topics = new Map<LiveTopic, Subscription>(
    liveTopics.map((topic) => [
      topic,
      { holders: 0, id: undefined, seq: 0, view: waiting, listeners: createListeners() },
    ]),
  );
  readonly #connectionListeners = createListeners();
  #connection: LiveConnection = { state: "connecting" };
  #socket: HeldSocket | undefined;
  /** When the hub last said anything; until it does, when it was first asked. */
  #heardAtMs: EpochMs | undefined;
  #retry: Cancel | undefined;
  #attempt = 0;
  #nextId = 1;
  #isOnline = true;
  #box: LiveBox | undefined;

  constructor(parts: LiveClientParts) {
    this.#parts = parts;
  }

  asClient(): LiveClient {
    return {
      hold: (topic) => this.#hold(topic),
      // Entries of a topic are only ever stored under that topic.
      view: <Topic extends LiveTopic>(topic: Topic) => this.#of(topic).view as LiveView<Topic>,
      watchBox: (box) => this.#watchBox(box),
      subscribeView: (topic, listener) => this.#of(topic).listeners.subscribe(listener),
      connection: () => this.#connection,
      subscribeConnection: this.#connectionListeners.subscribe,
      restart: () => this.#restart(),
      networkChanged: (isOnline) => this.#networkChanged(isOnline),
    };
  }

  #of(topic: LiveTopic): Subscription {
    const subscription = this.#topics.get(topic);
    if (!subscription) throw new RangeError(`There is no live topic ${topic}.`);
    return subscription;
  }

  #hold(topic: LiveTopic): () => void {
    const subscription = this.#of(topic);
    subscription.holders += 1;
    if (subscription.holders === 1) this.#subscribe(topic, subscription);
    if (!this.#socket && !this.#retry) this.#open();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      subscription.holders -= 1;
      if (subscription.holders === 0) this.#unsubscribe(subscription);
    };
  }

  #open(): void {
    if (!this.#isOnline) return;
    const { clock } = this.#parts;
    this.#heardAtMs ??= clock.nowMs();
    const held: HeldSocket = {
      open: false,
      silence: watchSilence({
        clock,
        // A line that does not even open is tried anew all the sooner.
        patienceMs: () => patienceMs(held.open ? this.#attempt : 0),
        ask: () => {
          if (held.open) this.#send({ op: "ping" });
        },
        lost: () => this.#abandon(held),
      }),
      socket: this.#parts.openSocket({
        opened: () => {
          if (this.#socket !== held) return;
          held.open = true;
          held.silence.heard();
          for (const [topic, subscription] of this.#topics) {
            if (subscription.holders > 0) this.#subscribe(topic, subscription);
          }
        },
        received: (text) => {
          if (this.#socket === held) this.#received(text);
        },
        closed: () => {
          if (this.#socket === held) this.#closed();
        },
      }),
    };
    this.#socket = held;
  }

  /** The other side's agreement is not waited for: on a dead line it never comes. */
  #abandon({ socket }: HeldSocket): void {
    this.#closed();
    socket.close();
  }

  /** [BS2] What is shown is as old as the last word of the hub, however often it was tried since. */
  #staleSinceMs(): EpochMs {
    const known = this.#connection;
    return "sinceMs" in known ? known.sinceMs : (this.#heardAtMs ?? this.#parts.clock.nowMs());
  }

  #letGo(): void {
    this.#socket?.silence.stop();
    this.#socket = undefined;
    for (const subscription of this.#topics.values()) subscription.id = undefined;
  }

  #closed(): void {
    this.#letGo();
    this.#attempt += 1;
    const { clock, chance } = this.#parts;
    const sinceMs = this.#staleSinceMs();
    if (!this.#isOnline) {
      this.#setConnection({ state: "offline", sinceMs });
      return;
    }
    this.#setConnection({ state: "reconnecting", sinceMs, attempt: this.#attempt });
    this.#retry = clock.after(reconnectDelayMs(this.#attempt, chance()), () => {
      this.#retry = undefined;
      this.#open();
    });
  }

  #restart(): void {
    this.#retry?.();
    this.#retry = undefined;
    const { socket } = this.#socket ?? {};
    this.#letGo();
    for (const subscription of this.#topics.values()) this.#show(subscription, waiting);
    socket?.close();
    this.#open();
  }

  #networkChanged(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    if (isOnline) {
      // The network is back: no reason to wait for the next attempt.
      this.#retry?.();
      this.#retry = undefined;
      if (!this.#socket) this.#open();
      return;
    }
    if (this.#socket) this.#abandon(this.#socket);
    else this.#setConnection({ state: "offline", sinceMs: this.#staleSinceMs() });
    this.#retry?.();
    this.#retry = undefined;
  }

  /** Every subscribing takes a new id, so that what is still under way for the old one is known. */
  #subscribe(topic: LiveTopic, subscription: Subscription): void {
    if (!this.#socket?.open) return;
    subscription.id = this.#nextId++;
    subscription.seq = 0;
    const bbox = topic === "bays" ? this.#box : undefined;
    this.#send({ op: "subscribe", id: subscription.id, topic, bbox });
  }

  /** What is known stays until the snapshot of the new box takes its place. */
  #watchBox(box: LiveBox | undefined): void {
    if (box?.join() === this.#box?.join()) return;
    this.#box = box;
    const bays = this.#of("bays");
    if (bays.holders === 0) return;
    this.#leave(bays);
    this.#subscribe("bays", bays);
  }

  #unsubscribe(subscription: Subscription): void {
    this.#leave(subscription);
    this.#show(subscription, waiting);
  }

  #leave(subscription: Subscription): void {
    if (subscription.id !== undefined && this.#socket?.open) {
      this.#send({ op: "unsubscribe", id: subscription.id });
    }
    subscription.id = undefined;
  }

  #send(request: object): void {
    this.#socket?.socket.send(JSON.stringify(request));
  }

  #received(text: string): void {
    this.#heardAtMs = this.#parts.clock.nowMs();
    this.#socket?.silence.heard();
    const event = parseLiveEvent(text);
    // What cannot be read may have been a change: only a fresh start is certain to be right.
    if (!event) {
      this.#socket?.socket.close();
      return;
    }
    if (event.kind === "pong") return;
    const found = [...this.#topics].find(([, { id }]) => id !== undefined && id === event.id);
    if (!found) return;
    const [topic, subscription] = found;
    this.#heard(topic, subscription, event);
    if (event.kind !== "error" && this.#connection.state !== "live") {
      this.#attempt = 0;
      this.#setConnection({ state: "live" });
    }
  }

  #heard(topic: LiveTopic, subscription: Subscription, event: HeardOfTopic): void {
    const heardAtMs = this.#parts.clock.nowMs();
    switch (event.kind) {
      case "error":
        subscription.id = undefined;
        this.#show(
          subscription,
          event.code === "too-many-bays"
            ? { state: "too-many" }
            : { state: "refused", code: event.code },
        );
        return;
      case "snapshot": {
        subscription.seq = 0;
        const entries = new Map<string, Entry>(event.entries.map((entry) => [entry.id, entry]));
        this.#show(subscription, { state: "known", entries, changed: [], heardAtMs });
        return;
      }
      case "changes": {
        const { view } = subscription;
        if (view.state !== "known" || event.seq !== subscription.seq + 1) {
          // A gap: something was missed, so all of it is asked for again.
          this.#send({ op: "unsubscribe", id: event.id });
          this.#subscribe(topic, subscription);
          return;
        }
        subscription.seq = event.seq;
        const entries = new Map<string, Entry>(view.entries);
        for (const entry of event.entries) entries.set(entry.id, entry);
        const changed = event.entries.map(({ id }) => id);
        this.#show(subscription, { state: "known", entries, changed, heardAtMs });
        return;
      }
    }
  }

  #show(subscription: Subscription, view: LiveView): void {
    if (subscription.view === view) return;
    subscription.view = view;
    subscription.listeners.notify();
  }

  #setConnection(connection: LiveConnection): void {
    this.#connection = connection;
    this.#connectionListeners.notify();
  }
}
