import {
  estimatedAgeMsMax,
  freshFramesToRise,
  type GatewayState,
  provableAgeMsMax,
  tickMs,
} from "@pista/flight";
import type { SentFrame } from "./storm-pilot.ts";
import type { StormFinding, StormStatistics } from "./storm-report.ts";

type Finding = Omit<StormFinding, "atMs">;

/** A frame that acts, and when it was sampled by the guard's estimate, on the gateway's clock. */
export type Acted = { readonly sent: SentFrame; readonly estimatedAtMs: number };

/** One moment, by the storm's own time and by the gateway's clock. */
export type Moment = { readonly trueMs: number; readonly gatewayMs: number };

/** Rounding, and what a clock that drifts is wrong by in 400 ms. */
export const toleranceMs = 0.05;

/** A timer of the gateway may be so late; the command acts on for as long. */
export const timerLatenessMsMax = 4;

export type Lateness = { readonly wallMs: number; readonly viewMs: number };
export const onTime: Lateness = { wallMs: 0, viewMs: 0 };
/** [LG3] What time alone makes of a view is seen at the next tick. */
export const lateByTimers: Lateness = {
  wallMs: timerLatenessMsMax,
  viewMs: tickMs + timerLatenessMsMax,
};

export function actedOf({ clock }: GatewayState, atMs: number, sent: SentFrame): Acted {
  const offsetMs = clock.estimate?.offsetMs ?? Number.NaN;
  return { sent, estimatedAtMs: Math.min(atMs, sent.frame.sampledAtBrowserMs + offsetMs) };
}

/** The ages that the two walls are about, the first on the frame as it was sent. */
export const agesOf = ({ sent, estimatedAtMs }: Acted, { clock }: GatewayState, at: Moment) => ({
  trueMs: at.trueMs - sent.trulySampledAtMs,
  estimatedMs: at.gatewayMs - estimatedAtMs + (clock.estimate?.marginMs ?? 0),
});

/** [LG1] Both walls. */
export function judgeAges(
  { trueMs, estimatedMs }: ReturnType<typeof agesOf>,
  latenessMs: number,
): Finding[] {
  const findings: Finding[] = [];
  if (trueMs > provableAgeMsMax + latenessMs + toleranceMs) {
    const what = `a command acts that is truly ${trueMs.toFixed(1)} ms old`;
    findings.push({ rule: "LG1 (b)", what });
  }
  if (estimatedMs > estimatedAgeMsMax + latenessMs + toleranceMs) {
    const what = `a command acts at ${estimatedMs.toFixed(1)} ms by the estimate`;
    findings.push({ rule: "LG1 (a)", what });
  }
  return findings;
}

/** How near a command that moved the vehicle came to the walls. */
export function raise(
  statistics: StormStatistics,
  { trueMs, estimatedMs }: ReturnType<typeof agesOf>,
  viewAgeMs: number,
): void {
  statistics.trueAgeMsMax = Math.max(statistics.trueAgeMsMax, trueMs);
  statistics.estimatedAgeMsMax = Math.max(statistics.estimatedAgeMsMax, estimatedMs);
  statistics.viewAgeMsMax = Math.max(statistics.viewAgeMsMax, viewAgeMs);
}

/** Sticks that count as centred. */
const centredMax = 0.05;

/** [AU3] Frames of the receiver's own, the newest of them fresh and with centred sticks. */
export function judgeSeat(acted: Acted | undefined, frames: number, atMs: number): Finding[] {
  const found = (what: string): Finding => ({
    rule: "AU3",
    what: `the receiver is seated ${what}`,
  });
  if (!acted || frames < freshFramesToRise) return [found(`after ${frames} frames`)];
  const { frame, trulySampledAtMs } = acted.sent;
  const isCentred = Object.values(frame.sticks).every((stick) => Math.abs(stick) <= centredMax);
  const isOld = atMs - trulySampledAtMs > provableAgeMsMax + toleranceMs;
  return [
    ...(isCentred ? [] : [found("with sticks that are not centred")]),
    ...(isOld ? [found("on an old frame")] : []),
  ];
}
