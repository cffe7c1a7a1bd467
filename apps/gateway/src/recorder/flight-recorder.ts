import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, formatRfc3339 } from "@pista/kernel";
import { GatewayError } from "../errors.ts";
import { RepeatCounter } from "./repeat-counter.ts";

/** What is recorded: a kind, and members that JSON can hold. */
export type FlightEntry = { readonly kind: string; readonly [member: string]: unknown };

export type RecorderLimits = {
  /** A full file is closed and the next begun. */
  readonly fileBytesMax: number;
  /** Beyond it the oldest file goes. */
  readonly filesMax: number;
  /** What a slow disk may owe; beyond it lines are dropped, counted, and the count recorded. */
  readonly waitingBytesMax: number;
};

const usualLimits: RecorderLimits = {
  fileBytesMax: 64 << 20,
  filesMax: 8,
  waitingBytesMax: 4 << 20,
};

export type RecorderOptions = {
  /** Files go to `flights` in it. */
  readonly directory: string;
  readonly clock: Clock;
  readonly limits?: RecorderLimits;
  /** A record that fails does not stop a flight; a person has to know. */
  readonly onFailure: (error: GatewayError) => void;
};

/** A disk that was full may have room again; asking more often would only fill the log. */
const retryMs = 10_000;

const filePattern = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z(-\d+)?\.jsonl$/;

/**
 * [LG8] An append-only file of JSON lines with the cause of every drop and change. Writing never
 * waits and never throws: the guard goes on whatever the disk does.
 */
export class FlightRecorder {
  readonly #options: RecorderOptions;
  readonly #limits: RecorderLimits;
  readonly #repeats = new RepeatCounter();
  #stream: WriteStream | undefined;
  #bytes = 0;
  #lostLines = 0;
  #files = 0;
  #brokenAtMs: number | undefined;

  /** @throws GatewayError RECORD_UNWRITABLE when the directory cannot be made. */
  static async open(options: RecorderOptions): Promise<FlightRecorder> {
    try {
      await mkdir(join(options.directory, "flights"), { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new GatewayError("RECORD_UNWRITABLE", "Could not make the flights' folder.", { cause });
    }
    return new FlightRecorder(options);
  }

  private constructor(options: RecorderOptions) {
    this.#options = options;
    this.#limits = options.limits ?? usualLimits;
    this.#begin();
  }

  record(entry: FlightEntry): void {
    const atMs = this.#options.clock.monotonicMs();
    const counted = this.#repeats.add(entry, atMs);
    if (counted === "write") this.#write(entry);
  }

  /** Writes the counts that are due; the main loop calls it. */
  tick(): void {
    const atMs = this.#options.clock.monotonicMs();
    for (const entry of this.#repeats.due(atMs)) this.#write(entry);
    if (this.#brokenAtMs !== undefined && atMs - this.#brokenAtMs >= retryMs) this.#begin();
  }

  /** Resolves when everything is with the operating system. */
  async end(): Promise<void> {
    for (const entry of this.#repeats.rest()) this.#write(entry);
    const stream = this.#stream;
    this.#stream = undefined;
    if (!stream || stream.destroyed) return;
    await new Promise<void>((resolve) => {
      stream.once("close", resolve);
      stream.end();
    });
  }

  #begin(): void {
    const { clock, directory, onFailure } = this.#options;
    const stamp = formatRfc3339(clock.nowMs()).replaceAll(/[:.]/g, "-");
    // Two files may begin within a millisecond, in a test at least.
    const name = this.#files === 0 ? `${stamp}.jsonl` : `${stamp}-${this.#files}.jsonl`;
    this.#files += 1;
    const stream = createWriteStream(join(directory, "flights", name), { flags: "a", mode: 0o600 });
    stream.on("error", (cause) => {
      if (this.#stream === stream) {
        this.#stream = undefined;
        this.#brokenAtMs = clock.monotonicMs();
      }
      onFailure(new GatewayError("RECORD_UNWRITABLE", "The flight record broke off.", { cause }));
    });
    this.#stream?.end();
    this.#stream = stream;
    this.#brokenAtMs = undefined;
    this.#bytes = 0;
    // Once it is there it counts among the files that are kept.
    stream.once("open", () => void this.#discardOldest());
  }

  #write(entry: FlightEntry): void {
    const stream = this.#stream;
    if (!stream || stream.writableLength > this.#limits.waitingBytesMax) {
      this.#lostLines += 1;
      return;
    }
    if (this.#lostLines > 0) {
      const lost = { kind: "record-lines-lost", count: this.#lostLines };
      this.#lostLines = 0;
      this.#put(stream, lost);
    }
    this.#put(stream, entry);
    if (this.#bytes >= this.#limits.fileBytesMax) this.#begin();
  }

  #put(stream: WriteStream, entry: FlightEntry): void {
    const { clock } = this.#options;
    const at = formatRfc3339(clock.nowMs());
    const line = `${JSON.stringify({ at, monotonicMs: round(clock.monotonicMs()), ...entry })}\n`;
    this.#bytes += Buffer.byteLength(line);
    stream.write(line);
  }

  async #discardOldest(): Promise<void> {
    const folder = join(this.#options.directory, "flights");
    try {
      // Names start with the time, so their order is their age.
      const names = (await readdir(folder)).filter((name) => filePattern.test(name)).sort();
      for (const name of names.slice(0, -this.#limits.filesMax))
        await rm(join(folder, name), { force: true });
    } catch (cause) {
      this.#options.onFailure(
        new GatewayError("RECORD_UNWRITABLE", "Old flight records could not be removed.", {
          cause,
        }),
      );
    }
  }
}

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;
