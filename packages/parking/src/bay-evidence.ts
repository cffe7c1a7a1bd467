import type { BayReport } from "./report.ts";
import { latenessMsMax } from "./report.ts";

/** What one report adds to what is known of its bay. */
export type SensorReading = Pick<
  BayReport,
  "state" | "observedAtMs" | "receivedAtMs" | "epoch" | "counter" | "clockAhead"
>;

/**
 * [BS1] What the sensor's reports of one bay amount to: the newest by device time, and the few
 * before it that tell a sensor's faults.
 */
export type SensorEvidence = SensorReading & {
  readonly kind: "sensor";
  /** Newest first; observed within `signOfLifeMsMax` of the newest, and `earlierMax` at most. */
  readonly earlier: readonly SensorReading[];
};

/** [BS4] What tells of a bay. Payments and cameras, once they are heard, are further kinds. */
export type BayEvidence = SensorEvidence;

/** Bay sensors speak every 30 minutes in common settings, give or take what their clocks do. */
export const signOfLifeMsMax = 35 * 60_000;

/**
 * [BS2] After this much silence nobody can say. Bay sensors send at least a sign of life every
 * 30 minutes in common settings, so two signs may be lost and the third still counts.
 */
export const silenceMsMax = 95 * 60_000;

/** With the newest they are eight: seven changes can be told, and a city's bays stay in memory. */
export const earlierMax = 7;

/** Shared by the many bays that have nothing else. */
const none: readonly SensorReading[] = [];

/**
 * Adds a report to what is known. [IN3] Order is device time, with epoch and counter deciding
 * between equal times; a report older than the lateness bound, or than all that is kept, changes
 * nothing. [BS3] Whatever is left out once would be left out for ever after, so the outcome does
 * not depend on the order of reports, and a repeat changes nothing: the same evidence is returned.
 */
export function applyReport(
  evidence: BayEvidence | undefined,
  report: SensorReading,
): BayEvidence | undefined {
  if (report.receivedAtMs - report.observedAtMs > latenessMsMax) return evidence;
  if (!evidence) return { kind: "sensor", ...readingOf(report), earlier: none };
  const readings: SensorReading[] = [evidence, ...evidence.earlier];
  const found = readings.findIndex((known) => order(known, report) <= 0);
  const place = found < 0 ? readings.length : found;
  const known = readings[place];
  const isSame = known !== undefined && order(known, report) === 0;
  if (isSame && !stands(report, known)) return evidence;
  readings.splice(place, isSame ? 1 : 0, report);
  const [newest = report] = readings;
  const earlier = readings
    .slice(1, 1 + earlierMax)
    .filter(({ observedAtMs }) => newest.observedAtMs - observedAtMs <= signOfLifeMsMax);
  if (newest !== report && !earlier.includes(report)) return evidence;
  return {
    kind: "sensor",
    ...readingOf(newest),
    earlier: earlier.length === 0 ? none : earlier.map(readingOf),
  };
}

const readingOf = (reading: SensorReading): SensorReading => {
  const { state, observedAtMs, receivedAtMs, epoch, counter, clockAhead } = reading;
  return { state, observedAtMs, receivedAtMs, epoch, counter, clockAhead };
};

/** Above zero where the first is newer. */
const order = (a: SensorReading, b: SensorReading): number =>
  a.observedAtMs - b.observedAtMs || a.epoch - b.epoch || a.counter - b.counter;

/**
 * Of two with the same time and numbers one counts: the one that was received first, as the store
 * keeps it. The rest of the comparison only makes the choice the same in every order.
 */
function stands(report: SensorReading, known: SensorReading): boolean {
  if (report.receivedAtMs !== known.receivedAtMs) return report.receivedAtMs < known.receivedAtMs;
  if (report.state !== known.state) return report.state === "occupied";
  return !report.clockAhead && known.clockAhead;
}
