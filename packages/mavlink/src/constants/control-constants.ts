/** MAV_MODE_FLAG: bits of HEARTBEAT.baseMode. */
export const MavModeFlag = {
  SAFETY_ARMED: 128,
  MANUAL_INPUT_ENABLED: 64,
  HIL_ENABLED: 32,
  STABILIZE_ENABLED: 16,
  GUIDED_ENABLED: 8,
  AUTO_ENABLED: 4,
  TEST_ENABLED: 2,
  CUSTOM_MODE_ENABLED: 1,
} as const;
export type MavModeFlag = (typeof MavModeFlag)[keyof typeof MavModeFlag];

/** COPTER_MODE: HEARTBEAT.customMode of an ArduPilot Copter. */
export const CopterMode = {
  STABILIZE: 0,
  ACRO: 1,
  ALT_HOLD: 2,
  AUTO: 3,
  GUIDED: 4,
  LOITER: 5,
  RTL: 6,
  CIRCLE: 7,
  LAND: 9,
  DRIFT: 11,
  SPORT: 13,
  FLIP: 14,
  AUTOTUNE: 15,
  POSHOLD: 16,
  BRAKE: 17,
  THROW: 18,
  AVOID_ADSB: 19,
  GUIDED_NOGPS: 20,
  SMART_RTL: 21,
  FLOWHOLD: 22,
  FOLLOW: 23,
  ZIGZAG: 24,
  SYSTEMID: 25,
  AUTOROTATE: 26,
  AUTO_RTL: 27,
  TURTLE: 28,
} as const;
export type CopterMode = (typeof CopterMode)[keyof typeof CopterMode];

/** MAV_STANDARD_MODE: modes that mean the same on every autopilot. */
export const MavStandardMode = {
  NON_STANDARD: 0,
  POSITION_HOLD: 1,
  ORBIT: 2,
  CRUISE: 3,
  ALTITUDE_HOLD: 4,
  SAFE_RECOVERY: 5,
  MISSION: 6,
  LAND: 7,
  TAKEOFF: 8,
} as const;
export type MavStandardMode = (typeof MavStandardMode)[keyof typeof MavStandardMode];

/** MAV_FRAME: the frame that coordinates are given in. The reserved values are left out. */
export const MavFrame = {
  GLOBAL: 0,
  LOCAL_NED: 1,
  MISSION: 2,
  GLOBAL_RELATIVE_ALT: 3,
  LOCAL_ENU: 4,
  GLOBAL_INT: 5,
  GLOBAL_RELATIVE_ALT_INT: 6,
  LOCAL_OFFSET_NED: 7,
  BODY_NED: 8,
  BODY_OFFSET_NED: 9,
  GLOBAL_TERRAIN_ALT: 10,
  GLOBAL_TERRAIN_ALT_INT: 11,
  BODY_FRD: 12,
  LOCAL_FRD: 20,
  LOCAL_FLU: 21,
} as const;
export type MavFrame = (typeof MavFrame)[keyof typeof MavFrame];

/** POSITION_TARGET_TYPEMASK: what a position target leaves unsaid. */
export const PositionTargetTypemask = {
  X_IGNORE: 1,
  Y_IGNORE: 2,
  Z_IGNORE: 4,
  VX_IGNORE: 8,
  VY_IGNORE: 16,
  VZ_IGNORE: 32,
  AX_IGNORE: 64,
  AY_IGNORE: 128,
  AZ_IGNORE: 256,
  FORCE_SET: 512,
  YAW_IGNORE: 1024,
  YAW_RATE_IGNORE: 2048,
} as const;
export type PositionTargetTypemask =
  (typeof PositionTargetTypemask)[keyof typeof PositionTargetTypemask];

/** ATTITUDE_TARGET_TYPEMASK: what an attitude target leaves unsaid. */
export const AttitudeTargetTypemask = {
  BODY_ROLL_RATE_IGNORE: 1,
  BODY_PITCH_RATE_IGNORE: 2,
  BODY_YAW_RATE_IGNORE: 4,
  THRUST_BODY_SET: 32,
  THROTTLE_IGNORE: 64,
  ATTITUDE_IGNORE: 128,
} as const;
export type AttitudeTargetTypemask =
  (typeof AttitudeTargetTypemask)[keyof typeof AttitudeTargetTypemask];

/** EKF_STATUS_FLAGS: bits of EKF_STATUS_REPORT.flags (ArduPilot). */
export const EkfStatusFlags = {
  ATTITUDE: 1,
  VELOCITY_HORIZ: 2,
  VELOCITY_VERT: 4,
  POS_HORIZ_REL: 8,
  POS_HORIZ_ABS: 16,
  POS_VERT_ABS: 32,
  POS_VERT_AGL: 64,
  CONST_POS_MODE: 128,
  PRED_POS_HORIZ_REL: 256,
  PRED_POS_HORIZ_ABS: 512,
  GPS_GLITCHING: 32768,
  UNINITIALIZED: 1024,
} as const;
export type EkfStatusFlags = (typeof EkfStatusFlags)[keyof typeof EkfStatusFlags];

/** ESTIMATOR_STATUS_FLAGS: bits of ESTIMATOR_STATUS.flags (PX4). */
export const EstimatorStatusFlags = {
  ATTITUDE: 1,
  VELOCITY_HORIZ: 2,
  VELOCITY_VERT: 4,
  POS_HORIZ_REL: 8,
  POS_HORIZ_ABS: 16,
  POS_VERT_ABS: 32,
  POS_VERT_AGL: 64,
  CONST_POS_MODE: 128,
  PRED_POS_HORIZ_REL: 256,
  PRED_POS_HORIZ_ABS: 512,
  GPS_GLITCH: 1024,
  ACCEL_ERROR: 2048,
} as const;
export type EstimatorStatusFlags = (typeof EstimatorStatusFlags)[keyof typeof EstimatorStatusFlags];

/** MAV_ESTIMATOR_TYPE: where odometry comes from. */
export const MavEstimatorType = {
  UNKNOWN: 0,
  NAIVE: 1,
  VISION: 2,
  VIO: 3,
  GPS: 4,
  GPS_INS: 5,
  MOCAP: 6,
  LIDAR: 7,
  AUTOPILOT: 8,
} as const;
export type MavEstimatorType = (typeof MavEstimatorType)[keyof typeof MavEstimatorType];

/** MAV_DISTANCE_SENSOR: what a distance was measured with. */
export const MavDistanceSensor = {
  LASER: 0,
  ULTRASOUND: 1,
  INFRARED: 2,
  RADAR: 3,
  UNKNOWN: 4,
} as const;
export type MavDistanceSensor = (typeof MavDistanceSensor)[keyof typeof MavDistanceSensor];

/** FENCE_BREACH: which side of the fence was passed. */
export const FenceBreach = {
  NONE: 0,
  MINALT: 1,
  MAXALT: 2,
  BOUNDARY: 3,
} as const;
export type FenceBreach = (typeof FenceBreach)[keyof typeof FenceBreach];

/** PX4's main modes: the third byte of HEARTBEAT.customMode (px4_custom_mode.h). */
export const Px4MainMode = {
  MANUAL: 1,
  ALTCTL: 2,
  POSCTL: 3,
  AUTO: 4,
  ACRO: 5,
  OFFBOARD: 6,
  STABILIZED: 7,
} as const;
export type Px4MainMode = (typeof Px4MainMode)[keyof typeof Px4MainMode];

/** PX4's ways of flying by itself: the fourth byte of HEARTBEAT.customMode under AUTO. */
export const Px4AutoMode = {
  READY: 1,
  TAKEOFF: 2,
  LOITER: 3,
  MISSION: 4,
  RTL: 5,
  LAND: 6,
} as const;
export type Px4AutoMode = (typeof Px4AutoMode)[keyof typeof Px4AutoMode];

/** HEARTBEAT.customMode of a PX4 vehicle in the given mode. */
export const px4CustomMode = (main: Px4MainMode, auto?: Px4AutoMode): number =>
  ((main << 16) | ((auto ?? 0) << 24)) >>> 0;
