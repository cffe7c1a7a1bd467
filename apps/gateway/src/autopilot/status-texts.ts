import type { MonotonicMs } from "@pista/kernel";
import { MavSeverity, type Statustext } from "@pista/mavlink";

/** What the autopilot said last; enough for every reason of one refused arming. */
const textsMax = 32;
/** A reason of a refusal is what it said at the last, at warning or graver. */
const reasonsMax = 4;

type Said = { readonly id: number; text: string; readonly severity: number; readonly atMs: number };

/** The autopilot explains a refusal in words, beside its acknowledgement and in its own time. */
export class StatusTexts {
  #said: Said[] = [];

  add(message: Pick<Statustext, "text" | "severity" | "id" | "chunkSeq">, atMs: MonotonicMs): void {
    // Longer texts come in chunks under one id (STATUSTEXT, "id" and "chunk_seq").
    const begun = this.#said.findLast(({ id }) => id !== 0 && id === message.id);
    if (begun && message.chunkSeq > 0) {
      begun.text += message.text;
      return;
    }
    const { id, text, severity } = message;
    this.#said = [...this.#said, { id, text, severity, atMs }].slice(-textsMax);
  }

  /** Complaints since a moment, without repeats; empty when it said nothing. */
  complaintsSince(sinceMs: MonotonicMs): string {
    const texts = this.#said
      .filter(({ atMs, severity }) => atMs >= sinceMs && severity <= MavSeverity.WARNING)
      .map(({ text }) => text.trim());
    return [...new Set(texts)].slice(-reasonsMax).join("; ");
  }
}
