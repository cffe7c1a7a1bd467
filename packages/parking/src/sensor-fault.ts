import type { EpochMs } from "@pista/kernel";
import {
  type BayEvidence,
  type SensorReading,
  signOfLifeMsMax,
  silenceMsMax,
} from "./bay-evidence.ts";
import type { Contradiction } from "./zone-judgement.ts";

/** What is the matter with a bay's sensor. The rules and their thresholds are in SPEC.md. */
export type SensorFault =
  /** [BS2] Nothing new for longer than silence may last; undefined when it was never heard. */
  | { readonly kind: "silent"; readonly sinceMs: EpochMs | undefined }
  /** Changes among its last readings are more than vehicles make. */
  | { readonly kind: "flapping"; readonly changes: number }
  /** [IN3] Its time is ahead of ours: the receipt dates what it says. */
  | { readonly kind: "clock-ahead" }
  /** [IN3] Its time is behind ours, so what it says looks as old as its clock is wrong. */
  | { readonly kind: "clock-behind"; readonly lagMs: number }
  /** [BS4] It says one thing for ever while its neighbours turn over. */
  | ({ readonly kind: "stuck" } & Contradiction);

/** Among eight readings within 35 minutes; the figures behind it are in SPEC.md. */
export const flappingChangesMin = 6;

/** What was stored through an outage comes in one go, and the present at its end. */
export const backlogMsMax = 10 * 60_000;

const lagMs = (reading: SensorReading): number => reading.receivedAtMs - reading.observedAtMs;
const isLagging = (reading: SensorReading): boolean => lagMs(reading) > signOfLifeMsMax;

/** The faults of a sensor at a moment. Of one that is silent nothing else can be said. */
export function faultsAt(
  evidence: BayEvidence | undefined,
  nowMs: EpochMs,
  contradiction?: Contradiction,
): readonly SensorFault[] {
  if (!evidence) return [{ kind: "silent", sinceMs: undefined }];
  const isBehind = hasClockBehind(evidence, nowMs);
  if (nowMs - evidence.observedAtMs > silenceMsMax && !isBehind) {
    return [{ kind: "silent", sinceMs: evidence.observedAtMs }];
  }
  const faults: SensorFault[] = [];
  if (isBehind) faults.push({ kind: "clock-behind", lagMs: lagMs(evidence) });
  if (evidence.clockAhead) faults.push({ kind: "clock-ahead" });
  if (isFlapping(evidence)) faults.push({ kind: "flapping", changes: changesIn(evidence) });
  if (contradiction) faults.push({ kind: "stuck", ...contradiction });
  return faults;
}

export const isFlapping = (evidence: BayEvidence): boolean =>
  evidence.earlier.length >= flappingChangesMin && changesIn(evidence) >= flappingChangesMin;

function changesIn(evidence: BayEvidence): number {
  const readings = [evidence, ...evidence.earlier];
  return evidence.earlier.filter(({ state }, index) => state !== readings[index]?.state).length;
}

/**
 * A late report is overtaken by the sensor's next, and a backlog ends with the present: only a
 * wrong clock makes the newest of all look old for long.
 */
function hasClockBehind(evidence: BayEvidence, nowMs: EpochMs): boolean {
  const isHeard = nowMs - evidence.receivedAtMs <= silenceMsMax;
  const isLasting = [evidence, ...evidence.earlier].some(
    (reading) => isLagging(reading) && nowMs - reading.receivedAtMs >= backlogMsMax,
  );
  return isHeard && isLagging(evidence) && isLasting;
}
