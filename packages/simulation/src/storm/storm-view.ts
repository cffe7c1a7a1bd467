import {
  type Pose,
  viewAgeAllowanceMs,
  viewAgeMsMax,
  viewBaselineMs,
  viewWorstMs,
} from "@pista/flight";
import type { EnuM } from "@pista/kernel";
import { demonstrationBounds } from "../vehicle/vehicle-body.ts";
import type { SentFrame } from "./storm-pilot.ts";
import type { StormFinding, StormStatistics } from "./storm-report.ts";

/** A frame at the end of the ten seconds may count by one clock and not by the other. */
const viewToleranceMs = 5;
/** What 50 ppm of half a second are at 3 m/s, and rounding. */
const wayToleranceM = 0.001;

type Finding = Omit<StormFinding, "atMs">;
type Age = { readonly ageMs: number; readonly atMs: number };
type Shown = {
  readonly sinceMs: number;
  readonly first: number[];
  medianMs: number | undefined;
  recent: Age[];
};

/**
 * [LG3] [LG6] (b) What a pilot was truly shown: by the very place, whatever number the pose had, and by the
 * storm's own time. Its age runs from when it came in at the gateway.
 */
export class StormView {
  private readonly clearViewM: number;
  private readonly cameInAtMs = new WeakMap<EnuM, number>();
  /** By the epoch of the lease: each begins with a baseline of its own. */
  private readonly shown = new Map<number, Shown>();

  constructor(clearViewM: number) {
    this.clearViewM = clearViewM;
  }

  heard({ position }: Pose, atMs: number): void {
    this.cameInAtMs.set(position, atMs);
  }

  /** A frame acts from now on. */
  acted(sent: SentFrame, atMs: number): void {
    const ageMs = this.ageMs(sent, atMs);
    if (!Number.isFinite(ageMs)) return;
    const { leaseEpoch } = sent.frame;
    const known = this.shown.get(leaseEpoch);
    const shown = known ?? { sinceMs: atMs, first: [], medianMs: undefined, recent: [] };
    if (atMs - shown.sinceMs <= viewBaselineMs) shown.first.push(ageMs);
    shown.recent = [
      ...shown.recent.filter((one) => atMs - one.atMs <= viewWorstMs),
      { ageMs, atMs },
    ];
    this.shown.set(leaseEpoch, shown);
  }

  ageMs({ trulyShown }: SentFrame, atMs: number): number {
    const cameInAtMs = trulyShown && this.cameInAtMs.get(trulyShown.position);
    return cameInAtMs === undefined ? Number.POSITIVE_INFINITY : atMs - cameInAtMs;
  }

  /** [LG3] No stick acts on a view older than the lock's bound. */
  judgeAge(sent: SentFrame, atMs: number, latenessMs: number): Finding[] {
    const ageMs = this.ageMs(sent, atMs);
    const lateMs = latenessMs + viewToleranceMs;
    // When the ten seconds end the bound falls at once, and the guard looks at its next tick.
    if (ageMs <= this.ageMsLimit(sent, atMs - lateMs) + lateMs) return [];
    return [
      { rule: "LG3", what: `a stick acts on a view that is truly ${ageMs.toFixed(0)} ms old` },
    ];
  }

  /** The median of the lease's first ten seconds, once they are over, and the allowance. */
  private ageMsLimit({ frame }: SentFrame, atMs: number): number {
    const shown = this.shown.get(frame.leaseEpoch);
    if (!shown || atMs - shown.sinceMs <= viewBaselineMs) return viewAgeMsMax;
    shown.medianMs ??= shown.first.sort((a, b) => a - b)[Math.floor(shown.first.length / 2)] ?? 0;
    return Math.min(viewAgeMsMax, shown.medianMs + viewAgeAllowanceMs);
  }

  /** [LG6] (b) The way that a speed needs before what was seen late, by the declared bounds. */
  judgeWay(
    sent: SentFrame,
    speedMps: number,
    atMs: number,
    statistics: StormStatistics,
  ): Finding[] {
    const recent = this.shown.get(sent.frame.leaseEpoch)?.recent ?? [];
    const inTime = recent.filter((one) => atMs - one.atMs <= viewWorstMs);
    const worstMs = Math.max(this.ageMs(sent, atMs), ...inTime.map(({ ageMs }) => ageMs));
    const { guardToMotionS, decelerationMps2 } = demonstrationBounds;
    const delayS = guardToMotionS + worstMs / 1_000;
    const wayM = speedMps * delayS + speedMps ** 2 / (2 * decelerationMps2);
    const { clearViewM } = this;
    statistics.viewShareMax = Math.max(statistics.viewShareMax, wayM / clearViewM);
    if (wayM <= clearViewM + wayToleranceM) return [];
    const what = `${wayM.toFixed(2)} m to stop, and ${clearViewM.toFixed(2)} m in view`;
    return [{ rule: "LG6 (b)", what }];
  }
}
