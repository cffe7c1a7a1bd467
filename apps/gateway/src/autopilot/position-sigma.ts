import {
  EkfStatusFlags,
  type EkfStatusReport,
  type EstimatorStatus,
  type Odometry,
} from "@pista/mavlink";

/** The covariance's upper triangle is sent row by row: x, y and z vary at these places of it. */
const variancesAt = [0, 6, 11] as const;

/**
 * [LG11] One standard deviation of the position, in its worst direction. Undefined where the
 * autopilot does not know (ODOMETRY, "pose_covariance": NaN); the guard then assumes one (LG6).
 */
export function sigmaFromOdometry({ poseCovariance }: Odometry): number | undefined {
  const variances = variancesAt.map((index) => poseCovariance[index] ?? Number.NaN);
  return worstOf(variances.map(Math.sqrt));
}

/** The same from "pos_horiz_accuracy" and "pos_vert_accuracy", in metres. */
export const sigmaFromEstimator = ({
  posHorizAccuracy,
  posVertAccuracy,
}: EstimatorStatus): number | undefined => worstOf([posHorizAccuracy, posVertAccuracy]);

const { CONST_POS_MODE, POS_HORIZ_ABS, POS_HORIZ_REL } = EkfStatusFlags;

/**
 * ArduPilot tells no deviation, and positions still when its filter has given them up: seven seconds
 * after odometry ceased (flown with 4.7-dev), only these flags say so. Undefined while it has one.
 */
export function sigmaFromFlags({ flags }: EkfStatusReport): number | undefined {
  const hasPosition = (flags & (POS_HORIZ_ABS | POS_HORIZ_REL)) !== 0;
  return hasPosition && (flags & CONST_POS_MODE) === 0 ? undefined : sigmaMMax;
}

/** So unsure is as good as lost; a number all the same, for an estimate may diverge to infinity. */
const sigmaMMax = 1_000;

/** No estimate is perfect: where all deviations are zero nobody filled them in. */
function worstOf(sigmasM: readonly number[]): number | undefined {
  const sigmaM = Math.max(...sigmasM);
  return sigmaM > 0 ? Math.min(sigmaM, sigmaMMax) : undefined;
}
