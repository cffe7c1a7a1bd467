import { assetId, type EpochMs, epochMs } from "@pista/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyReport,
  type BayEvidence,
  type BayReport,
  bayId,
  bayStateAt,
  dateReport,
  faultsAt,
  silenceMsMax,
} from "./index.ts";

const noon = epochMs(Date.parse("2026-11-22T12:00:00Z"));
const minuteMs = 60_000;

/** One thing that a sensor says, and how it fares on its way. */
const anyWord = fc.record({
  state: fc.constantFrom("free" as const, "occupied" as const),
  /** Most follow at once, as from a sensor that flaps; some after hours of silence. */
  afterMs: fc.oneof(fc.nat(5 * minuteMs), fc.constant(0), fc.nat(300 * minuteMs)),
  /** Late ones are overtaken; a day late is beyond the bound of IN3. */
  delaysMs: fc.array(fc.oneof(fc.nat(2_000), fc.nat(90 * minuteMs), fc.nat(1_600 * minuteMs)), {
    minLength: 1,
    maxLength: 3,
  }),
  /** What befalls the sensor before it speaks. */
  before: fc.oneof(
    { weight: 8, arbitrary: fc.constant({ kind: "nothing" as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("restart" as const), isTold: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("clock" as const),
        errorMs: fc.integer({ min: -1_600, max: 600 }).map((minutes) => minutes * minuteMs),
      }),
    },
  ),
});

/**
 * What the hub takes in of a schedule, in the order of receipt: duplicates, late and reordered
 * reports, counters that restart with and without a new epoch, clocks hours ahead and behind.
 */
const schedule = fc.array(anyWord, { maxLength: 25 }).map((words): readonly BayReport[] => {
  let [atMs, errorMs, epoch, counter] = [noon as number, 0, 0, 0];
  const received = words.flatMap(({ state, afterMs, delaysMs, before }) => {
    atMs += afterMs;
    if (before.kind === "clock") errorMs = before.errorMs;
    if (before.kind === "restart") [epoch, counter] = [epoch + (before.isTold ? 1 : 0), 0];
    const said = { state, epoch, counter: counter++, observedAtMs: epochMs(atMs + errorMs) };
    return delaysMs.map((delayMs) => ({ ...said, receivedAtMs: epochMs(atMs + delayMs) }));
  });
  return received
    .sort((a, b) => a.receivedAtMs - b.receivedAtMs)
    .map((report) => ({
      ...{ deviceId: assetId("sensor-1"), bayId: bayId("bay-1") },
      ...report,
      ...dateReport(report),
    }));
});

const project = (reports: readonly BayReport[]): BayEvidence | undefined =>
  reports.reduce<BayEvidence | undefined>(applyReport, undefined);

test("[BS3] any order and any repetition of the same reports amount to the same evidence", () => {
  const run = fc.property(schedule, fc.infiniteStream(fc.nat()), (reports, draw) => {
    const shuffled = [...reports, ...reports.slice(0, 5)]
      .map((report) => ({ report, key: draw.next().value }))
      .sort((a, b) => a.key - b.key)
      .map(({ report }) => report);
    expect(project(shuffled)).toEqual(project(reports));
  });
  fc.assert(run, { numRuns: 500 });
});

test("[BS3] at every moment the live state equals the one rebuilt from the stored reports", () => {
  const run = fc.property(schedule, (received) => {
    const stored = new Map<string, BayReport>();
    let live: BayEvidence | undefined;
    for (const report of received) {
      // IN2: what is said again is stored as it was when it first came, and counts as that.
      const { epoch, counter, state } = report;
      const key = `${epoch} ${counter} ${state}`;
      stored.set(key, stored.get(key) ?? report);
      live = applyReport(live, stored.get(key) ?? report);
      const rebuilt = project([...stored.values()].reverse());
      const nowMs = epochMs(report.receivedAtMs + 1_000);
      expect(bayStateAt(live, nowMs)).toEqual(bayStateAt(rebuilt, nowMs));
      expect(faultsAt(live, nowMs)).toEqual(faultsAt(rebuilt, nowMs));
    }
  });
  fc.assert(run, { numRuns: 300 });
});

test("[BS2] a bay with a sensor is unknown only for a reason that is said", () => {
  fc.assert(
    fc.property(schedule, fc.nat(600 * minuteMs), (received, laterMs) => {
      const evidence = project(received);
      const nowMs = later(received.at(-1)?.receivedAtMs ?? noon, laterMs);
      const reasons = faultsAt(evidence, nowMs).map(({ kind }) => kind);
      const isReasoned = reasons.includes("silent") || reasons.includes("clock-behind");
      if (bayStateAt(evidence, nowMs).state === "unknown") expect(isReasoned).toBe(true);
      else expect(reasons).not.toContain("silent");
    }),
  );
});

const later = (fromMs: EpochMs, byMs: number): EpochMs => epochMs(fromMs + byMs);

test("[BS1] [BS4] confidence never rises with age nor by a doubt, and stays within 0 and 1", () => {
  const doubt = { neighbourChanges: 12 };
  fc.assert(
    fc.property(
      schedule,
      fc.nat(2 * silenceMsMax),
      fc.nat(silenceMsMax),
      (deliveries, ageMs, moreMs) => {
        const evidence = deliveries.reduce<BayEvidence | undefined>(applyReport, undefined);
        const newestMs = evidence?.observedAtMs ?? noon;
        const young = epochMs(newestMs + ageMs);
        const old = epochMs(newestMs + ageMs + moreMs);
        for (const contradiction of [undefined, doubt]) {
          const { confidence } = bayStateAt(evidence, young, contradiction);
          expect(bayStateAt(evidence, old, contradiction).confidence).toBeLessThanOrEqual(
            confidence,
          );
          expect(confidence).toBeLessThanOrEqual(bayStateAt(evidence, young).confidence);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(confidence).toBeGreaterThanOrEqual(0);
        }
      },
    ),
  );
});
