import { type Clock, epochMs, monotonicMs } from "@pista/kernel";

/** The machine's own clocks: the only place of the hub that reads them. */
export const systemClock: Clock = {
  nowMs: () => epochMs(Date.now()),
  monotonicMs: () => monotonicMs(performance.now()),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    // A waiting timer is no reason to go on living.
    timer.unref();
    return () => clearTimeout(timer);
  },
};
