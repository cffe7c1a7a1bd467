import { assetId, epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  applyReport,
  type BayEvidence,
  type BayReport,
  bayCentre,
  bayId,
  bayStateAt,
  latenessMsMax,
  silenceMsMax,
} from "./index.ts";

const noon = epochMs(Date.parse("2026-11-22T12:00:00Z"));
const later = (byMs: number) => epochMs(noon + byMs);
const evidence: BayEvidence = {
  state: "free",
  observedAtMs: noon,
  receivedAtMs: noon,
  epoch: 2,
  counter: 10,
  clockAhead: false,
  kind: "sensor",
  earlier: [],
};
const report = (changes: Partial<BayReport>): BayReport => ({
  ...{ deviceId: assetId("sensor-1"), bayId: bayId("bay-1"), state: "free" },
  ...{ observedAtMs: noon, receivedAtMs: noon, epoch: 2, counter: 10, clockAhead: false },
  ...changes,
});

describe("evidence", () => {
  const minute = (number: number) =>
    report({ observedAtMs: later(number * 60_000), counter: number });
  const minutesKept = (minutes: readonly number[]): number[] => {
    const kept = minutes.map(minute).reduce<BayEvidence | undefined>(applyReport, undefined);
    return kept ? [kept, ...kept.earlier].map(({ counter }) => counter) : [];
  };

  test("[BS1] keeps the newest and seven before it, however they come", () => {
    expect(minutesKept([3, 9, 1, 4, 2, 6, 5, 8, 7, 0])).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
  });

  test("[BS1] keeps of those before only what was observed within a sign of life", () => {
    expect(minutesKept([36, 1, 0])).toEqual([36, 1]);
    expect(minutesKept([0, 1, 37])).toEqual([37]);
  });

  test("[IN3] of two with the same time and numbers the first received counts", () => {
    const first = report({ receivedAtMs: later(1_000) });
    const second = report({ receivedAtMs: later(2_000), state: "occupied" });
    expect([first, second].reduce<BayEvidence | undefined>(applyReport, undefined)?.state).toBe(
      "free",
    );
    expect([second, first].reduce<BayEvidence | undefined>(applyReport, undefined)?.state).toBe(
      "free",
    );
  });

  test.each([
    ["a later start of the device", { epoch: 3, counter: 0 }, true],
    ["a higher counter", { counter: 11 }, true],
    ["the same again", { receivedAtMs: later(1) }, false],
    ["a lower counter", { counter: 9 }, false],
    ["an earlier start, whatever its counter", { epoch: 1, counter: 99 }, false],
    ["a later time, whatever its numbers", { observedAtMs: later(1), epoch: 0, counter: 0 }, true],
  ])("[IN3] at one time %s: newer is %s", (_, changes, isNewer) => {
    const after = applyReport(evidence, report({ state: "occupied", ...changes }));
    expect(after?.state).toBe(isNewer ? "occupied" : "free");
  });

  test("[IN3] exactly at the lateness bound a report still counts", () => {
    const late = report({ receivedAtMs: later(latenessMsMax) });
    expect(applyReport(undefined, late)?.state).toBe("free");
  });

  test.each([
    [0, 0.98],
    [silenceMsMax / 2, 0.74],
    [silenceMsMax, 0.5],
    [silenceMsMax + 1, 0],
  ])("[BS1] [BS2] confidence at an age of %d ms is %d", (ageMs, confidence) => {
    expect(bayStateAt(evidence, later(ageMs)).confidence).toBeCloseTo(confidence, 12);
  });

  test("[BS1] a device's clock a little ahead makes no negative age", () => {
    expect(bayStateAt(evidence, later(-30_000))).toEqual({
      state: "free",
      confidence: 0.98,
      ageMs: 0,
    });
  });

  test("[BS2] what fell silent still says for how long", () => {
    expect(bayStateAt(evidence, later(silenceMsMax + 1))).toEqual({
      state: "unknown",
      confidence: 0,
      ageMs: silenceMsMax + 1,
    });
  });
});

test("a bay's middle is between its ends", () => {
  const kerb = [
    { lngDeg: 7.6, latDeg: 45 },
    { lngDeg: 7.8, latDeg: 45.5 },
  ] as const;
  const centre = bayCentre({ kerb });
  expect(centre.lngDeg).toBeCloseTo(7.7, 12);
  expect(centre.latDeg).toBeCloseTo(45.25, 12);
});
