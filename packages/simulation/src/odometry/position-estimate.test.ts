import { createRandom, type EnuM } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { odometryLike } from "./odometry-profiles.ts";
import { createPositionEstimator, type PositionEstimate } from "./position-estimate.ts";

const truth: EnuM = { eastM: 10, northM: 15, upM: 2 };

/** One estimate for each 20 ms. */
function estimates(
  profile: Parameters<typeof odometryLike>,
  seconds: number,
  seed = 1,
): PositionEstimate[] {
  const estimator = createPositionEstimator(odometryLike(...profile), createRandom(seed));
  return Array.from({ length: seconds * 50 }, (_, index) => estimator.at(truth, index * 20));
}

const errorM = ({ errorM }: PositionEstimate): number => Math.hypot(errorM.eastM, errorM.northM);
const at = (all: readonly PositionEstimate[], atS: number): PositionEstimate => {
  const estimate = all[Math.round(atS * 50)];
  if (!estimate) throw new Error(`Nothing was estimated at ${atS} s.`);
  return estimate;
};

describe("the estimate of the position", () => {
  test("is the truth where nothing errs, and near it where little does", () => {
    expect(estimates(["exact"], 5).every((one) => errorM(one) === 0)).toBe(true);
    const mild = estimates(["mild"], 120);
    expect(Math.max(...mild.map(errorM))).toBeLessThan(0.12);
    expect(errorM(at(mild, 60))).toBeGreaterThan(0);
    expect(Math.max(...mild.map(({ innovationRatio }) => innovationRatio))).toBeLessThan(0.2);
  });

  test("drifts with its odometry, and never further than that", () => {
    const rough = estimates(["rough"], 300);
    expect(Math.max(...rough.map(errorM))).toBeGreaterThan(0.2);
    expect(Math.max(...rough.map(errorM))).toBeLessThan(0.5);
  });

  test("follows a jump within a second, and shows it as an innovation", () => {
    const all = estimates(["exact", { jumpAtMs: 2_000, jumpM: 0.5 }], 5);
    expect(errorM(at(all, 1.9))).toBe(0);
    expect(at(all, 2).innovationRatio).toBeCloseTo(0.5, 1);
    expect(errorM(at(all, 2.02))).toBeLessThan(0.15);
    expect(errorM(at(all, 3))).toBeCloseTo(0.5, 1);
  });

  test("refuses a jump beyond its gate until it has waited too long", () => {
    const all = estimates(["exact", { jumpAtMs: 2_000, jumpM: 3 }], 12);
    expect(errorM(at(all, 8))).toBeLessThan(0.5);
    expect(at(all, 8).innovationRatio).toBeGreaterThan(1);
    expect(errorM(at(all, 9.5))).toBeCloseTo(3, 9);
  });

  test("is carried on in silence, times out, is given up, and begins anew", () => {
    const all = estimates(["exact", { stopAtMs: 1_000, stopForMs: 20_000 }], 25);
    expect(at(all, 7.9).state).toBe("aided");
    expect(errorM(at(all, 7.9))).toBeGreaterThan(0.2);
    expect(at(all, 8.1).state).toBe("timed-out");
    expect(at(all, 15.9).state).toBe("timed-out");
    expect(at(all, 16.1).state).toBe("unaided");
    expect(at(all, 21.1).state).toBe("aided");
    expect(errorM(at(all, 21.1))).toBe(0);
  });

  test("is the same for the same seed", () => {
    expect(estimates(["rough"], 10, 7)).toEqual(estimates(["rough"], 10, 7));
    expect(estimates(["rough"], 10, 7)).not.toEqual(estimates(["rough"], 10, 8));
  });
});
