import type { AssetId, EpochMs } from "@pista/kernel";
import { epochMs } from "@pista/kernel";
import type { BayId } from "./identity.ts";

/** One message of a bay sensor, dated and ready to be stored. */
export type BayReport = {
  readonly deviceId: AssetId;
  readonly bayId: BayId;
  /** Counts reports since the device last started. */
  readonly counter: number;
  /** Counts the device's starts; 0 where the device does not tell. */
  readonly epoch: number;
  readonly state: "free" | "occupied";
  readonly observedAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
  /** The device said a time too far ahead to be true, so the receipt dates it (IN3). */
  readonly clockAhead: boolean;
  readonly batteryPct?: number;
  readonly rssiDbm?: number;
  readonly temperatureC?: number;
};

/** [IN3] A device time further ahead of its receipt than this is not believed. */
export const clockAheadMsMax = 60_000;

/** [IN3] What is observed longer ago than this is stored and changes no state. */
export const latenessMsMax = 24 * 3_600_000;

/** [IN3] Order is device time; a time from the future is replaced by the receipt's and flagged. */
export function dateReport(times: { observedAtMs: EpochMs; receivedAtMs: EpochMs }): {
  observedAtMs: EpochMs;
  clockAhead: boolean;
} {
  const clockAhead = times.observedAtMs - times.receivedAtMs > clockAheadMsMax;
  return {
    observedAtMs: epochMs(clockAhead ? times.receivedAtMs : times.observedAtMs),
    clockAhead,
  };
}
