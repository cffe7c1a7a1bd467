import {
  MavEstimatorType,
  MavFrame,
  type MavlinkMessage,
  type Odometry,
  type VisionPositionEstimate,
} from "@pista/mavlink";

export type OdometryMessage = Odometry | VisionPositionEstimate;

/** What is wrong with a message in itself. */
export type OdometryFault = "frame" | "estimator" | "failed" | "numbers";

export const isOdometry = (message: MavlinkMessage): message is OdometryMessage =>
  message.name === "ODOMETRY" || message.name === "VISION_POSITION_ESTIMATE";

/** In microseconds of the sender's clock. */
export const stampOf = (message: OdometryMessage): bigint =>
  message.name === "ODOMETRY" ? message.timeUsec : message.usec;

/** The same with another stamp; what it says of resets, and all else, stays as it is. */
export const stamped = (message: OdometryMessage, us: bigint): OdometryMessage =>
  message.name === "ODOMETRY" ? { ...message, timeUsec: us } : { ...message, usec: us };

/**
 * Both autopilots fuse these. Of the others PX4 refuses some, and takes motion capture for something
 * that its EKF2 does not use (mavlink_receiver, handle_message_odometry).
 */
const fusedEstimators: ReadonlySet<number> = new Set([
  MavEstimatorType.UNKNOWN,
  MavEstimatorType.NAIVE,
  MavEstimatorType.VISION,
  MavEstimatorType.VIO,
]);

const failedQuality = -1;

/**
 * Undefined for what an autopilot may be given. Whatever it would quietly leave aside must be refused
 * here: it would count as odometry (LG11), and be none.
 */
export function faultOf(message: OdometryMessage): OdometryFault | undefined {
  if (message.name === "VISION_POSITION_ESTIMATE") {
    // Local by its definition: it has no field for another frame.
    const { x, y, z, roll, pitch, yaw, covariance } = message;
    const isSound = areFinite(x, y, z, roll, pitch, yaw) && isSoundCovariance(covariance);
    return isSound ? undefined : "numbers";
  }
  // The one pair that ArduPilot takes (GCS_MAVLINK::handle_odometry); PX4 takes it too.
  const { frameId, childFrameId, estimatorType, quality } = message;
  if (frameId !== MavFrame.LOCAL_FRD || childFrameId !== MavFrame.BODY_FRD) return "frame";
  if (!fusedEstimators.has(estimatorType)) return "estimator";
  if (quality === failedQuality) return "failed";
  return hasSoundNumbers(message) ? undefined : "numbers";
}

function hasSoundNumbers(message: Odometry): boolean {
  const { x, y, z, q, vx, vy, vz, rollspeed, pitchspeed, yawspeed } = message;
  return (
    areFinite(x, y, z, vx, vy, vz, rollspeed, pitchspeed, yawspeed) &&
    isRotation(q) &&
    isSoundCovariance(message.poseCovariance) &&
    isSoundCovariance(message.velocityCovariance)
  );
}

const areFinite = (...numbers: readonly number[]): boolean => numbers.every(Number.isFinite);

/** A quaternion that nobody filled in is four zeros. */
const isRotation = (q: readonly number[]): boolean => Math.abs(Math.hypot(...q) - 1) < 0.1;

/** Not a number in the first place says that nothing is known (ODOMETRY, "pose_covariance"). */
const isSoundCovariance = (covariance: readonly number[]): boolean =>
  Number.isNaN(covariance[0]) || covariance.every(Number.isFinite);
