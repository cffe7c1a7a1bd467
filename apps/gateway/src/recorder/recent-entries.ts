import type { FlightEntry } from "./flight-recorder.ts";

export type RecentEntry = { readonly entry: FlightEntry; readonly atMs: number };

/** What drops again and again would soon be all that is left. */
const leftOut = /^(frame-dropped|malformed-frame|media-dropped|odometry-refused|successor)$/;

/** The last few lines of the record, newest first, for whoever looks at the site. */
export class RecentEntries {
  #entries: readonly RecentEntry[] = [];
  readonly #countMax: number;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get entries(): readonly RecentEntry[] {
    return this.#entries;
  }

  add(entry: FlightEntry, atMs: number): void {
    if (leftOut.test(entry.kind)) return;
    this.#entries = [{ entry, atMs }, ...this.#entries].slice(0, this.#countMax);
  }
}
