import type { EpochMs } from "@pista/kernel";
import type { CarPark } from "./inventory.ts";

/** [BS2] 5T counts in windows of five minutes: three may be lost, and the fourth still counts. */
export const carParkSilenceMsMax = 20 * 60_000;

export const isCarParkSilent = (reading: { observedAtMs: EpochMs }, nowMs: EpochMs): boolean =>
  nowMs - reading.observedAtMs > carParkSilenceMsMax;

/** [BS2] How many spaces are free at a moment; undefined where nobody can say. */
export const freeSpacesAt = (carPark: CarPark, nowMs: EpochMs): number | undefined =>
  isCarParkSilent(carPark, nowMs) ? undefined : carPark.freeSpaces;
