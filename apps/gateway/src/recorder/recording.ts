import { createWriteStream, type WriteStream } from "node:fs";
import { type Clock, type EpochMs, epochMs, type MonotonicMs } from "@pista/kernel";
import { tlogRecord } from "@pista/mavlink";
import { McapEncoder } from "./mcap-encoder.ts";
import { recordingChannels, type Topic } from "./recording-channels.ts";
import type { Stage } from "./recordings-folder.ts";

/** What did not reach the disk: messages of the MCAP file, frames of the telemetry log. */
export type Lost = { readonly messages: number; readonly frames: number };

export type RecordingOptions = {
  /** Without its ending. */
  readonly path: string;
  readonly stage: Stage;
  readonly clock: Clock;
  /** What a slow disk may owe; beyond it nothing more is taken. */
  readonly waitingBytesMax: number;
  /** Something whole is with the operating system. */
  readonly onWritten: () => void;
  /** Once. Nothing is taken any more. */
  readonly onBroken: (cause: Error, lost: Lost) => void;
};

/** A chunk this large does not wait for its second to be over. */
const chunkBytesMax = 256 << 10;

/** A file with nothing but its beginning. */
export const emptyBytes = new McapEncoder(recordingChannels).begin().byteLength;

const topics = recordingChannels.map(({ topic }) => topic);

/**
 * One MCAP file and the telemetry log beside it. Both are handed to the operating system a piece at
 * a time, and each piece can be read without what would have followed it. Nothing here waits.
 */
export class Recording {
  readonly stage: Stage;
  readonly begunAtMs: MonotonicMs;
  readonly #options: RecordingOptions;
  /** Times go on evenly from here, though a wall clock may be set during a flight. */
  readonly #begunAt: EpochMs;
  readonly #encoder = new McapEncoder(recordingChannels);
  readonly #mcap: WriteStream;
  readonly #tlog: WriteStream;
  #records: Uint8Array[] = [];
  #recordsBytes = 0;
  #messages = 0;
  #owed: Lost = { messages: 0, frames: 0 };
  #bytes = 0;
  #isBroken = false;

  constructor(options: RecordingOptions) {
    const { path, clock, stage } = options;
    this.#options = options;
    this.stage = stage;
    this.begunAtMs = clock.monotonicMs();
    this.#begunAt = clock.nowMs();
    this.#mcap = this.#open(`${path}.mcap`);
    this.#tlog = this.#open(`${path}.tlog`);
    this.#mcap.write(this.#encoder.begin());
  }

  /** What it holds by now, or will hold once the disk has caught up. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Each is a line in the index that ends the file. */
  get chunks(): number {
    return this.#encoder.chunks;
  }

  /** False where it cannot be taken. */
  add(topic: Topic, atMs: MonotonicMs, messageAt: (atNs: bigint) => object): boolean {
    if (this.#isFull()) return false;
    const atNs = BigInt(Math.round(this.#timeOf(atMs) * 1_000)) * 1_000n;
    this.#encoder.add(topics.indexOf(topic), atNs, messageAt(atNs));
    this.#messages += 1;
    this.#owed = { ...this.#owed, messages: this.#owed.messages + 1 };
    if (this.#encoder.waitingBytes >= chunkBytesMax) this.flush();
    return true;
  }

  /** A MAVLink frame as it was on the link. False where it cannot be taken. */
  addFrame(atMs: MonotonicMs, frame: Uint8Array): boolean {
    if (this.#isFull()) return false;
    const record = tlogRecord(frame, this.#timeOf(atMs));
    this.#records.push(record);
    this.#recordsBytes += record.length;
    this.#owed = { ...this.#owed, frames: this.#owed.frames + 1 };
    if (this.#recordsBytes >= chunkBytesMax) this.flush();
    return true;
  }

  /** Hands over what waits: from then on it outlives this process. */
  flush(): void {
    if (this.#isBroken) return;
    this.#write(this.#mcap, this.#encoder.flush(), { messages: this.#messages, frames: 0 });
    this.#messages = 0;
    const records = this.#records;
    this.#records = [];
    this.#recordsBytes = 0;
    this.#write(this.#tlog, Buffer.concat(records), { messages: 0, frames: records.length });
  }

  /** Resolves when everything is with the operating system, or will never be. */
  async end(): Promise<void> {
    this.flush();
    if (!this.#isBroken) this.#mcap.write(this.#encoder.end());
    await Promise.all([this.#mcap, this.#tlog].map(closed));
  }

  #open(path: string): WriteStream {
    const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
    stream.on("error", (cause) => this.#break(cause));
    return stream;
  }

  #isFull(): boolean {
    const waiting = this.#encoder.waitingBytes + this.#recordsBytes;
    const owed = this.#mcap.writableLength + this.#tlog.writableLength;
    return this.#isBroken || waiting + owed > this.#options.waitingBytesMax;
  }

  #timeOf(atMs: MonotonicMs): EpochMs {
    return epochMs(this.#begunAt + (atMs - this.begunAtMs));
  }

  #write(stream: WriteStream, bytes: Uint8Array, what: Lost): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    stream.write(bytes, (error) => {
      if (error) return; // The stream's own event tells it, once.
      const { messages, frames } = this.#owed;
      this.#owed = { messages: messages - what.messages, frames: frames - what.frames };
      this.#options.onWritten();
    });
  }

  #break(cause: Error): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#mcap.destroy();
    this.#tlog.destroy();
    this.#options.onBroken(cause, this.#owed);
  }
}

function closed(stream: WriteStream): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("close", resolve);
    stream.end();
  });
}
