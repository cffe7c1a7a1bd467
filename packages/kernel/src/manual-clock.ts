import { type Clock, epochMs, monotonicMs } from "./time.ts";

type Timer = { dueMs: number; run: () => void; order: number };

/** A clock that moves only when told: tests and simulations run an hour in a millisecond. */
export interface ManualClock extends Clock {
  /** Moves time forward and runs what has become due, in order of its time. */
  advance(byMs: number): void;
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let elapsedMs = 0;
  let order = 0;
  const timers = new Set<Timer>();

  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers]
      .filter((timer) => timer.dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];

  return {
    nowMs: () => epochMs(startMs + elapsedMs),
    monotonicMs: () => monotonicMs(elapsedMs),
    after(delayMs, run) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), run, order: order++ };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      const untilMs = elapsedMs + byMs;
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        elapsedMs = timer.dueMs;
        timer.run();
      }
      elapsedMs = untilMs;
    },
  };
}
