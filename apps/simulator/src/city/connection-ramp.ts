import type { Cancel, Clock } from "@pista/kernel";

/** Lets connections begin one after the other, however many want to. */
export interface ConnectionRamp {
  /** Runs when it is this one's turn. */
  begin(run: () => void): Cancel;
}

/** So many begin in a second at most: a city that wakes at once must not be a flood to its hub. */
export function createConnectionRamp(clock: Clock, perSecond: number): ConnectionRamp {
  let nextAtMs = 0;
  return {
    begin(run) {
      const nowMs = clock.monotonicMs();
      const atMs = Math.max(nowMs, nextAtMs);
      nextAtMs = atMs + 1_000 / perSecond;
      return clock.after(atMs - nowMs, run);
    },
  };
}
