/** MAV_PARAM_TYPE: the type behind a parameter's 32-bit value. */
export const MavParamType = {
  UINT8: 1,
  INT8: 2,
  UINT16: 3,
  INT16: 4,
  UINT32: 5,
  INT32: 6,
  UINT64: 7,
  INT64: 8,
  REAL32: 9,
  REAL64: 10,
} as const;
export type MavParamType = (typeof MavParamType)[keyof typeof MavParamType];

/** MAV_PARAM_ERROR: why a parameter was not read or set. */
export const MavParamError = {
  NO_ERROR: 0,
  DOES_NOT_EXIST: 1,
  VALUE_OUT_OF_RANGE: 2,
  PERMISSION_DENIED: 3,
  COMPONENT_NOT_FOUND: 4,
  READ_ONLY: 5,
  TYPE_UNSUPPORTED: 6,
  TYPE_MISMATCH: 7,
  READ_FAIL: 8,
} as const;
export type MavParamError = (typeof MavParamError)[keyof typeof MavParamError];

/** MAV_MISSION_TYPE: which of the lists of items is meant. */
export const MavMissionType = {
  MISSION: 0,
  FENCE: 1,
  RALLY: 2,
  ALL: 255,
} as const;
export type MavMissionType = (typeof MavMissionType)[keyof typeof MavMissionType];

/** MAV_MISSION_RESULT: how a mission transfer ended. */
export const MavMissionResult = {
  ACCEPTED: 0,
  ERROR: 1,
  UNSUPPORTED_FRAME: 2,
  UNSUPPORTED: 3,
  NO_SPACE: 4,
  INVALID: 5,
  INVALID_PARAM1: 6,
  INVALID_PARAM2: 7,
  INVALID_PARAM3: 8,
  INVALID_PARAM4: 9,
  INVALID_PARAM5_X: 10,
  INVALID_PARAM6_Y: 11,
  INVALID_PARAM7: 12,
  INVALID_SEQUENCE: 13,
  DENIED: 14,
  OPERATION_CANCELLED: 15,
} as const;
export type MavMissionResult = (typeof MavMissionResult)[keyof typeof MavMissionResult];

/** MISSION_STATE: MISSION_CURRENT.missionState. */
export const MissionState = {
  UNKNOWN: 0,
  NO_MISSION: 1,
  NOT_STARTED: 2,
  ACTIVE: 3,
  PAUSED: 4,
  COMPLETE: 5,
} as const;
export type MissionState = (typeof MissionState)[keyof typeof MissionState];
