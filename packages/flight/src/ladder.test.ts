import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bottomLadder, climb, factorAt, type Ladder, type Rung, stepDown } from "./ladder.ts";

const flying: Ladder = { rung: "fly", freshFrames: 0, factor: 1 };
const climbed = (from: Ladder, frames: number, centred: boolean): Ladder =>
  Array.from({ length: frames }).reduce<Ladder>(
    (ladder) => climb(ladder, { ageMs: 100, centred }),
    from,
  );
const height: Record<Rung, number> = { hold: 0, slow: 1, fly: 2 };

describe("the ladder", () => {
  test.each([
    [0, 1],
    [150, 1],
    [175, 0.65],
    [200, 0.3],
    [200.001, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])("[LG2] at %d ms the speed limit's share is %d", (ageMs, factor) => {
    expect(factorAt(ageMs)).toBeCloseTo(factor, 10);
  });

  test("[LG2] the share never rises with age", () => {
    const age = fc.double({ min: 0, max: 400, noNaN: true });
    fc.assert(
      fc.property(age, age, (a, b) => {
        expect(factorAt(Math.max(a, b))).toBeLessThanOrEqual(factorAt(Math.min(a, b)));
      }),
    );
  });

  test("[LG2] down at once: slow beyond 150 ms, hold beyond 200", () => {
    expect(stepDown(flying, 150)).toBe(flying);
    expect(stepDown(flying, 175)).toEqual({ rung: "slow", freshFrames: 0, factor: 0.65 });
    expect(stepDown(flying, 200.001)).toEqual(bottomLadder);
  });

  test("[LG2] a slow rung becomes no faster by itself", () => {
    const slow = stepDown(flying, 190);
    expect(stepDown(slow, 160).factor).toBe(slow.factor);
    expect(stepDown(slow, 100)).toBe(slow);
  });

  test("[LG2] up a rung after 25 fresh frames, at 30 % first", () => {
    expect(climbed(bottomLadder, 24, true).rung).toBe("hold");
    expect(climbed(bottomLadder, 25, true)).toEqual({ rung: "slow", freshFrames: 0, factor: 0.3 });
    expect(climbed(bottomLadder, 49, true).rung).toBe("slow");
    expect(climbed(bottomLadder, 50, true)).toEqual(flying);
  });

  test("[LG2] out of hold only with centred sticks", () => {
    const waiting = climbed(bottomLadder, 1_000, false);
    expect(waiting.rung).toBe("hold");
    expect(climb(waiting, { ageMs: 100, centred: true }).rung).toBe("slow");
    expect(climbed(stepDown(flying, 160), 25, false).rung).toBe("fly");
  });

  test("[LG2] in hold a gap between fresh frames starts the count anew", () => {
    const nearly = climbed(bottomLadder, 24, true);
    expect(stepDown(nearly, 151).freshFrames).toBe(0);
    expect(climb(nearly, { ageMs: 151, centred: true }).freshFrames).toBe(0);
    expect(stepDown(nearly, 150)).toBe(nearly);
  });

  test("[LG2] no rung is ever gained without 25 fresh frames in a row before it", () => {
    const ageMs = fc.oneof(
      { weight: 12, arbitrary: fc.double({ min: 0, max: 150, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 150, max: 400, noNaN: true }) },
    );
    const seen = fc.record({ ageMs, centred: fc.boolean(), isFrame: fc.boolean() });
    fc.assert(
      fc.property(fc.array(seen, { minLength: 60, maxLength: 200 }), (all) => {
        let ladder = bottomLadder;
        let inARow = 0;
        for (const { isFrame, ...what } of all) {
          const next = isFrame ? climb(ladder, what) : stepDown(ladder, what.ageMs);
          const isFresh = what.ageMs <= 150;
          inARow = isFresh ? inARow + (isFrame ? 1 : 0) : 0;
          if (height[next.rung] > height[ladder.rung]) {
            expect(inARow).toBeGreaterThanOrEqual(25);
            expect(height[next.rung]).toBe(height[ladder.rung] + 1);
            if (ladder.rung === "hold") expect(what.centred).toBe(true);
            inARow = 0;
          }
          if (!isFresh && next.rung === "fly") throw new Error("An old command flies.");
          ladder = next;
        }
      }),
    );
  });
});
