import { silenceMsMax } from "./bay-evidence.ts";
import { type BayReport, latenessMsMax } from "./report.ts";

/** [OC2] Five minutes, counted from 1970 in UTC. */
export const slotMs = 5 * 60_000;

/** A report as far as it says how long a bay was free or occupied. */
export type Holding = Pick<BayReport, "state" | "observedAtMs" | "epoch" | "counter">;

/** The moments from `fromMs` up to, and without, `toMs`. */
export type Held = {
  readonly state: "free" | "occupied";
  readonly fromMs: number;
  readonly toMs: number;
};

/** [OC1] Whether a report says anything of occupancy: one that is later than the bound does not. */
export const isCounted = (report: { receivedAtMs: number; observedAtMs: number }): boolean =>
  report.receivedAtMs - report.observedAtMs <= latenessMsMax;

/** [IN3] Below zero when `a` comes before `b`; zero when the order cannot tell them apart. */
export const compareHoldings = (a: Holding, b: Holding): number =>
  a.observedAtMs - b.observedAtMs || a.epoch - b.epoch || a.counter - b.counter;

/** [OC1] From its observation to the next report's, and no longer than silence is believed (BS2). */
export const heldBy = (report: Holding, nextObservedAtMs = Number.POSITIVE_INFINITY): Held => ({
  state: report.state,
  fromMs: report.observedAtMs,
  toMs: Math.min(nextObservedAtMs, report.observedAtMs + silenceMsMax + 1),
});

/** What a further report changes: the time that is added to the sum, and the time taken from it. */
export type OccupancyChange = { readonly sign: 1 | -1; readonly held: Held };

/**
 * [OC3] A report comes between its neighbours in the bay's order. The newest report of a bay is
 * in no sum yet, for nobody knows when it will end; so one without an `after` adds what the one
 * before it held, and itself nothing.
 */
export function insertHolding(
  before: Holding | undefined,
  report: Holding,
  after: Holding | undefined,
): readonly OccupancyChange[] {
  // The first received counts, and what cannot be told from it adds nothing.
  if (before && compareHoldings(before, report) === 0) return [];
  const changes: OccupancyChange[] = [];
  if (before && after) changes.push({ sign: -1, held: heldBy(before, after.observedAtMs) });
  if (before) changes.push({ sign: 1, held: heldBy(before, report.observedAtMs) });
  if (after) changes.push({ sign: 1, held: heldBy(report, after.observedAtMs) });
  return changes;
}

/** The nearest on both sides; one that the order cannot tell apart stands before. */
export function neighboursOf(
  report: Holding,
  others: Iterable<Holding>,
): { before: Holding | undefined; after: Holding | undefined } {
  let before: Holding | undefined;
  let after: Holding | undefined;
  for (const other of others) {
    if (compareHoldings(other, report) > 0) {
      if (!after || compareHoldings(other, after) < 0) after = other;
    } else if (!before || compareHoldings(other, before) > 0) before = other;
  }
  return { before, after };
}

/** [OC2] The slots that an interval touches, with the milliseconds of it that lie in each. */
export function* slotsOf({ fromMs, toMs }: Held): Generator<{ slotAtMs: number; ms: number }> {
  for (let slotAtMs = slotAt(fromMs); slotAtMs < toMs; slotAtMs += slotMs) {
    const ms = Math.min(toMs, slotAtMs + slotMs) - Math.max(fromMs, slotAtMs);
    if (ms > 0) yield { slotAtMs, ms };
  }
}

/** The beginning of the slot in which a moment lies. */
export const slotAt = (atMs: number): number => Math.floor(atMs / slotMs) * slotMs;
