import type { Clock } from "@pista/kernel";
import { GatewayError } from "../errors.ts";
import { ForkedChild } from "../forked-child.ts";
import {
  type DropCause,
  type FromMedia,
  type Lane,
  type LaneLabels,
  type Payload,
  parseFromMedia,
  type ToMedia,
} from "./messages.ts";

/** Three pings without an answer: it hangs, and only a new process helps. Starting takes longer. */
const unansweredPingsMax = { starting: 20, up: 3 };
/** Beacons on their way to a process that does not read; the next one is newer anyway. */
const waitingBeaconsMax = 16;

export type MediaEvents = {
  readonly answered: (peerId: number, sdp: string) => void;
  readonly answerFailed: (peerId: number, cause: string) => void;
  readonly opened: (peerId: number, dtlsFingerprint: string) => void;
  readonly closed: (peerId: number, cause: string) => void;
  readonly frame: (peerId: number, lane: Lane, payload: Payload) => void;
  readonly dropped: (drop: { lane: Lane; cause: DropCause; count: number }) => void;
  readonly up: (processId: number) => void;
  /** Every peer is gone with it. */
  readonly down: (error: GatewayError) => void;
};

export type MediaOptions = {
  readonly labels: LaneLabels;
  readonly bindAddress: string | undefined;
  readonly clock: Clock;
  readonly events: MediaEvents;
};

/** [LG10] Pilotage's side of media: what goes to its process, and what comes. */
export class MediaProcess {
  readonly #options: MediaOptions;
  readonly #child: ForkedChild<ToMedia>;
  #unansweredPings = 0;

  constructor(options: MediaOptions) {
    const { clock, labels, bindAddress, events } = options;
    this.#options = options;
    this.#child = new ForkedChild<ToMedia>({
      entry: new URL("./media-entry.js", import.meta.url),
      fork: { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] },
      clock,
      restartMs: { min: 200, max: 5_000 },
      soundAfterMs: 10_000,
      ending: { word: { kind: "end" }, msMax: 1_500 },
      begun: () => {
        this.#unansweredPings = 0;
        return { kind: "start", labels, bindAddress };
      },
      heard: (raw) => {
        const message = parseFromMedia(raw);
        if (message) this.#tell(message);
      },
      watch: (state) => this.#ping(state),
      died: (cause) =>
        events.down(new GatewayError("MEDIA_FAILED", "The media process ended.", { cause })),
    });
  }

  start(): void {
    this.#child.start();
  }

  /** False while media is not there: the offer is refused rather than kept. */
  openPeer(peerId: number, sdp: string): boolean {
    if (!this.#child.isUp) return false;
    this.#child.say({ kind: "open-peer", peerId, sdp });
    return true;
  }

  send(peerId: number, lane: Lane, payload: Payload): void {
    if (lane === "sticks" && this.#child.unsent >= waitingBeaconsMax) return;
    this.#say({ kind: "send", peerId, lane, payload });
  }

  closePeer(peerId: number, cause: string): void {
    this.#say({ kind: "close-peer", peerId, cause });
  }

  /** Resolves when the process is gone. */
  end(): Promise<void> {
    return this.#child.end();
  }

  #ping(state: "starting" | "up"): string | undefined {
    if (this.#unansweredPings >= unansweredPingsMax[state]) return "It does not answer.";
    this.#unansweredPings += 1;
    this.#child.say({ kind: "ping" });
    return undefined;
  }

  #tell(message: FromMedia): void {
    const { events } = this.#options;
    switch (message.kind) {
      case "ready":
        events.up(this.#child.isReady());
        return;
      case "pong":
        this.#unansweredPings = 0;
        return;
      case "answer":
        events.answered(message.peerId, message.sdp);
        return;
      case "answer-failed":
        events.answerFailed(message.peerId, message.cause);
        return;
      case "peer-opened":
        events.opened(message.peerId, message.dtlsFingerprint);
        return;
      case "peer-closed":
        events.closed(message.peerId, message.cause);
        return;
      case "frame":
        events.frame(message.peerId, message.lane, message.payload);
        return;
      case "dropped":
        events.dropped(message);
    }
  }

  #say(message: ToMedia): void {
    if (this.#child.isUp) this.#child.say(message);
  }
}
