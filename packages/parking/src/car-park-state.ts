import type { EpochMs } from "@pista/kernel";

/** [BS2] 5T counts in windows of five minutes: three may be lost, and the fourth still counts. */
export const carParkSilenceMsMax = 20 * 60_000;

/** Whether its figure is of the past: it stays in sight, as the last good state, with its date. */
export const isCarParkSilent = (reading: { observedAtMs: EpochMs }, nowMs: EpochMs): boolean =>
  nowMs - reading.observedAtMs > carParkSilenceMsMax;
