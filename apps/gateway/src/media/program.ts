import { assertNever } from "@pista/kernel";
import { cleanup } from "node-datachannel";
import { createGatewayLog } from "../log.ts";
import { DropTally } from "./drop-tally.ts";
import type { FromMedia, Lane, LaneLabels, Payload, ToMedia } from "./messages.ts";
import { Peer } from "./peer.ts";

const tallyPeriodMs = 1_000;
/** Frames on their way to a pilotage that does not read; beyond it they are dropped, sticks first. */
const waitingSticksMax = 16;
const waitingFramesMax = 256;
/** A native part that does not come to its end is left behind. */
const endingMsMax = 1_000;

/**
 * [AU3] Who flies and who is to take over, each with the peer that is yet to replace theirs. Which of
 * them are wanted is pilotage's to say; more than these it never wants.
 */
const peersMax = 4;

/** [LG10] The process that holds the native code: when it dies, the vehicle is merely out of touch. */
class MediaProgram {
  readonly #tally = new DropTally();
  readonly #log = createGatewayLog(process.env.PISTA_LOG ?? "info", "media").log;
  #labels: LaneLabels | undefined;
  #bindAddress: string | undefined;
  /** The longest open first. */
  readonly #peers = new Map<number, Peer>();
  #waiting = 0;

  hear(message: ToMedia): void {
    switch (message.kind) {
      case "start":
        this.#labels = message.labels;
        this.#bindAddress = message.bindAddress;
        this.#say({ kind: "ready" });
        return;
      case "ping":
        this.#say({ kind: "pong" });
        return;
      case "open-peer":
        this.#open(message.peerId, message.sdp);
        return;
      case "send":
        this.#peers.get(message.peerId)?.send(message.lane, message.payload);
        return;
      case "close-peer":
        this.#close(message.peerId);
        return;
      case "end":
        this.end();
        return;
      default:
        assertNever(message, "A message to media");
    }
  }

  report(): void {
    for (const dropped of this.#tally.take()) this.#say({ kind: "dropped", ...dropped });
  }

  end(): void {
    for (const peerId of this.#peers.keys()) this.#close(peerId);
    // The library keeps threads of its own that would outlive the loop.
    cleanup();
    setTimeout(() => process.exit(), endingMsMax).unref();
    if (process.connected) process.disconnect();
    process.exitCode = 0;
  }

  #open(peerId: number, sdp: string): void {
    const labels = this.#labels;
    if (!labels) return;
    const [longest] = this.#peers.keys();
    if (longest !== undefined && this.#peers.size >= peersMax) this.#close(longest);
    const peer = new Peer({
      name: `pilot-${peerId}`,
      sdp,
      labels,
      bindAddress: this.#bindAddress,
      events: {
        answered: (answer) => this.#say({ kind: "answer", peerId, sdp: answer }),
        answerFailed: (cause) => this.#say({ kind: "answer-failed", peerId, cause }),
        opened: (dtlsFingerprint) => this.#say({ kind: "peer-opened", peerId, dtlsFingerprint }),
        closed: (cause) => {
          this.#peers.delete(peerId);
          this.#say({ kind: "peer-closed", peerId, cause });
        },
        frame: (lane, payload) => this.#carryUp(peerId, lane, payload),
        dropped: (lane, cause) => this.#tally.add(lane, cause),
      },
    });
    this.#peers.set(peerId, peer);
  }

  #close(peerId: number): void {
    this.#peers.get(peerId)?.close();
    this.#peers.delete(peerId);
  }

  #carryUp(peerId: number, lane: Lane, payload: Payload): void {
    if (this.#waiting >= (lane === "sticks" ? waitingSticksMax : waitingFramesMax)) {
      this.#tally.add(lane, "pilotage-slow");
      return;
    }
    this.#say({ kind: "frame", peerId, lane, payload });
  }

  #say(message: FromMedia): void {
    if (!process.connected || !process.send) return;
    this.#waiting += 1;
    process.send(message, undefined, undefined, (error) => {
      this.#waiting -= 1;
      if (error) this.#log.debug({ err: error }, "pilotage did not take a message");
    });
  }
}

/** Runs in the forked child: pilotage speaks first. */
export function runMedia(): void {
  const program = new MediaProgram();
  // Only pilotage, of this same version, holds the other end of the channel.
  process.on("message", (message) => program.hear(message as ToMedia));
  // Pilotage ended, by whatever way: nobody may hold its peers open.
  process.on("disconnect", () => program.end());
  // A terminal sends its interrupt to both processes; pilotage says when media is to end.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  setInterval(() => program.report(), tallyPeriodMs).unref();
}
