import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BrakeFigures, Braking } from "./braking.ts";
import { type BrakedFlight, brakingsOf, declaredBounds } from "./testing/braked-flight.ts";

const only = (changes: Partial<BrakedFlight>): Braking | undefined => {
  const told = brakingsOf(changes);
  expect(told.length).toBeLessThanOrEqual(1);
  return told[0];
};
const figuresOf = (changes: Partial<BrakedFlight>): BrakeFigures => {
  const { figures } = only(changes) ?? {};
  if (!figures) throw new Error("Nothing was measured.");
  return figures;
};

describe("a braking", () => {
  test("[LG6] is measured: the way, its promise, and T1 and a as they were", () => {
    const figures = figuresOf({ speedMps: 2, delayS: 0.25, decelerationMps2: 2 });
    expect(figures.speedMps).toBeCloseTo(2, 2);
    // The pose that the guard knows is up to a period and its delay old, and counts.
    expect(figures.wayM).toBeGreaterThan(2 * 0.25 + 0.99);
    expect(figures.wayM).toBeLessThan(2 * (0.25 + 0.03) + 1.01);
    expect(figures.promisedM).toBeCloseTo(2 * 0.4 + 4 / 3, 2);
    expect(figures.guardToMotionS).toBeCloseTo(0.25, 1);
    expect(figures.decelerationMps2).toBeCloseTo(2, 1);
  });

  const seeded = fc.integer({ min: 1, max: 1e9 });
  const speed = fc.integer({ min: 45, max: 300 }).map((centi) => centi / 100);
  const isSeen = fc.record({
    posePeriodMs: fc.constantFrom(10, 20, 50, 100),
    poseDelayMs: fc.integer({ min: 0, max: 60 }),
    noiseM: fc.constantFrom(0, 0.01, 0.03),
    noiseMps: fc.constantFrom(0, 0.02, 0.05),
    letGoS: fc.constantFrom(0, 0.06),
    seed: seeded,
  });

  test("[LG6] of a vehicle within what is declared is never called worse", () => {
    const verdicts = { kept: 0, worse: 0, unclear: 0 };
    const vehicle = fc.record({
      speedMps: speed,
      guardToMotionS: fc.integer({ min: 30, max: 80 }).map((centi) => centi / 100),
      decelerationMps2: fc.integer({ min: 5, max: 40 }).map((deci) => deci / 10),
      betterBy: fc.constantFrom(1, 1, 1.1, 1.5, 3),
    });
    const centi = (min: number, max: number) =>
      fc.integer({ min: 100 * min, max: 100 * max }).map((hundredths) => hundredths / 100);
    const jump = fc.record({ atS: centi(-0.7, 2), byM: centi(-1, 1) });
    fc.assert(
      fc.property(vehicle, isSeen, fc.option(jump, { freq: 2 }), (known, seen, jumped) => {
        const { speedMps, betterBy, ...declared } = known;
        // T1 is all of it: the pose's way, its period and the vehicle's own delay.
        const ownS = declared.guardToMotionS - (seen.poseDelayMs + seen.posePeriodMs) / 1_000;
        const delayS = Math.max(0, ownS) / betterBy;
        const decelerationMps2 = declared.decelerationMps2 * betterBy;
        const braking = only({
          ...{ ...seen, speedMps, declared, delayS, decelerationMps2 },
          jump: jumped ?? undefined,
        });
        verdicts[braking?.verdict ?? "unclear"] += 1;
        expect(braking?.verdict).not.toBe("worse");
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(verdicts.kept).toBeGreaterThan(100);
  });

  test("[LG6] with 70 % of the declared deceleration is called worse from 1.5 m/s on", () => {
    const fast = fc.integer({ min: 150, max: 400 }).map((centi) => centi / 100);
    fc.assert(
      fc.property(fast, isSeen, (speedMps, { posePeriodMs, ...seen }) => {
        const delayS = declaredBounds.guardToMotionS - seen.poseDelayMs / 1_000;
        const braking = only({
          ...{ ...seen, speedMps, delayS, posePeriodMs: Math.min(50, posePeriodMs) },
          decelerationMps2: 0.7 * declaredBounds.decelerationMps2,
        });
        expect(braking?.verdict).toBe("worse");
      }),
      { numRuns: 200, seed: 6 },
    );
  });

  test("[LG6] that is worse says which deceleration would have promised its way", () => {
    const { boundMps2, speedMps: v, wayM } = figuresOf({ delayS: 0.4, decelerationMps2: 0.8 });
    expect(v * declaredBounds.guardToMotionS + v ** 2 / (2 * boundMps2)).toBeCloseTo(wayM, 6);
    expect(boundMps2).toBeLessThan(0.8);
    expect(boundMps2).toBeGreaterThan(0.7);
  });

  test("[LG6] of brakes that hardly work is called worse before the vehicle stands", () => {
    expect(only({ speedMps: 2, decelerationMps2: 0.1 })).toMatchObject({ verdict: "worse" });
  });

  test("[LG6] from which the pilot steers away, the promise used up, is worse all the same", () => {
    const weak = { decelerationMps2: 0.4, movesOnAtS: 2 };
    expect(only(weak)).toMatchObject({ verdict: "worse" });
    // The mode may be told late: the way may have been the safety pilot's.
    const switched = { ...weak, movesOnAtS: Number.POSITIVE_INFINITY, switchedAtS: 2 };
    expect(only(switched)).toMatchObject({ verdict: "unclear", cause: "mode-changed" });
  });

  test.each<[string, string, Partial<BrakedFlight>]>([
    ["poses are missing from", "poses-missing", { gap: { fromS: 0.3, toS: 0.7 } }],
    ["poses end in", "poses-missing", { gap: { fromS: 0.3, toS: 9 } }],
    ["poses are too few in", "poses-missing", { posePeriodMs: 180 }],
    ["unsure odometry tells", "odometry-unsure", { sigmaM: 0.16 }],
    ["the odometry jumps ahead in", "odometry-disagrees", { jump: { atS: 0.5, byM: 0.6 } }],
    ["the odometry jumps back in", "odometry-disagrees", { jump: { atS: 0.5, byM: -0.6 } }],
    ["the safety pilot takes", "mode-changed", { switchedAtS: 0.5 }],
    ["the pilot flies on from", "moved-on", { movesOnAtS: 0.6 }],
    ["a vehicle still gains speed before", "not-steady", { gainMps2: 0.5 }],
    ["it is neither the one nor the other:", "near-the-bounds", { delayS: 0.43 }],
  ])("[LG6] %s a braking: unclear, %s", (_, cause, changes) => {
    expect(only({ decelerationMps2: 1.5, ...changes })).toMatchObject({
      verdict: "unclear",
      cause,
    });
  });

  test.each<[string, Partial<BrakedFlight>]>([
    ["from less than 0.4 m/s", { speedMps: 0.39 }],
    ["after less than a second at its speed", { cruiseS: 0.9 }],
    ["where the sticks are let go slowly", { letGoS: 0.5 }],
    ["of a climb", { isClimbing: true }],
  ])("[LG6] %s is none", (_, changes) => {
    expect(brakingsOf(changes)).toEqual([]);
  });
});
