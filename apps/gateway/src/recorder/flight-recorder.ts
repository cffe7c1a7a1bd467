import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type {
  GatePassage,
  GatewayEvent,
  GatewayState,
  GatewayStep,
  StickFrame,
} from "@pista/flight";
import { type Clock, type MonotonicMs, monotonicMs } from "@pista/kernel";
import { createFrameSplitter } from "@pista/mavlink";
import { GatewayError } from "../errors.ts";
import { emptyBytes, type Lost, Recording } from "./recording.ts";
import { frameMessage, passageMessage, poseMessage, type Topic } from "./recording-channels.ts";
import { discardOldest, recordingName, type Stage } from "./recordings-folder.ts";
import { RepeatCounter } from "./repeat-counter.ts";

/** What is recorded: a kind, and members that JSON can hold. */
export type FlightEntry = { readonly kind: string; readonly [member: string]: unknown };

export type RecorderLimits = {
  /** All recordings together; the oldest go first. */
  readonly bytesMax: number;
  readonly recordingsMax: number;
  /** A recording that is full or old is ended and the next begun. */
  readonly recordingBytesMax: number;
  readonly recordingMsMax: number;
  /** The index of so many is written in a few milliseconds, and the guard waits for them. */
  readonly recordingChunksMax: number;
  /** What a slow disk may owe; beyond it nothing is taken, and what was lost is recorded. */
  readonly waitingBytesMax: number;
};

const usualLimits: RecorderLimits = {
  bytesMax: 4_096_000_000,
  recordingsMax: 1_000,
  recordingBytesMax: 64 << 20,
  recordingMsMax: 900_000,
  recordingChunksMax: 1_000,
  waitingBytesMax: 4 << 20,
};

export type RecorderOptions = {
  /** Recordings go to `flights` in it. */
  readonly directory: string;
  readonly clock: Clock;
  readonly limits?: Partial<RecorderLimits>;
  /** A record that fails does not stop a flight; a person has to know. Once, until it resumes. */
  readonly onFailure: (error: GatewayError) => void;
  readonly onResumed: (lost: Lost) => void;
  /** Each line of the guard's record, for whoever shows the last of them. */
  readonly onEntry?: (entry: FlightEntry, atMs: MonotonicMs) => void;
};

/** Whoever kills this process loses this much at most. */
const flushMs = 1_000;
/** A disk that was full may have room again. */
const retryMs = 10_000;
/** A vehicle that arms and disarms without end must not make a recording each time. */
const recordingMsMin = 1_000;
/** On the ground a pose a second will do: days of standing must not drive the flights off the disk. */
const groundPoseMs = 1_000;

/**
 * [LG8] [LG10] Keeps each flight, and the time between flights, as an MCAP file with a telemetry log
 * beside it. Nothing here waits, and the guard goes on whatever the disk does.
 */
export class FlightRecorder {
  readonly #options: RecorderOptions;
  readonly #limits: RecorderLimits;
  readonly #folder: string;
  readonly #repeats = new RepeatCounter();
  readonly #received = createFrameSplitter();
  #recording: Recording | undefined;
  #begun = 0;
  #name = "";
  /** Names of recordings that are still written to. */
  readonly #open = new Set<string>();
  #stage: Stage = "ground";
  #flushedAtMs: number;
  #hasNews = false;
  #poseAtMs = Number.NEGATIVE_INFINITY;
  #lost: Lost = { messages: 0, frames: 0 };
  #brokenAtMs = 0;
  #isFailing = false;
  #housekeeping: Promise<void> = Promise.resolve();

  /** @throws GatewayError RECORD_UNWRITABLE when the directory cannot be made. */
  static async open(options: RecorderOptions): Promise<FlightRecorder> {
    const folder = join(options.directory, "flights");
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new GatewayError("RECORD_UNWRITABLE", "Could not make the flights' folder.", { cause });
    }
    return new FlightRecorder(options, folder);
  }

  private constructor(options: RecorderOptions, folder: string) {
    this.#options = options;
    this.#limits = { ...usualLimits, ...options.limits };
    this.#folder = folder;
    this.#flushedAtMs = options.clock.monotonicMs();
    this.#begin();
  }

  record(entry: FlightEntry): void {
    const atMs = this.#options.clock.monotonicMs();
    if (this.#repeats.add(entry, atMs) === "write") this.#put(entry, atMs);
  }

  /** What the guard heard, and what it made of it. */
  heard(event: GatewayEvent, { state, effects }: Pick<GatewayStep, "state" | "effects">): void {
    const { atMs } = event;
    if (event.kind === "frame-received") this.#addFrame(event.frame, atMs, state, "pilot");
    if (event.kind === "successor-heard" && event.event.kind === "frame-received") {
      this.#addFrame(event.event.frame, atMs, state.successor ?? state, "successor");
    }
    if (event.kind === "pose-received") {
      const isDue = this.#stage === "flight" || atMs - this.#poseAtMs >= groundPoseMs;
      if (isDue) this.#add("/vehicle/pose", atMs, (atNs) => poseMessage(event.pose, atNs));
      if (isDue) this.#poseAtMs = atMs;
    }
    if (event.kind === "vehicle-status") {
      const { armed, mode, landed = null, batteryPct = null, guardsConfirmed } = event;
      this.#stage = armed ? "flight" : "ground";
      this.#rotate(atMs);
      this.#add("/vehicle/status", atMs, () => {
        return { armed, mode, landed, batteryPct, guardsConfirmed };
      });
    }
    for (const effect of effects) {
      if (effect.kind !== "set-velocity") continue;
      const { velocity, yawRateDegps } = effect;
      this.#add("/guard/setpoint", atMs, () => ({ velocity, yawRateDegps }));
    }
  }

  /** A gate that the pilot of a lease passed in its turn. */
  passage(passage: GatePassage, leaseId: string): void {
    this.#add("/circuit/gate", monotonicMs(passage.atMs), () => passageMessage(passage, leaseId));
  }

  /** What went over the vehicle's link: sent are whole frames, received what the link brings. */
  link(direction: "sent" | "received", bytes: Uint8Array, atMs: MonotonicMs): void {
    const frames = direction === "sent" ? [bytes] : this.#received.split(bytes);
    for (const frame of frames) {
      if (!this.#recording?.addFrame(atMs, frame)) this.#lose({ messages: 0, frames: 1 });
    }
  }

  /** Writes what is due; the main loop calls it. */
  tick(): void {
    const atMs = this.#options.clock.monotonicMs();
    for (const entry of this.#repeats.due(atMs)) this.#put(entry, atMs);
    if (!this.#recording && atMs - this.#brokenAtMs >= retryMs) this.#begin();
    this.#rotate(atMs);
    const isDue = atMs - this.#flushedAtMs >= flushMs;
    if (isDue) this.#tellLost(atMs);
    // What the guard decided does not wait for the second to be over.
    if (isDue || this.#hasNews) this.#flush(atMs);
  }

  /** Resolves when everything is with the operating system. */
  async end(): Promise<void> {
    const atMs = this.#options.clock.monotonicMs();
    for (const entry of this.#repeats.rest()) this.#put(entry, atMs);
    this.#tellLost(atMs);
    const recording = this.#recording;
    await recording?.end();
    this.#recording = undefined;
    await this.#housekeeping;
  }

  #begin(): void {
    const { clock } = this.#options;
    const name = recordingName(clock.nowMs(), this.#stage, this.#begun);
    this.#begun += 1;
    this.#open.add(name);
    const previous = this.#recording;
    const previousName = this.#name;
    this.#name = name;
    const recording: Recording = new Recording({
      path: join(this.#folder, name),
      stage: this.#stage,
      clock,
      waitingBytesMax: this.#limits.waitingBytesMax,
      onWritten: () => this.#resume(recording),
      onBroken: (cause, lost) => {
        this.#open.delete(name);
        this.#fail(recording, cause, lost);
      },
    });
    this.#recording = recording;
    this.#housekeeping = Promise.all([this.#housekeeping, previous?.end()]).then(() => {
      this.#open.delete(previousName);
      return this.#discard();
    });
  }

  #rotate(atMs: MonotonicMs): void {
    const { recordingBytesMax, recordingMsMax, recordingChunksMax } = this.#limits;
    const recording = this.#recording;
    if (!recording) return;
    const ageMs = atMs - recording.begunAtMs;
    const isOver = recording.stage !== this.#stage && ageMs >= recordingMsMin;
    const isFull = recording.bytes >= recordingBytesMax || recording.chunks >= recordingChunksMax;
    if (isOver || isFull || ageMs >= recordingMsMax) this.#begin();
  }

  #flush(atMs: MonotonicMs): void {
    this.#recording?.flush();
    this.#flushedAtMs = atMs;
    this.#hasNews = false;
  }

  #put(entry: FlightEntry, atMs: MonotonicMs): void {
    this.#add("/guard/record", atMs, () => entry);
    this.#hasNews = true;
    this.#options.onEntry?.(entry, atMs);
  }

  #addFrame(
    frame: StickFrame,
    atMs: MonotonicMs,
    state: GatewayState,
    seat: "pilot" | "successor",
  ): void {
    this.#add("/pilot/frames", atMs, () => frameMessage(frame, atMs, state, seat));
  }

  #add(topic: Topic, atMs: MonotonicMs, messageAt: (atNs: bigint) => object): void {
    if (!this.#recording?.add(topic, atMs, messageAt)) this.#lose({ messages: 1, frames: 0 });
  }

  #lose({ messages, frames }: Lost): void {
    this.#lost = { messages: this.#lost.messages + messages, frames: this.#lost.frames + frames };
  }

  /** Where there is room again, the record says what is missing from it. */
  #tellLost(atMs: MonotonicMs): void {
    const { messages, frames } = this.#lost;
    if (this.#isFailing || messages + frames === 0) return;
    const entry = { kind: "record-lost", messages, frames };
    if (!this.#recording?.add("/guard/record", atMs, () => entry)) return;
    this.#lost = { messages: 0, frames: 0 };
  }

  #fail(recording: Recording, cause: Error, lost: Lost): void {
    this.#lose(lost);
    if (recording === this.#recording) {
      this.#recording = undefined;
      this.#brokenAtMs = this.#options.clock.monotonicMs();
    }
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.onFailure(
      new GatewayError("RECORD_UNWRITABLE", "The flight record broke off.", { cause }),
    );
  }

  #resume(recording: Recording): void {
    if (!this.#isFailing || recording !== this.#recording) return;
    this.#isFailing = false;
    this.#options.onResumed(this.#lost);
  }

  async #discard(): Promise<void> {
    const { bytesMax, recordingBytesMax, recordingsMax } = this.#limits;
    try {
      // The one that runs may grow to its full size.
      const limits = { bytesMax: bytesMax - recordingBytesMax, recordingsMax, emptyBytes };
      await discardOldest(this.#folder, limits, this.#open);
    } catch (cause) {
      const message = "Old flight records could not be removed.";
      this.#options.onFailure(new GatewayError("RECORD_UNWRITABLE", message, { cause }));
    }
  }
}
