import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Cancel, Clock } from "@pista/kernel";
import { GatewayError } from "../errors.ts";
import {
  type DropCause,
  type FromMedia,
  type Lane,
  type LaneLabels,
  type Payload,
  parseFromMedia,
  type ToMedia,
} from "./messages.ts";

const pingPeriodMs = 1_000;
/** Three pings without an answer: it hangs, and only a new process helps. Starting takes longer. */
const unansweredPingsMax = { starting: 20, up: 3 };
const restartMsMin = 200;
const restartMsMax = 5_000;
/** Having lived this long it is sound, and its next death is a first one. */
const soundAfterMs = 10_000;
const endingMsMax = 1_500;
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

type Life =
  | { readonly state: "waiting"; readonly cancel: Cancel }
  | { readonly state: "starting" | "up"; readonly child: ChildProcess; readonly sinceMs: number }
  | { readonly state: "ended" };

/** [LG10] Pilotage's side of media: forks it, watches it, and forks it again when it dies. */
export class MediaProcess {
  readonly #options: MediaOptions;
  #life: Life = { state: "ended" };
  #deaths = 0;
  #unansweredPings = 0;
  #waiting = 0;

  constructor(options: MediaOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#life.state === "ended") this.#fork();
  }

  /** False while media is not there: the offer is refused rather than kept. */
  openPeer(peerId: number, sdp: string): boolean {
    if (this.#life.state !== "up") return false;
    this.#say({ kind: "open-peer", peerId, sdp });
    return true;
  }

  send(peerId: number, lane: Lane, payload: Payload): void {
    if (lane === "sticks" && this.#waiting >= waitingBeaconsMax) return;
    this.#say({ kind: "send", peerId, lane, payload });
  }

  closePeer(peerId: number, cause: string): void {
    this.#say({ kind: "close-peer", peerId, cause });
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    const life = this.#life;
    this.#life = { state: "ended" };
    if (life.state === "waiting") life.cancel();
    if (life.state !== "starting" && life.state !== "up") return;
    const { child } = life;
    // It could not be started, and is about to say so; a signal would go to this process's own group.
    if (child.pid === undefined) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(endingMsMax, () => child.kill("SIGKILL"));
      child.once("exit", () => {
        cancel();
        resolve();
      });
      this.#sayTo(child, { kind: "end" });
    });
  }

  #fork(): void {
    const child = fork(fileURLToPath(new URL("./media-entry.js", import.meta.url)), {
      serialization: "advanced",
      // Its own start registers what it needs; what was given to this process is not for it.
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#life = { state: "starting", child, sinceMs: this.#options.clock.monotonicMs() };
    this.#unansweredPings = 0;
    this.#waiting = 0;
    child.on("message", (message) => this.#hear(child, message));
    child.on("error", (cause) => this.#bury(child, cause));
    child.on("exit", (code, signal) =>
      this.#bury(child, new Error(`It ended with ${signal ?? `exit code ${code}`}.`)),
    );
    const { labels, bindAddress } = this.#options;
    this.#sayTo(child, { kind: "start", labels, bindAddress });
    this.#ping(child);
  }

  #isCurrent(child: ChildProcess): boolean {
    const life = this.#life;
    return (life.state === "starting" || life.state === "up") && life.child === child;
  }

  #ping(child: ChildProcess): void {
    const { state } = this.#life;
    if (!this.#isCurrent(child) || (state !== "starting" && state !== "up")) return;
    if (this.#unansweredPings >= unansweredPingsMax[state]) {
      child.kill("SIGKILL");
      return;
    }
    this.#unansweredPings += 1;
    this.#sayTo(child, { kind: "ping" });
    this.#options.clock.after(pingPeriodMs, () => this.#ping(child));
  }

  #hear(child: ChildProcess, raw: unknown): void {
    const message = parseFromMedia(raw);
    if (!message || !this.#isCurrent(child)) return;
    this.#tell(child, message);
  }

  #tell(child: ChildProcess, message: FromMedia): void {
    const { events, clock } = this.#options;
    switch (message.kind) {
      case "ready":
        this.#life = { state: "up", child, sinceMs: clock.monotonicMs() };
        events.up(child.pid ?? 0);
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

  /** A death may be told twice, as an error and as an end; only the first counts. */
  #bury(child: ChildProcess, cause: Error): void {
    const life = this.#life;
    if (!this.#isCurrent(child) || life.state === "waiting" || life.state === "ended") return;
    const { clock, events } = this.#options;
    child.kill("SIGKILL"); // Whatever is left of it must not run beside the next one.
    const livedMs = clock.monotonicMs() - life.sinceMs;
    this.#deaths = life.state === "up" && livedMs > soundAfterMs ? 1 : this.#deaths + 1;
    const delayMs = Math.min(restartMsMax, restartMsMin * 2 ** Math.min(this.#deaths - 1, 10));
    this.#life = { state: "waiting", cancel: clock.after(delayMs, () => this.#fork()) };
    events.down(new GatewayError("MEDIA_FAILED", "The media process ended.", { cause }));
  }

  #say(message: ToMedia): void {
    if (this.#life.state === "up") this.#sayTo(this.#life.child, message);
  }

  #sayTo(child: ChildProcess, message: ToMedia): void {
    if (!child.connected) return; // Its exit event follows, and tells what is lost.
    this.#waiting += 1;
    child.send(message, (error) => {
      if (!this.#isCurrent(child)) return;
      this.#waiting -= 1;
      if (error) this.#bury(child, error);
    });
  }
}
