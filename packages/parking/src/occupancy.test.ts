import { assetId, epochMs } from "@pista/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyReport,
  type BayEvidence,
  type BayReport,
  bayId,
  bayStateAt,
  compareHoldings,
  type Holding,
  heldBy,
  insertHolding,
  isCounted,
  latenessMsMax,
  neighboursOf,
  silenceMsMax,
  slotMs,
  slotsOf,
} from "./index.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const minuteMs = 60_000;
const holding = (minutes: number, changes: Partial<Holding> = {}): Holding => ({
  state: "free",
  observedAtMs: epochMs(noon + minutes * minuteMs),
  epoch: 0,
  counter: 1,
  ...changes,
});

test("[OC1] a report holds until the next one, and no longer than silence is believed", () => {
  const next = holding(10).observedAtMs;
  expect(heldBy(holding(0), next)).toEqual({ state: "free", fromMs: noon, toMs: next });
  const toMs = noon + silenceMsMax + 1;
  expect(heldBy(holding(0), holding(300).observedAtMs).toMs).toBe(toMs);
  // The last moment that is held is the last at which the bay's state is known.
  const evidence = applyReport(undefined, {
    ...holding(0),
    receivedAtMs: epochMs(noon),
    clockAhead: false,
  });
  expect(bayStateAt(evidence, epochMs(toMs - 1)).state).toBe("free");
  expect(bayStateAt(evidence, epochMs(toMs)).state).toBe("unknown");
});

test("[OC2] time is cut where a slot of five minutes ends", () => {
  const held = { state: "free", fromMs: noon + minuteMs, toMs: noon + 11 * minuteMs } as const;
  expect([...slotsOf(held)]).toEqual([
    { slotAtMs: noon, ms: 4 * minuteMs },
    { slotAtMs: noon + slotMs, ms: slotMs },
    { slotAtMs: noon + 2 * slotMs, ms: minuteMs },
  ]);
  expect([...slotsOf({ ...held, toMs: held.fromMs })]).toEqual([]);
});

type Sums = Map<string, number>;

/** One report after the other, as the store does it. */
function sumsAsTheyCome(reports: readonly BayReport[]): Sums {
  const known: Holding[] = [];
  const sums: Sums = new Map();
  for (const report of reports.filter(isCounted)) {
    const { before, after } = neighboursOf(report, known);
    for (const { sign, held } of insertHolding(before, report, after)) {
      for (const { slotAtMs, ms } of slotsOf(held)) add(sums, slotAtMs, held.state, sign * ms);
    }
    known.push(report);
  }
  return sums;
}

/** From the bay's state as BS1 and BS2 say it, wherever it can change, up to its newest report. */
function sumsFromStates(reports: readonly BayReport[]): Sums {
  const counted = reports.filter(isCounted);
  const times = counted.flatMap(({ observedAtMs: at }) => [at, at + silenceMsMax + 1]);
  const endMs = Math.max(...counted.map(({ observedAtMs }) => observedAtMs));
  const [first = 0, last = 0] = [Math.min(...times), endMs].map((at) => Math.floor(at / slotMs));
  for (let slot = first; slot <= last; slot++) times.push(slot * slotMs);
  const edges = [...new Set(times)].filter((at) => at <= endMs).sort((a, b) => a - b);
  const sums: Sums = new Map();
  edges.forEach((atMs, index) => {
    const evidence = counted
      .filter(({ observedAtMs }) => observedAtMs <= atMs)
      .reduce<BayEvidence | undefined>(applyReport, undefined);
    const { state } = bayStateAt(evidence, epochMs(atMs));
    if (state === "unknown") return;
    add(sums, Math.floor(atMs / slotMs) * slotMs, state, (edges[index + 1] ?? endMs) - atMs);
  });
  return sums;
}

function add(sums: Sums, slotAtMs: number, state: string, ms: number): void {
  const key = `${new Date(slotAtMs).toISOString()} ${state}`;
  const sum = (sums.get(key) ?? 0) + ms;
  if (sum === 0) sums.delete(key);
  else sums.set(key, sum);
}

const schedule = fc.array(
  fc.record({
    state: fc.constantFrom("free" as const, "occupied" as const),
    observedS: fc.integer({ min: 0, max: 6 * 3_600 }),
    lateMs: fc.constantFrom(-50_000, 0, 400, minuteMs, latenessMsMax, latenessMsMax + 1),
    epoch: fc.integer({ min: 0, max: 2 }),
    counter: fc.integer({ min: 0, max: 3 }),
    times: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** As the store takes them; within one millisecond the one that the bay's state takes (BS3). */
const inReceipt = (a: BayReport, b: BayReport): number =>
  a.receivedAtMs - b.receivedAtMs || Number(a.state === "free") - Number(b.state === "free");

test("[OC1] [OC3] sums kept as reports come are those of all reports at once", () => {
  fc.assert(
    fc.property(schedule, (steps) => {
      const reports = steps.flatMap(({ observedS, lateMs, times, ...step }): BayReport[] => {
        const observedAtMs = epochMs(noon + observedS * 1_000);
        const receivedAtMs = epochMs(observedAtMs + lateMs);
        const names = { deviceId: assetId("sensor-1"), bayId: bayId("bay-1"), clockAhead: false };
        return Array(times).fill({ ...step, ...names, observedAtMs, receivedAtMs });
      });
      reports.sort(inReceipt);
      fc.pre(reports.some(isCounted));
      expect(sumsAsTheyCome(reports)).toEqual(sumsFromStates(reports));
    }),
    { numRuns: 300 },
  );
});

test("[IN3] neighbours are those of device order, and an equal one stands before", () => {
  const equal = holding(5, { state: "occupied" });
  const others = [holding(9), holding(1), equal, holding(3), holding(7)];
  expect(neighboursOf(holding(4), others)).toEqual({ before: holding(3), after: equal });
  expect(neighboursOf(holding(5), others)).toEqual({ before: equal, after: holding(7) });
  expect(insertHolding(equal, holding(5), holding(7))).toEqual([]);
  const restarted = holding(5, { epoch: 1, counter: 0 });
  expect(compareHoldings(restarted, equal)).toBeGreaterThan(0);
});
