import { createRandom, type EnuM } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createOdometry, type OdometryProfile, type OdometryReading } from "./odometry.ts";

const truth: EnuM = { eastM: 10, northM: 15, upM: 2 };
const exact: OdometryProfile = {
  noiseM: 0,
  driftMps: 0,
  jumpsAtMs: [],
  errorMMax: 0.5,
  gaps: [],
  unsure: [],
  saysSigmaM: undefined,
};

function readings(profile: Partial<OdometryProfile>, seed = 1): (OdometryReading | undefined)[] {
  const odometry = createOdometry({ ...exact, ...profile }, createRandom(seed));
  return Array.from({ length: 500 }, (_, index) => odometry.read(truth, index * 20));
}

const errorsM = (all: readonly (OdometryReading | undefined)[]): number[] =>
  all.flatMap((reading) =>
    reading
      ? Math.hypot(reading.position.eastM - truth.eastM, reading.position.northM - truth.northM)
      : [],
  );

describe("odometry", () => {
  test("tells the truth where nothing errs", () => {
    expect(readings({})).toEqual(Array(500).fill({ position: truth, sigmaM: undefined }));
  });

  test("drifts away steadily, and never further than is said", () => {
    const errors = errorsM(readings({ driftMps: 0.2 }));
    expect(errors[50]).toBeGreaterThan(0.1);
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.5 + 1e-9);
    const steps = errors.slice(1).map((error, index) => Math.abs(error - (errors[index] ?? 0)));
    expect(Math.max(...steps)).toBeLessThanOrEqual(0.004 + 1e-9);
    for (const seed of [2, 3, 4]) {
      const noisy = errorsM(readings({ driftMps: 0.2, noiseM: 0.1, jumpsAtMs: [500] }, seed));
      expect(Math.max(...noisy)).toBeLessThanOrEqual(0.5 + 1e-9);
    }
  });

  test("jumps at once", () => {
    const errors = errorsM(readings({ jumpsAtMs: [1_000] }));
    expect(errors[49]).toBe(0);
    expect(errors[50]).toBeCloseTo(0.5, 9);
  });

  test("falls silent, and says when it is unsure", () => {
    const unsure = [{ fromMs: 400, toMs: 600, sigmaM: 0.6 }];
    const all = readings({ gaps: [{ fromMs: 100, toMs: 200 }], unsure, saysSigmaM: 0.05 });
    expect(all.slice(4, 11).map((reading) => reading === undefined)).toEqual([
      ...[false, true, true, true, true, true, false],
    ]);
    expect([19, 20, 29, 30].map((index) => all[index]?.sigmaM)).toEqual([0.05, 0.6, 0.6, 0.05]);
  });

  test("is the same for the same seed", () => {
    const noisy = { driftMps: 0.1, noiseM: 0.02 };
    expect(readings(noisy, 7)).toEqual(readings(noisy, 7));
    expect(readings(noisy, 7)).not.toEqual(readings(noisy, 8));
  });
});
