import { assetId, epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  applyReport,
  type BayEvidence,
  type BayReport,
  backlogMsMax,
  bayId,
  bayStateAt,
  dateReport,
  faultsAt,
  flappingChangesMin,
  signOfLifeMsMax,
  silenceMsMax,
} from "./index.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const at = (afterMs: number) => epochMs(noon + afterMs);

/** What a sensor with this clock says at these moments, each received at once or as late as told. */
const heard = (
  words: readonly { atMs: number; lateMs?: number; state?: BayReport["state"] }[],
  clockErrorMs = 0,
): BayEvidence | undefined =>
  words
    .map(({ atMs, lateMs = 0, state = "free" }, counter): BayReport => {
      const times = { observedAtMs: at(atMs + clockErrorMs), receivedAtMs: at(atMs + lateMs) };
      return {
        ...{ deviceId: assetId("sensor-1"), bayId: bayId("bay-1"), epoch: 0, counter, state },
        ...times,
        ...dateReport(times),
      };
    })
    .reduce<BayEvidence | undefined>(applyReport, undefined);

const kindsAt = (evidence: BayEvidence | undefined, afterMs: number) =>
  faultsAt(evidence, at(afterMs)).map(({ kind }) => kind);

describe("[BS2] silence", () => {
  test("is a fault from the moment that the bay is unknown, and nothing else is then said", () => {
    const evidence = heard([{ atMs: 0 }]);
    const doubt = { neighbourChanges: 12 };
    expect(kindsAt(evidence, silenceMsMax)).toEqual([]);
    expect(faultsAt(evidence, at(silenceMsMax + 1), doubt)).toEqual([
      { kind: "silent", sinceMs: noon },
    ]);
  });

  test("of a sensor that was never heard has no beginning", () => {
    expect(faultsAt(undefined, at(0))).toEqual([{ kind: "silent", sinceMs: undefined }]);
  });
});

describe("[BS4] flapping", () => {
  const changes = (count: number, everyMs = minuteMs) =>
    heard(
      Array.from({ length: count + 1 }, (_, index) => ({
        atMs: index * everyMs,
        state: index % 2 === 0 ? "free" : "occupied",
      })),
    );

  test("is so many changes among the last readings, and makes the bay worth a coin", () => {
    const nowMs = at(flappingChangesMin * minuteMs);
    expect(faultsAt(changes(flappingChangesMin), nowMs)).toEqual([
      { kind: "flapping", changes: flappingChangesMin },
    ]);
    expect(bayStateAt(changes(flappingChangesMin), nowMs).confidence).toBe(0.5);
    expect(faultsAt(changes(flappingChangesMin - 1), nowMs)).toEqual([]);
    expect(bayStateAt(changes(flappingChangesMin - 1), nowMs).confidence).toBeGreaterThan(0.9);
  });

  test("is not what changes slowly, nor what only repeats itself", () => {
    expect(kindsAt(changes(8, 10 * minuteMs), 80 * minuteMs)).toEqual([]);
    const same = heard([0, 1, 2, 3, 4, 5, 6, 7].map((minute) => ({ atMs: minute * minuteMs })));
    expect(kindsAt(same, 8 * minuteMs)).toEqual([]);
  });

  test("is over with the next sign of life after it", () => {
    const evidence = changes(flappingChangesMin);
    expect(kindsAt(evidence, hourMs)).toEqual(["flapping"]);
    const words = [0, 1, 2, 3, 4, 5, 6].map((minute) => ({ atMs: minute * minuteMs }));
    const calm = heard([...words, { atMs: hourMs }]);
    expect(kindsAt(calm, hourMs)).toEqual([]);
  });
});

describe("[IN3] a clock", () => {
  test("that is ahead is a fault, and the receipt dates what it says", () => {
    const evidence = heard([{ atMs: 0 }], 3 * hourMs);
    expect(kindsAt(evidence, minuteMs)).toEqual(["clock-ahead"]);
    expect(bayStateAt(evidence, at(0))).toEqual({ state: "free", confidence: 0.98, ageMs: 0 });
  });

  test("that is hours behind leaves the bay unknown and says by how much, once it lasts", () => {
    const evidence = heard([{ atMs: 0 }, { atMs: 20 * minuteMs }], -3 * hourMs);
    expect(faultsAt(evidence, at(20 * minuteMs))).toEqual([
      { kind: "clock-behind", lagMs: 3 * hourMs },
    ]);
    expect(bayStateAt(evidence, at(20 * minuteMs)).state).toBe("unknown");
    expect(kindsAt(heard([{ atMs: 0 }], -3 * hourMs), backlogMsMax - 1)).toEqual(["silent"]);
  });

  test("that is an hour behind makes the bay look an hour older, never younger", () => {
    const evidence = heard([{ atMs: 0 }], -hourMs);
    expect(bayStateAt(evidence, at(0)).ageMs).toBe(hourMs);
    expect(kindsAt(evidence, backlogMsMax)).toEqual(["clock-behind"]);
  });

  test("is not blamed for a backlog that comes after an outage", () => {
    const backlog = [0, 20, 40, 60, 80, 100].map((minute) => ({
      atMs: minute * minuteMs,
      lateMs: (100 - minute) * minuteMs + minute * 100,
    }));
    for (let count = 1; count <= backlog.length; count++) {
      const evidence = heard(backlog.slice(0, count));
      expect(kindsAt(evidence, 100 * minuteMs + 10_000)).not.toContain("clock-behind");
    }
    expect(kindsAt(heard(backlog), 2 * hourMs)).toEqual([]);
  });

  test("is not blamed for one late report that the next overtakes", () => {
    const late = [{ atMs: 0, lateMs: 30 * minuteMs }];
    expect(kindsAt(heard(late), 45 * minuteMs)).toEqual([]);
    const beyond = [{ atMs: 0, lateMs: signOfLifeMsMax + 1 }];
    expect(kindsAt(heard(beyond), signOfLifeMsMax + 1 + backlogMsMax)).toEqual(["clock-behind"]);
    const overtaken = [...beyond, { atMs: 30 * minuteMs }];
    expect(kindsAt(heard(overtaken), signOfLifeMsMax + 1 + backlogMsMax)).toEqual([]);
  });
});

test("[BS4] one that contradicts its neighbours is a fault with its measure, worth a coin", () => {
  const evidence = heard([{ atMs: 0 }]);
  const contradiction = { neighbourChanges: 12 };
  expect(faultsAt(evidence, at(0), contradiction)).toEqual([{ kind: "stuck", ...contradiction }]);
  expect(bayStateAt(evidence, at(0), contradiction).confidence).toBe(0.5);
});
