import { type Clock, epochMs, monotonicMs } from "@pista/kernel";

/** The page's own time. Everything below the pages takes a clock as an argument. */
export const browserClock: Clock = {
  nowMs: () => epochMs(Date.now()),
  monotonicMs: () => monotonicMs(performance.now()),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
