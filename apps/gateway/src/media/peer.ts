import { type DataChannel, PeerConnection } from "node-datachannel";
import { createFrameBudget } from "./frame-budget.ts";
import {
  type DropCause,
  frameBytesMax,
  type Lane,
  type LaneLabels,
  type Payload,
} from "./messages.ts";

/** Host candidates are gathered in milliseconds; a machine with a dead interface may hang. */
const gatheringMsMax = 2_000;
/** A browser that has its answer connects within a second or two, or its network forbids it. */
const openingMsMax = 15_000;
/** What may wait on the reliable lane for a browser that no longer acknowledges. */
const waitingBytesMax = 65_536;

export type PeerEvents = {
  readonly answered: (sdp: string) => void;
  readonly answerFailed: (cause: string) => void;
  readonly opened: (dtlsFingerprint: string) => void;
  readonly closed: (cause: string) => void;
  readonly frame: (lane: Lane, payload: Payload) => void;
  readonly dropped: (lane: Lane, cause: DropCause) => void;
};

export type PeerOptions = {
  readonly name: string;
  readonly sdp: string;
  readonly labels: LaneLabels;
  readonly bindAddress: string | undefined;
  readonly events: PeerEvents;
};

/** One browser: answers its offer and carries its lanes. */
export class Peer {
  readonly #connection: PeerConnection;
  readonly #events: PeerEvents;
  readonly #labels: LaneLabels;
  readonly #lanes = new Map<Lane, DataChannel>();
  readonly #budget = createFrameBudget(performance.now());
  readonly #timers: NodeJS.Timeout[] = [];
  #answered = false;
  #opened = false;
  #ended = false;

  constructor({ name, sdp, labels, bindAddress, events }: PeerOptions) {
    this.#events = events;
    this.#labels = labels;
    // No servers: the browser comes to the gateway's own addresses, or by the hub's relay.
    this.#connection = new PeerConnection(name, {
      iceServers: [],
      ...(bindAddress === undefined ? {} : { bindAddress }),
    });
    this.#listen();
    this.#timers.push(setTimeout(() => this.#answer(), gatheringMsMax));
    this.#timers.push(setTimeout(() => this.#giveUpOpening(), openingMsMax));
    try {
      this.#connection.setRemoteDescription(sdp, "offer");
    } catch (cause) {
      this.#failAnswer(cause instanceof Error ? cause.message : "the offer is not understood");
    }
  }

  send(lane: Lane, payload: Payload): void {
    const channel = this.#lanes.get(lane);
    if (!channel?.isOpen() || this.#ended) return;
    // [LG5] On the lossy lane nothing waits: what the network cannot take now is old by then.
    const waitingMax = lane === "sticks" ? 0 : waitingBytesMax;
    if (channel.bufferedAmount() > waitingMax) {
      this.#events.dropped(lane, "peer-slow");
      return;
    }
    try {
      if (typeof payload === "string") channel.sendMessage(payload);
      else channel.sendMessageBinary(payload);
    } catch (cause) {
      // The channel closed between the question and the sending: its own event follows.
      this.#end(cause instanceof Error ? cause.message : "the lane closed");
    }
  }

  /** Closing it ourselves tells nobody: whoever asked knows. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#lanes.clear();
    this.#connection.close();
  }

  #listen(): void {
    const connection = this.#connection;
    connection.onGatheringStateChange((state) => {
      if (state === "complete") this.#answer();
    });
    connection.onStateChange((state) => {
      // "disconnected" may mend itself; until it does the guard sees commands grow old (LG1).
      if (state === "failed" || state === "closed") this.#end(`connection ${state}`);
      else this.#openIfReady();
    });
    connection.onDataChannel((channel) => this.#addLane(channel));
  }

  #addLane(channel: DataChannel): void {
    const label = channel.getLabel();
    const lane = lanes.find((name) => this.#labels[name] === label);
    if (!lane || this.#lanes.has(lane)) {
      channel.close();
      return;
    }
    this.#lanes.set(lane, channel);
    channel.onMessage((message) => this.#take(lane, message));
    channel.onClosed(() => {
      if (lane === "commands") this.#end("the pilot closed the reliable lane");
    });
    channel.onError((cause) => this.#end(cause));
    channel.onOpen(() => this.#openIfReady());
    this.#openIfReady();
  }

  #take(lane: Lane, message: string | Buffer | ArrayBuffer): void {
    if (this.#ended) return;
    if (!this.#budget(lane, performance.now())) {
      this.#events.dropped(lane, "too-many");
      return;
    }
    const payload = message instanceof ArrayBuffer ? new Uint8Array(message) : message;
    if (payload.length > frameBytesMax) this.#events.dropped(lane, "too-long");
    else this.#events.frame(lane, payload);
  }

  #answer(): void {
    if (this.#answered || this.#ended) return;
    const description = this.#connection.localDescription();
    if (description?.type !== "answer" || !description.sdp.includes("a=candidate:")) {
      // Gathering "completes" before the offer is read, and then the real one follows.
      if (this.#connection.remoteDescription() === null) return;
      this.#failAnswer("no address of this machine can be offered");
      return;
    }
    this.#answered = true;
    this.#events.answered(description.sdp);
  }

  #failAnswer(cause: string): void {
    if (this.#answered || this.#ended) return;
    this.close();
    this.#events.answerFailed(cause);
  }

  #openIfReady(): void {
    const isConnected = this.#connection.state() === "connected";
    if (this.#opened || this.#ended || !isConnected || !this.#lanes.get("commands")?.isOpen()) {
      return;
    }
    const { algorithm, value } = this.#connection.remoteFingerprint();
    if (algorithm !== "sha-256") {
      this.#end(`a certificate is named by ${algorithm}`);
      return;
    }
    this.#opened = true;
    this.#events.opened(value.toUpperCase());
  }

  #giveUpOpening(): void {
    if (!this.#opened) this.#end("the browser did not connect in time");
  }

  #end(cause: string): void {
    if (this.#ended) return;
    this.close();
    this.#events.closed(cause);
  }
}

const lanes: readonly Lane[] = ["sticks", "commands", "stop"];
