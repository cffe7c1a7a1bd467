import type { MonotonicMs } from "@pista/kernel";
import { MavSeverity, type WholeText } from "@pista/mavlink";

/** What the autopilot said last; enough for every reason of one refused arming. */
const textsMax = 32;
/** A reason of a refusal is what it said at the last, at warning or graver. */
const reasonsMax = 8;

type Said = WholeText & { readonly atMs: MonotonicMs };

/** The autopilot explains a refusal in words, beside its acknowledgement and in its own time. */
export class StatusTexts {
  #said: readonly Said[] = [];

  add(text: WholeText, atMs: MonotonicMs): void {
    this.#said = [...this.#said, { ...text, atMs }].slice(-textsMax);
  }

  /** Complaints since a moment, without repeats; empty when it said nothing. */
  complaintsSince(sinceMs: MonotonicMs): string {
    const texts = this.#said
      .filter(({ atMs, severity }) => atMs >= sinceMs && severity <= MavSeverity.WARNING)
      .map(({ text }) => text.trim());
    return [...new Set(texts)].slice(-reasonsMax).join("; ");
  }
}
