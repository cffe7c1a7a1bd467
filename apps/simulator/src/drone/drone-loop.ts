import type { Clock } from "@pista/kernel";

/** The loop's period: four sub-steps of the vehicle. */
const periodMs = 10;
/** After a longer pause of the process the vehicle's time goes on from where it stood. */
const catchUpMsMax = 50;

export type DroneLoop = { stop(): void; readonly lostMs: number };

/**
 * Calls `advanceTo` with the vehicle's own time at absolute deadlines: an interval timer drifts by
 * 3 to 18 % (measured), and steps counted in ticks would drift with it.
 */
export function startDroneLoop(options: {
  readonly clock: Clock;
  /** Seconds of the vehicle's time in one second of ours. */
  readonly speedFactor: number;
  readonly advanceTo: (timeMs: number) => void;
}): DroneLoop {
  const { clock, speedFactor, advanceTo } = options;
  let lastMs: number = clock.monotonicMs();
  let deadlineMs = lastMs;
  let vehicleMs = 0;
  let lostMs = 0;
  let cancel = (): void => {};

  const tick = (): void => {
    const nowMs = clock.monotonicMs();
    const passedMs = nowMs - lastMs;
    lostMs += Math.max(0, passedMs - catchUpMsMax);
    vehicleMs += Math.min(passedMs, catchUpMsMax) * speedFactor;
    lastMs = nowMs;
    advanceTo(vehicleMs);
    deadlineMs += periodMs;
    if (deadlineMs < nowMs) deadlineMs = nowMs;
    cancel = clock.after(deadlineMs - nowMs, tick);
  };
  cancel = clock.after(0, tick);
  return {
    stop: () => cancel(),
    get lostMs() {
      return lostMs;
    },
  };
}
