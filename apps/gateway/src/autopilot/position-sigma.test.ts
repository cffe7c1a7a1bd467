import type { EstimatorStatus, Odometry } from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { sigmaFromEstimator, sigmaFromOdometry } from "./position-sigma.ts";

const odometry = (x: number, y: number, z: number): Odometry => {
  const poseCovariance = new Array<number>(21).fill(0);
  [poseCovariance[0], poseCovariance[6], poseCovariance[11]] = [x, y, z];
  // The other fields do not count here.
  return { name: "ODOMETRY", poseCovariance } as Partial<Odometry> as Odometry;
};

const estimator = (posHorizAccuracy: number, posVertAccuracy: number): EstimatorStatus =>
  ({ posHorizAccuracy, posVertAccuracy }) as Partial<EstimatorStatus> as EstimatorStatus;

describe("[LG11] how sure the position is", () => {
  test("the worst direction counts, as a standard deviation", () => {
    expect(sigmaFromOdometry(odometry(0.01, 0.04, 0.0025))).toBeCloseTo(0.2);
    expect(sigmaFromOdometry(odometry(0.01, 0.01, 0.25))).toBeCloseTo(0.5);
    expect(sigmaFromEstimator(estimator(0.1, 0.4))).toBeCloseTo(0.4);
  });

  test("an unknown deviation is not a small one, and a boundless one is a number", () => {
    expect(sigmaFromOdometry(odometry(Number.NaN, 0.01, 0.01))).toBeUndefined();
    expect(sigmaFromEstimator(estimator(0, 0))).toBeUndefined();
    expect(sigmaFromEstimator(estimator(Number.POSITIVE_INFINITY, 0.1))).toBe(1_000);
  });
});
