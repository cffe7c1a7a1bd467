import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BayDay,
  bayId,
  judgedHeardMsMin,
  judgeZone,
  neighbourChangesMin,
  neighboursMin,
} from "./index.ts";

const dayMs = 24 * 3_600_000;
const daysOf = (changes: readonly number[], heardMs = dayMs): BayDay[] =>
  changes.map((count, index) => ({ bayId: bayId(`bay-${index}`), changes: count, heardMs }));
const busy = Array.from({ length: neighboursMin }, () => neighbourChangesMin);

describe("[BS4] a zone's day", () => {
  test("shows the sensor that never changes among those that do, with its neighbours' median", () => {
    expect(judgeZone(daysOf([0, ...busy]))).toEqual(
      new Map([["bay-0", { neighbourChanges: neighbourChangesMin }]]),
    );
  });

  test.each([
    ["one change is a change", [1, ...busy]],
    ["too few neighbours", [0, ...busy.slice(1)]],
    ["a quiet street", [0, ...busy.map((count) => count - 1)]],
    ["one neighbour that flaps", [0, 400, 2, 2, 2, 2]],
    ["nobody", []],
  ])("shows none: %s", (_, changes) => {
    expect(judgeZone(daysOf(changes)).size).toBe(0);
  });

  test("neither judges nor asks who was heard for less than half of it", () => {
    const short = daysOf([0], judgedHeardMsMin - 1);
    const rest = daysOf([9, ...busy]).slice(1);
    expect(judgeZone([...short, ...rest]).size).toBe(0);
    expect(judgeZone([...daysOf([0]), ...daysOf([9, ...busy], judgedHeardMsMin - 1)]).size).toBe(0);
  });

  test("is judged the same in any order, and a bay that changed is never shown", () => {
    const anyDays = fc.array(fc.nat(20), { maxLength: 30 });
    fc.assert(
      fc.property(anyDays, (changes) => {
        const shown = judgeZone(daysOf(changes));
        const reversed = judgeZone(daysOf(changes).reverse());
        expect(new Map([...reversed].sort())).toEqual(new Map([...shown].sort()));
        for (const [id] of shown) expect(changes[Number(id.slice(4))]).toBe(0);
      }),
    );
  });
});
