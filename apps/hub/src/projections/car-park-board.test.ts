import type { CarParkView } from "@pista/contracts";
import { epochMs } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { type CarPark, carParkId, carParkSilenceMsMax } from "@pista/parking";
import { expect, test } from "vitest";
import { createCarParkBoard } from "./car-park-board.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
const reading = (id: string, freeSpaces: number | undefined, ageMs = 0): CarPark => ({
  ...{ carParkId: carParkId(id), name: id, position: { lngDeg: 7.68, latDeg: 45.06 } },
  ...{ spaces: 500, freeSpaces, tendency: "filling", source: "5T" },
  observedAtMs: epochMs(clock.nowMs() - ageMs),
  ...{ publishedAtMs: undefined, receivedAtMs: undefined },
});

function openBoard() {
  const board = createCarParkBoard(clock);
  const told: CarParkView[] = [];
  board.changes.listen((changes) => told.push(...changes));
  return {
    board,
    told: () => told.splice(0).map(({ id, freeSpaces, isStale }) => [id, freeSpaces, isStale]),
  };
}

test("[BS2] a sweep tells once of what silence alone has made stale, and news end it", () => {
  const { board, told } = openBoard();
  board.put([reading("a", 44), reading("b", undefined), reading("c", 0, 60_000)]);
  told();
  clock.advance(carParkSilenceMsMax - 60_000);
  board.sweep();
  expect(told()).toEqual([]);
  clock.advance(1);
  board.sweep();
  expect(told()).toEqual([["c", 0, true]]);
  clock.advance(60_000);
  board.sweep();
  board.sweep();
  expect(told()).toEqual([
    ["a", 44, true],
    ["b", null, true],
  ]);
  expect(board.list(undefined)).toMatchObject([
    { id: "a", freeSpaces: 44, isStale: true, tendency: "unknown" },
    { id: "b", freeSpaces: null, isStale: true },
    { id: "c", freeSpaces: 0, isStale: true },
  ]);
  board.put([reading("a", 43)]);
  expect(told()).toEqual([["a", 43, false]]);
});

test("an older reading changes nothing, and the newest of all is known", () => {
  const { board, told } = openBoard();
  expect(board.newestAtMs()).toBeUndefined();
  board.put([reading("a", 44)]);
  board.put([reading("a", 1, 1)]);
  board.put([reading("b", 2, 5_000)]);
  expect(told()).toEqual([
    ["a", 44, false],
    ["b", 2, false],
  ]);
  expect(board.newestAtMs()).toBe(clock.nowMs());
});
