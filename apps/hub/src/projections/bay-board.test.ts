import type { BayStateView } from "@pista/contracts";
import { assetId, type BoundingBox, epochMs, organisationId } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { applyReport, type Bay, type BayReport, bayId, silenceMsMax, zoneId } from "@pista/parking";
import { describe, expect, test } from "vitest";
import { baysPerBoxMax, createBayBoard } from "./bay-board.ts";

const bayAt = (number: number, lngDeg: number): Bay => ({
  bayId: bayId(`bay-${number}`),
  zoneId: zoneId("zone"),
  organisationId: organisationId("city"),
  label: `Street ${number}`,
  kerb: [
    { lngDeg, latDeg: 45 },
    { lngDeg, latDeg: 45 },
  ],
  deviceId: assetId(`sensor-${number}`),
});

function setUp(bayCount: number, stepDeg = 0.01) {
  const clock = createManualClock();
  const board = createBayBoard(clock);
  for (let number = 0; number < bayCount; number++) {
    board.add(bayAt(number, number * stepDeg), undefined);
  }
  let counter = 0;
  const reportOf = (number: number): BayReport => ({
    deviceId: assetId(`sensor-${number}`),
    bayId: bayId(`bay-${number}`),
    counter: counter++,
    epoch: 0,
    state: "occupied",
    observedAtMs: clock.nowMs(),
    receivedAtMs: clock.nowMs(),
    clockAhead: false,
  });
  const told: (readonly BayStateView[])[] = [];
  board.changes.listen((views) => told.push(views));
  return { board, clock, reportOf, told };
}

const boxTo = (eastDeg: number): BoundingBox => ({
  westDeg: 0,
  southDeg: 44,
  eastDeg,
  northDeg: 46,
});

describe("the bay board", () => {
  test("[LV5] answers for as many bays as its bound, and refuses one more", () => {
    const { board } = setUp(baysPerBoxMax + 1, 0.0001);
    const within = boxTo(0.0001 * (baysPerBoxMax - 0.5));
    const [states, list] = [board.states(within), board.list(within)];
    expect(states.ok && states.value).toHaveLength(baysPerBoxMax);
    expect(list.ok && list.value).toHaveLength(baysPerBoxMax);
    for (const box of [boxTo(90), undefined]) {
      for (const answer of [board.states(box), board.list(box)]) {
        expect(answer).toMatchObject({ ok: false, fault: { kind: "too-many-bays" } });
      }
    }
  });

  test("[BS2] tells each silent bay once, within two seconds, and not one that spoke again", () => {
    const { board, clock, reportOf, told } = setUp(3);
    board.apply([reportOf(0), reportOf(1)]);
    clock.advance(60_000);
    board.apply([reportOf(1)]);
    told.length = 0;
    clock.advance(silenceMsMax - 60_000);
    board.sweep();
    expect(told).toEqual([]);
    clock.advance(2_000);
    board.sweep();
    board.sweep();
    expect(told.map((views) => views.map(({ id, state }) => [id, state]))).toEqual([
      [["bay-0", "unknown"]],
    ]);
    clock.advance(60_000);
    board.sweep();
    expect(told[1]?.map(({ id }) => id)).toEqual(["bay-1"]);
    board.apply([reportOf(0)]);
    clock.advance(silenceMsMax + 2_000);
    board.sweep();
    expect(told.slice(2).flatMap((views) => views.map(({ state }) => state))).toEqual([
      "occupied",
      "unknown",
    ]);
  });

  test("[BS2] a city that falls silent in one moment is told in parts, and whole", () => {
    const count = 25_000;
    const { board, clock, reportOf, told } = setUp(count);
    board.apply(Array.from({ length: count }, (_, number) => reportOf(number)));
    told.length = 0;
    clock.advance(silenceMsMax + 2_000);
    for (let sweep = 0; sweep < 4; sweep++) board.sweep();
    expect(told.map(({ length }) => length)).toEqual([10_000, 10_000, 5_000]);
    expect(new Set(told.flat().map(({ id }) => id)).size).toBe(count);
  });

  test("a bay that is drawn anew stands where it stands now, and there alone", () => {
    const { board, clock, reportOf, told } = setUp(2);
    board.apply([reportOf(0)]);
    board.add(bayAt(0, 50), undefined);
    const idsIn = (box: BoundingBox | undefined) => {
      const states = board.states(box);
      return states.ok && states.value.map(({ id, state }) => [id, state]);
    };
    expect(idsIn(boxTo(1))).toEqual([["bay-1", "unknown"]]);
    expect(idsIn({ ...boxTo(60), westDeg: 40 })).toEqual([["bay-0", "occupied"]]);
    board.apply([reportOf(0)]);
    clock.advance(silenceMsMax + 2_000);
    told.length = 0;
    board.sweep();
    board.sweep();
    expect(told.flat().map(({ id }) => id)).toEqual(["bay-0"]);
  });

  test("[BS3] a bay that comes with evidence falls silent like one that reported", () => {
    const { board, clock, reportOf, told } = setUp(0);
    const report = reportOf(7);
    const observedAtMs = epochMs(report.observedAtMs - silenceMsMax * 2);
    board.add(bayAt(7, 0), applyReport(undefined, report));
    board.add(bayAt(8, 0), applyReport(undefined, { ...report, observedAtMs }));
    clock.advance(silenceMsMax + 2_000);
    board.sweep();
    expect(told.flat().map(({ id }) => id)).toEqual(["bay-7"]);
  });
});
