import type { EpochMs } from "@pista/kernel";
import { type BayEvidence, silenceMsMax } from "./bay-evidence.ts";
import { isFlapping } from "./sensor-fault.ts";
import type { Contradiction } from "./zone-judgement.ts";

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

/** What a fresh report is worth: ground sensors are right about 98 times in 100. */
const freshConfidence = 0.98;
/** What is left of it just before silence makes the bay unknown. */
const oldestConfidence = 0.5;
/** [BS4] What a sensor is worth that flaps or is stuck: of two states it names one, as a coin does. */
const doubtfulConfidence = 0.5;

/**
 * [BS1] [BS2] The bay's state at a moment. Confidence falls in a straight line with age, from
 * `freshConfidence` to `oldestConfidence` at the end of the silence bound, and is 0 beyond it.
 * [BS4] A sensor that flaps or contradicts its neighbours is worth `doubtfulConfidence` at most.
 */
export function bayStateAt(
  evidence: BayEvidence | undefined,
  nowMs: EpochMs,
  contradiction?: Contradiction,
): BayState {
  if (!evidence) return { state: "unknown", confidence: 0, ageMs: undefined };
  // A device clock a little ahead of ours (IN3 allows a minute) makes no negative age.
  const ageMs = Math.max(0, nowMs - evidence.observedAtMs);
  if (ageMs > silenceMsMax) return { state: "unknown", confidence: 0, ageMs };
  const share = ageMs / silenceMsMax;
  const byAge = freshConfidence - (freshConfidence - oldestConfidence) * share;
  const isDoubtful = contradiction !== undefined || isFlapping(evidence);
  const confidence = isDoubtful ? Math.min(byAge, doubtfulConfidence) : byAge;
  return { state: evidence.state, confidence, ageMs };
}

/** The moment at which silence will make the bay unknown, unless something is heard before. */
export const silentFromMs = (evidence: BayEvidence): number =>
  evidence.observedAtMs + silenceMsMax + 1;
