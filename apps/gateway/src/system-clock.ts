import { type Clock, epochMs, monotonicMs } from "@pista/kernel";

/** The machine's own clocks; everything else is handed one, so that a test can hand another. */
export const systemClock: Clock = {
  nowMs: () => epochMs(Date.now()),
  monotonicMs: () => monotonicMs(performance.now()),
  after(delayMs, run) {
    // Node truncates a delay to whole milliseconds; rounded up, it never fires before its time.
    const timer = setTimeout(run, Math.ceil(Math.max(0, delayMs)));
    return () => clearTimeout(timer);
  },
};
