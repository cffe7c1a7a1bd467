import type { DropCause, Lane } from "./messages.ts";

/** Counts drops by lane and cause, so that a flood becomes one line a second and not a second one. */
export class DropTally {
  #counts = new Map<string, { lane: Lane; cause: DropCause; count: number }>();

  add(lane: Lane, cause: DropCause): void {
    const key = `${lane} ${cause}`;
    const known = this.#counts.get(key);
    if (known) known.count += 1;
    else this.#counts.set(key, { lane, cause, count: 1 });
  }

  /** What was counted since the last time. */
  take(): readonly { lane: Lane; cause: DropCause; count: number }[] {
    const taken = [...this.#counts.values()];
    this.#counts = new Map();
    return taken;
  }
}
