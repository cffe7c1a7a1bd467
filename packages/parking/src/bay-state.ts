import type { EpochMs } from "@pista/kernel";
import type { BayReport } from "./report.ts";
import { latenessMsMax } from "./report.ts";

/**
 * [BS1] What the reports of one bay amount to: the newest by device time. Together with a moment
 * it gives the bay's state; nothing else about the bay is remembered.
 */
export type BayEvidence = Pick<
  BayReport,
  "state" | "observedAtMs" | "receivedAtMs" | "epoch" | "counter"
>;

/** [BS1] A projection, never a stored boolean. */
export type BayState =
  | {
      readonly state: "free" | "occupied";
      /** 0 to 1: how much the evidence is worth at that moment. */
      readonly confidence: number;
      readonly ageMs: number;
    }
  | {
      readonly state: "unknown";
      readonly confidence: 0;
      /** Undefined when nothing was ever heard. */
      readonly ageMs: number | undefined;
    };

/**
 * [BS2] After this much silence nobody can say. Bay sensors send at least a sign of life every
 * 30 minutes in common settings, so two signs may be lost and the third still counts.
 */
export const silenceMsMax = 95 * 60_000;

/** What a fresh report is worth: ground sensors are right about 98 times in 100. */
const freshConfidence = 0.98;
/** What is left of it just before silence makes the bay unknown. */
const oldestConfidence = 0.5;

/**
 * Adds a report to what is known. [IN3] Order is device time, with epoch and counter deciding
 * between equal times; a report older than the lateness bound, or than what is known, changes
 * nothing. Applying the same report again changes nothing either, so a repeat is harmless.
 */
export function applyReport(
  evidence: BayEvidence | undefined,
  report: BayReport,
): BayEvidence | undefined {
  if (report.receivedAtMs - report.observedAtMs > latenessMsMax) return evidence;
  if (evidence && !isNewer(report, evidence)) return evidence;
  const { state, observedAtMs, receivedAtMs, epoch, counter } = report;
  return { state, observedAtMs, receivedAtMs, epoch, counter };
}

function isNewer(report: BayEvidence, known: BayEvidence): boolean {
  if (report.observedAtMs !== known.observedAtMs) return report.observedAtMs > known.observedAtMs;
  if (report.epoch !== known.epoch) return report.epoch > known.epoch;
  return report.counter > known.counter;
}

/**
 * [BS1] [BS2] The bay's state at a moment. Confidence falls in a straight line with age, from
 * `freshConfidence` to `oldestConfidence` at the end of the silence bound, and is 0 beyond it.
 */
export function bayStateAt(evidence: BayEvidence | undefined, nowMs: EpochMs): BayState {
  if (!evidence) return { state: "unknown", confidence: 0, ageMs: undefined };
  // A device clock a little ahead of ours (IN3 allows a minute) makes no negative age.
  const ageMs = Math.max(0, nowMs - evidence.observedAtMs);
  if (ageMs > silenceMsMax) return { state: "unknown", confidence: 0, ageMs };
  const share = ageMs / silenceMsMax;
  const confidence = freshConfidence - (freshConfidence - oldestConfidence) * share;
  return { state: evidence.state, confidence, ageMs };
}

/** The moment at which silence will make the bay unknown, unless something is heard before. */
export const silentFromMs = (evidence: BayEvidence): number =>
  evidence.observedAtMs + silenceMsMax + 1;
