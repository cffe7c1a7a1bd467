// Generated from src/messages by `npm run generate -w @pista/mavlink`. Change the table instead.

import { assertNever } from "@pista/kernel";
import type { Codec } from "./wire/codec.ts";
import { expectLength, writeFloatOrBits, float, int16, int32, int64, int8, uint16, uint32, uint64, uint8 } from "./wire/field-values.ts";
import { readText, writeText } from "./wire/text.ts";

/** HEARTBEAT, id 0. */
export type Heartbeat = {
  readonly name: "HEARTBEAT";
  /** uint8, MAV_TYPE */
  readonly type: number;
  /** uint8, MAV_AUTOPILOT */
  readonly autopilot: number;
  /** uint8, MAV_MODE_FLAG */
  readonly baseMode: number;
  /** uint32 */
  readonly customMode: number;
  /** uint8, MAV_STATE */
  readonly systemStatus: number;
  /** uint8 */
  readonly mavlinkVersion: number;
};

/** SYS_STATUS, id 1. */
export type SysStatus = {
  readonly name: "SYS_STATUS";
  /** uint32, MAV_SYS_STATUS_SENSOR */
  readonly onboardControlSensorsPresent: number;
  /** uint32, MAV_SYS_STATUS_SENSOR */
  readonly onboardControlSensorsEnabled: number;
  /** uint32, MAV_SYS_STATUS_SENSOR */
  readonly onboardControlSensorsHealth: number;
  /** uint16, d% */
  readonly load: number;
  /** uint16, mV */
  readonly voltageBattery: number;
  /** int16, cA */
  readonly currentBattery: number;
  /** int8, % */
  readonly batteryRemaining: number;
  /** uint16, c% */
  readonly dropRateComm: number;
  /** uint16 */
  readonly errorsComm: number;
  /** uint16 */
  readonly errorsCount1: number;
  /** uint16 */
  readonly errorsCount2: number;
  /** uint16 */
  readonly errorsCount3: number;
  /** uint16 */
  readonly errorsCount4: number;
  /** uint32, MAV_SYS_STATUS_SENSOR_EXTENDED */
  readonly onboardControlSensorsPresentExtended: number;
  /** uint32, MAV_SYS_STATUS_SENSOR_EXTENDED */
  readonly onboardControlSensorsEnabledExtended: number;
  /** uint32, MAV_SYS_STATUS_SENSOR_EXTENDED */
  readonly onboardControlSensorsHealthExtended: number;
};

/** SYSTEM_TIME, id 2. */
export type SystemTime = {
  readonly name: "SYSTEM_TIME";
  /** uint64, us */
  readonly timeUnixUsec: bigint;
  /** uint32, ms */
  readonly timeBootMs: number;
};

/** PING, id 4. */
export type Ping = {
  readonly name: "PING";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint32 */
  readonly seq: number;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
};

/** SET_MODE, id 11. */
export type SetMode = {
  readonly name: "SET_MODE";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8, MAV_MODE_FLAG */
  readonly baseMode: number;
  /** uint32 */
  readonly customMode: number;
};

/** PARAM_REQUEST_READ, id 20. */
export type ParamRequestRead = {
  readonly name: "PARAM_REQUEST_READ";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** char[16] */
  readonly paramId: string;
  /** int16 */
  readonly paramIndex: number;
};

/** PARAM_REQUEST_LIST, id 21. */
export type ParamRequestList = {
  readonly name: "PARAM_REQUEST_LIST";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
};

/** PARAM_VALUE, id 22. */
export type ParamValue = {
  readonly name: "PARAM_VALUE";
  /** char[16] */
  readonly paramId: string;
  /** float, value or bits */
  readonly paramValue: number;
  /** The same four bytes as a uint32. */
  readonly paramValueBits: number;
  /** uint8, MAV_PARAM_TYPE */
  readonly paramType: number;
  /** uint16 */
  readonly paramCount: number;
  /** uint16 */
  readonly paramIndex: number;
};

/** PARAM_SET, id 23. */
export type ParamSet = {
  readonly name: "PARAM_SET";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** char[16] */
  readonly paramId: string;
  /** float, value or bits */
  readonly paramValue: number;
  /** The same four bytes as a uint32. */
  readonly paramValueBits: number;
  /** uint8, MAV_PARAM_TYPE */
  readonly paramType: number;
};

/** GPS_RAW_INT, id 24. */
export type GpsRawInt = {
  readonly name: "GPS_RAW_INT";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint8, GPS_FIX_TYPE */
  readonly fixType: number;
  /** int32, degE7 */
  readonly lat: number;
  /** int32, degE7 */
  readonly lon: number;
  /** int32, mm */
  readonly alt: number;
  /** uint16 */
  readonly eph: number;
  /** uint16 */
  readonly epv: number;
  /** uint16, cm/s */
  readonly vel: number;
  /** uint16, cdeg */
  readonly cog: number;
  /** uint8 */
  readonly satellitesVisible: number;
  /** int32, mm */
  readonly altEllipsoid: number;
  /** uint32, mm */
  readonly hAcc: number;
  /** uint32, mm */
  readonly vAcc: number;
  /** uint32, mm/s */
  readonly velAcc: number;
  /** uint32, degE5 */
  readonly hdgAcc: number;
  /** uint16, cdeg */
  readonly yaw: number;
};

/** SCALED_IMU, id 26. */
export type ScaledImu = {
  readonly name: "SCALED_IMU";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** int16, mG */
  readonly xacc: number;
  /** int16, mG */
  readonly yacc: number;
  /** int16, mG */
  readonly zacc: number;
  /** int16, mrad/s */
  readonly xgyro: number;
  /** int16, mrad/s */
  readonly ygyro: number;
  /** int16, mrad/s */
  readonly zgyro: number;
  /** int16, mgauss */
  readonly xmag: number;
  /** int16, mgauss */
  readonly ymag: number;
  /** int16, mgauss */
  readonly zmag: number;
  /** int16, cdegC */
  readonly temperature: number;
};

/** RAW_IMU, id 27. */
export type RawImu = {
  readonly name: "RAW_IMU";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** int16 */
  readonly xacc: number;
  /** int16 */
  readonly yacc: number;
  /** int16 */
  readonly zacc: number;
  /** int16 */
  readonly xgyro: number;
  /** int16 */
  readonly ygyro: number;
  /** int16 */
  readonly zgyro: number;
  /** int16 */
  readonly xmag: number;
  /** int16 */
  readonly ymag: number;
  /** int16 */
  readonly zmag: number;
  /** uint8 */
  readonly id: number;
  /** int16, cdegC */
  readonly temperature: number;
};

/** SCALED_PRESSURE, id 29. */
export type ScaledPressure = {
  readonly name: "SCALED_PRESSURE";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** float, hPa */
  readonly pressAbs: number;
  /** float, hPa */
  readonly pressDiff: number;
  /** int16, cdegC */
  readonly temperature: number;
  /** int16, cdegC */
  readonly temperaturePressDiff: number;
};

/** ATTITUDE, id 30. */
export type Attitude = {
  readonly name: "ATTITUDE";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** float, rad */
  readonly roll: number;
  /** float, rad */
  readonly pitch: number;
  /** float, rad */
  readonly yaw: number;
  /** float, rad/s */
  readonly rollspeed: number;
  /** float, rad/s */
  readonly pitchspeed: number;
  /** float, rad/s */
  readonly yawspeed: number;
};

/** ATTITUDE_QUATERNION, id 31. */
export type AttitudeQuaternion = {
  readonly name: "ATTITUDE_QUATERNION";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** float */
  readonly q1: number;
  /** float */
  readonly q2: number;
  /** float */
  readonly q3: number;
  /** float */
  readonly q4: number;
  /** float, rad/s */
  readonly rollspeed: number;
  /** float, rad/s */
  readonly pitchspeed: number;
  /** float, rad/s */
  readonly yawspeed: number;
  /** float[4] */
  readonly reprOffsetQ: readonly number[];
};

/** LOCAL_POSITION_NED, id 32. */
export type LocalPositionNed = {
  readonly name: "LOCAL_POSITION_NED";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float, m/s */
  readonly vx: number;
  /** float, m/s */
  readonly vy: number;
  /** float, m/s */
  readonly vz: number;
};

/** GLOBAL_POSITION_INT, id 33. */
export type GlobalPositionInt = {
  readonly name: "GLOBAL_POSITION_INT";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** int32, degE7 */
  readonly lat: number;
  /** int32, degE7 */
  readonly lon: number;
  /** int32, mm */
  readonly alt: number;
  /** int32, mm */
  readonly relativeAlt: number;
  /** int16, cm/s */
  readonly vx: number;
  /** int16, cm/s */
  readonly vy: number;
  /** int16, cm/s */
  readonly vz: number;
  /** uint16, cdeg */
  readonly hdg: number;
};

/** SERVO_OUTPUT_RAW, id 36. */
export type ServoOutputRaw = {
  readonly name: "SERVO_OUTPUT_RAW";
  /** uint32, us */
  readonly timeUsec: number;
  /** uint8 */
  readonly port: number;
  /** uint16, us */
  readonly servo1Raw: number;
  /** uint16, us */
  readonly servo2Raw: number;
  /** uint16, us */
  readonly servo3Raw: number;
  /** uint16, us */
  readonly servo4Raw: number;
  /** uint16, us */
  readonly servo5Raw: number;
  /** uint16, us */
  readonly servo6Raw: number;
  /** uint16, us */
  readonly servo7Raw: number;
  /** uint16, us */
  readonly servo8Raw: number;
  /** uint16, us */
  readonly servo9Raw: number;
  /** uint16, us */
  readonly servo10Raw: number;
  /** uint16, us */
  readonly servo11Raw: number;
  /** uint16, us */
  readonly servo12Raw: number;
  /** uint16, us */
  readonly servo13Raw: number;
  /** uint16, us */
  readonly servo14Raw: number;
  /** uint16, us */
  readonly servo15Raw: number;
  /** uint16, us */
  readonly servo16Raw: number;
};

/** MISSION_REQUEST, id 40. */
export type MissionRequest = {
  readonly name: "MISSION_REQUEST";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16 */
  readonly seq: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
};

/** MISSION_SET_CURRENT, id 41. */
export type MissionSetCurrent = {
  readonly name: "MISSION_SET_CURRENT";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16 */
  readonly seq: number;
};

/** MISSION_CURRENT, id 42. */
export type MissionCurrent = {
  readonly name: "MISSION_CURRENT";
  /** uint16 */
  readonly seq: number;
  /** uint16 */
  readonly total: number;
  /** uint8, MISSION_STATE */
  readonly missionState: number;
  /** uint8 */
  readonly missionMode: number;
  /** uint32 */
  readonly missionId: number;
  /** uint32 */
  readonly fenceId: number;
  /** uint32 */
  readonly rallyPointsId: number;
};

/** MISSION_REQUEST_LIST, id 43. */
export type MissionRequestList = {
  readonly name: "MISSION_REQUEST_LIST";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
};

/** MISSION_COUNT, id 44. */
export type MissionCount = {
  readonly name: "MISSION_COUNT";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16 */
  readonly count: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
  /** uint32 */
  readonly opaqueId: number;
};

/** MISSION_CLEAR_ALL, id 45. */
export type MissionClearAll = {
  readonly name: "MISSION_CLEAR_ALL";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
};

/** MISSION_ITEM_REACHED, id 46. */
export type MissionItemReached = {
  readonly name: "MISSION_ITEM_REACHED";
  /** uint16 */
  readonly seq: number;
};

/** MISSION_ACK, id 47. */
export type MissionAck = {
  readonly name: "MISSION_ACK";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_MISSION_RESULT */
  readonly type: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
  /** uint32 */
  readonly opaqueId: number;
};

/** SET_GPS_GLOBAL_ORIGIN, id 48. */
export type SetGpsGlobalOrigin = {
  readonly name: "SET_GPS_GLOBAL_ORIGIN";
  /** uint8 */
  readonly targetSystem: number;
  /** int32, degE7 */
  readonly latitude: number;
  /** int32, degE7 */
  readonly longitude: number;
  /** int32, mm */
  readonly altitude: number;
  /** uint64, us */
  readonly timeUsec: bigint;
};

/** GPS_GLOBAL_ORIGIN, id 49. */
export type GpsGlobalOrigin = {
  readonly name: "GPS_GLOBAL_ORIGIN";
  /** int32, degE7 */
  readonly latitude: number;
  /** int32, degE7 */
  readonly longitude: number;
  /** int32, mm */
  readonly altitude: number;
  /** uint64, us */
  readonly timeUsec: bigint;
};

/** MISSION_REQUEST_INT, id 51. */
export type MissionRequestInt = {
  readonly name: "MISSION_REQUEST_INT";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16 */
  readonly seq: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
};

/** NAV_CONTROLLER_OUTPUT, id 62. */
export type NavControllerOutput = {
  readonly name: "NAV_CONTROLLER_OUTPUT";
  /** float, deg */
  readonly navRoll: number;
  /** float, deg */
  readonly navPitch: number;
  /** int16, deg */
  readonly navBearing: number;
  /** int16, deg */
  readonly targetBearing: number;
  /** uint16, m */
  readonly wpDist: number;
  /** float, m */
  readonly altError: number;
  /** float, m/s */
  readonly aspdError: number;
  /** float, m */
  readonly xtrackError: number;
};

/** RC_CHANNELS, id 65. */
export type RcChannels = {
  readonly name: "RC_CHANNELS";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8 */
  readonly chancount: number;
  /** uint16, us */
  readonly chan1Raw: number;
  /** uint16, us */
  readonly chan2Raw: number;
  /** uint16, us */
  readonly chan3Raw: number;
  /** uint16, us */
  readonly chan4Raw: number;
  /** uint16, us */
  readonly chan5Raw: number;
  /** uint16, us */
  readonly chan6Raw: number;
  /** uint16, us */
  readonly chan7Raw: number;
  /** uint16, us */
  readonly chan8Raw: number;
  /** uint16, us */
  readonly chan9Raw: number;
  /** uint16, us */
  readonly chan10Raw: number;
  /** uint16, us */
  readonly chan11Raw: number;
  /** uint16, us */
  readonly chan12Raw: number;
  /** uint16, us */
  readonly chan13Raw: number;
  /** uint16, us */
  readonly chan14Raw: number;
  /** uint16, us */
  readonly chan15Raw: number;
  /** uint16, us */
  readonly chan16Raw: number;
  /** uint16, us */
  readonly chan17Raw: number;
  /** uint16, us */
  readonly chan18Raw: number;
  /** uint8 */
  readonly rssi: number;
};

/** REQUEST_DATA_STREAM, id 66. */
export type RequestDataStream = {
  readonly name: "REQUEST_DATA_STREAM";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_DATA_STREAM */
  readonly reqStreamId: number;
  /** uint16, Hz */
  readonly reqMessageRate: number;
  /** uint8 */
  readonly startStop: number;
};

/** MANUAL_CONTROL, id 69. */
export type ManualControl = {
  readonly name: "MANUAL_CONTROL";
  /** uint8 */
  readonly target: number;
  /** int16 */
  readonly x: number;
  /** int16 */
  readonly y: number;
  /** int16 */
  readonly z: number;
  /** int16 */
  readonly r: number;
  /** uint16 */
  readonly buttons: number;
  /** uint16 */
  readonly buttons2: number;
  /** uint8 */
  readonly enabledExtensions: number;
  /** int16 */
  readonly s: number;
  /** int16 */
  readonly t: number;
  /** int16 */
  readonly aux1: number;
  /** int16 */
  readonly aux2: number;
  /** int16 */
  readonly aux3: number;
  /** int16 */
  readonly aux4: number;
  /** int16 */
  readonly aux5: number;
  /** int16 */
  readonly aux6: number;
};

/** RC_CHANNELS_OVERRIDE, id 70. */
export type RcChannelsOverride = {
  readonly name: "RC_CHANNELS_OVERRIDE";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16, us */
  readonly chan1Raw: number;
  /** uint16, us */
  readonly chan2Raw: number;
  /** uint16, us */
  readonly chan3Raw: number;
  /** uint16, us */
  readonly chan4Raw: number;
  /** uint16, us */
  readonly chan5Raw: number;
  /** uint16, us */
  readonly chan6Raw: number;
  /** uint16, us */
  readonly chan7Raw: number;
  /** uint16, us */
  readonly chan8Raw: number;
  /** uint16, us */
  readonly chan9Raw: number;
  /** uint16, us */
  readonly chan10Raw: number;
  /** uint16, us */
  readonly chan11Raw: number;
  /** uint16, us */
  readonly chan12Raw: number;
  /** uint16, us */
  readonly chan13Raw: number;
  /** uint16, us */
  readonly chan14Raw: number;
  /** uint16, us */
  readonly chan15Raw: number;
  /** uint16, us */
  readonly chan16Raw: number;
  /** uint16, us */
  readonly chan17Raw: number;
  /** uint16, us */
  readonly chan18Raw: number;
};

/** MISSION_ITEM_INT, id 73. */
export type MissionItemInt = {
  readonly name: "MISSION_ITEM_INT";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16 */
  readonly seq: number;
  /** uint8, MAV_FRAME */
  readonly frame: number;
  /** uint16, MAV_CMD */
  readonly command: number;
  /** uint8 */
  readonly current: number;
  /** uint8 */
  readonly autocontinue: number;
  /** float */
  readonly param1: number;
  /** float */
  readonly param2: number;
  /** float */
  readonly param3: number;
  /** float */
  readonly param4: number;
  /** int32 */
  readonly x: number;
  /** int32 */
  readonly y: number;
  /** float */
  readonly z: number;
  /** uint8, MAV_MISSION_TYPE */
  readonly missionType: number;
};

/** VFR_HUD, id 74. */
export type VfrHud = {
  readonly name: "VFR_HUD";
  /** float, m/s */
  readonly airspeed: number;
  /** float, m/s */
  readonly groundspeed: number;
  /** int16, deg */
  readonly heading: number;
  /** uint16, % */
  readonly throttle: number;
  /** float, m */
  readonly alt: number;
  /** float, m/s */
  readonly climb: number;
};

/** COMMAND_INT, id 75. */
export type CommandInt = {
  readonly name: "COMMAND_INT";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_FRAME */
  readonly frame: number;
  /** uint16, MAV_CMD */
  readonly command: number;
  /** uint8 */
  readonly current: number;
  /** uint8 */
  readonly autocontinue: number;
  /** float */
  readonly param1: number;
  /** float */
  readonly param2: number;
  /** float */
  readonly param3: number;
  /** float */
  readonly param4: number;
  /** int32 */
  readonly x: number;
  /** int32 */
  readonly y: number;
  /** float */
  readonly z: number;
};

/** COMMAND_LONG, id 76. */
export type CommandLong = {
  readonly name: "COMMAND_LONG";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16, MAV_CMD */
  readonly command: number;
  /** uint8 */
  readonly confirmation: number;
  /** float */
  readonly param1: number;
  /** float */
  readonly param2: number;
  /** float */
  readonly param3: number;
  /** float */
  readonly param4: number;
  /** float */
  readonly param5: number;
  /** float */
  readonly param6: number;
  /** float */
  readonly param7: number;
};

/** COMMAND_ACK, id 77. */
export type CommandAck = {
  readonly name: "COMMAND_ACK";
  /** uint16, MAV_CMD */
  readonly command: number;
  /** uint8, MAV_RESULT */
  readonly result: number;
  /** uint8, % */
  readonly progress: number;
  /** int32 */
  readonly resultParam2: number;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
};

/** COMMAND_CANCEL, id 80. */
export type CommandCancel = {
  readonly name: "COMMAND_CANCEL";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint16, MAV_CMD */
  readonly command: number;
};

/** SET_ATTITUDE_TARGET, id 82. */
export type SetAttitudeTarget = {
  readonly name: "SET_ATTITUDE_TARGET";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, ATTITUDE_TARGET_TYPEMASK */
  readonly typeMask: number;
  /** float[4] */
  readonly q: readonly number[];
  /** float, rad/s */
  readonly bodyRollRate: number;
  /** float, rad/s */
  readonly bodyPitchRate: number;
  /** float, rad/s */
  readonly bodyYawRate: number;
  /** float */
  readonly thrust: number;
  /** float[3] */
  readonly thrustBody: readonly number[];
};

/** ATTITUDE_TARGET, id 83. */
export type AttitudeTarget = {
  readonly name: "ATTITUDE_TARGET";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8, ATTITUDE_TARGET_TYPEMASK */
  readonly typeMask: number;
  /** float[4] */
  readonly q: readonly number[];
  /** float, rad/s */
  readonly bodyRollRate: number;
  /** float, rad/s */
  readonly bodyPitchRate: number;
  /** float, rad/s */
  readonly bodyYawRate: number;
  /** float */
  readonly thrust: number;
};

/** SET_POSITION_TARGET_LOCAL_NED, id 84. */
export type SetPositionTargetLocalNed = {
  readonly name: "SET_POSITION_TARGET_LOCAL_NED";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_FRAME */
  readonly coordinateFrame: number;
  /** uint16, POSITION_TARGET_TYPEMASK */
  readonly typeMask: number;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float, m/s */
  readonly vx: number;
  /** float, m/s */
  readonly vy: number;
  /** float, m/s */
  readonly vz: number;
  /** float, m/s/s */
  readonly afx: number;
  /** float, m/s/s */
  readonly afy: number;
  /** float, m/s/s */
  readonly afz: number;
  /** float, rad */
  readonly yaw: number;
  /** float, rad/s */
  readonly yawRate: number;
};

/** POSITION_TARGET_LOCAL_NED, id 85. */
export type PositionTargetLocalNed = {
  readonly name: "POSITION_TARGET_LOCAL_NED";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8, MAV_FRAME */
  readonly coordinateFrame: number;
  /** uint16, POSITION_TARGET_TYPEMASK */
  readonly typeMask: number;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float, m/s */
  readonly vx: number;
  /** float, m/s */
  readonly vy: number;
  /** float, m/s */
  readonly vz: number;
  /** float, m/s/s */
  readonly afx: number;
  /** float, m/s/s */
  readonly afy: number;
  /** float, m/s/s */
  readonly afz: number;
  /** float, rad */
  readonly yaw: number;
  /** float, rad/s */
  readonly yawRate: number;
};

/** SET_POSITION_TARGET_GLOBAL_INT, id 86. */
export type SetPositionTargetGlobalInt = {
  readonly name: "SET_POSITION_TARGET_GLOBAL_INT";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8, MAV_FRAME */
  readonly coordinateFrame: number;
  /** uint16, POSITION_TARGET_TYPEMASK */
  readonly typeMask: number;
  /** int32, degE7 */
  readonly latInt: number;
  /** int32, degE7 */
  readonly lonInt: number;
  /** float, m */
  readonly alt: number;
  /** float, m/s */
  readonly vx: number;
  /** float, m/s */
  readonly vy: number;
  /** float, m/s */
  readonly vz: number;
  /** float, m/s/s */
  readonly afx: number;
  /** float, m/s/s */
  readonly afy: number;
  /** float, m/s/s */
  readonly afz: number;
  /** float, rad */
  readonly yaw: number;
  /** float, rad/s */
  readonly yawRate: number;
};

/** POSITION_TARGET_GLOBAL_INT, id 87. */
export type PositionTargetGlobalInt = {
  readonly name: "POSITION_TARGET_GLOBAL_INT";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8, MAV_FRAME */
  readonly coordinateFrame: number;
  /** uint16, POSITION_TARGET_TYPEMASK */
  readonly typeMask: number;
  /** int32, degE7 */
  readonly latInt: number;
  /** int32, degE7 */
  readonly lonInt: number;
  /** float, m */
  readonly alt: number;
  /** float, m/s */
  readonly vx: number;
  /** float, m/s */
  readonly vy: number;
  /** float, m/s */
  readonly vz: number;
  /** float, m/s/s */
  readonly afx: number;
  /** float, m/s/s */
  readonly afy: number;
  /** float, m/s/s */
  readonly afz: number;
  /** float, rad */
  readonly yaw: number;
  /** float, rad/s */
  readonly yawRate: number;
};

/** VISION_POSITION_ESTIMATE, id 102. */
export type VisionPositionEstimate = {
  readonly name: "VISION_POSITION_ESTIMATE";
  /** uint64, us */
  readonly usec: bigint;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float, rad */
  readonly roll: number;
  /** float, rad */
  readonly pitch: number;
  /** float, rad */
  readonly yaw: number;
  /** float[21] */
  readonly covariance: readonly number[];
  /** uint8 */
  readonly resetCounter: number;
};

/** VISION_SPEED_ESTIMATE, id 103. */
export type VisionSpeedEstimate = {
  readonly name: "VISION_SPEED_ESTIMATE";
  /** uint64, us */
  readonly usec: bigint;
  /** float, m/s */
  readonly x: number;
  /** float, m/s */
  readonly y: number;
  /** float, m/s */
  readonly z: number;
  /** float[9] */
  readonly covariance: readonly number[];
  /** uint8 */
  readonly resetCounter: number;
};

/** OPTICAL_FLOW_RAD, id 106. */
export type OpticalFlowRad = {
  readonly name: "OPTICAL_FLOW_RAD";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint8 */
  readonly sensorId: number;
  /** uint32, us */
  readonly integrationTimeUs: number;
  /** float, rad */
  readonly integratedX: number;
  /** float, rad */
  readonly integratedY: number;
  /** float, rad */
  readonly integratedXgyro: number;
  /** float, rad */
  readonly integratedYgyro: number;
  /** float, rad */
  readonly integratedZgyro: number;
  /** int16, cdegC */
  readonly temperature: number;
  /** uint8 */
  readonly quality: number;
  /** uint32, us */
  readonly timeDeltaDistanceUs: number;
  /** float, m */
  readonly distance: number;
};

/** RADIO_STATUS, id 109. */
export type RadioStatus = {
  readonly name: "RADIO_STATUS";
  /** uint8 */
  readonly rssi: number;
  /** uint8 */
  readonly remrssi: number;
  /** uint8, % */
  readonly txbuf: number;
  /** uint8 */
  readonly noise: number;
  /** uint8 */
  readonly remnoise: number;
  /** uint16 */
  readonly rxerrors: number;
  /** uint16 */
  readonly fixed: number;
};

/** FILE_TRANSFER_PROTOCOL, id 110. */
export type FileTransferProtocol = {
  readonly name: "FILE_TRANSFER_PROTOCOL";
  /** uint8 */
  readonly targetNetwork: number;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint8[251] */
  readonly payload: readonly number[];
};

/** TIMESYNC, id 111. */
export type Timesync = {
  readonly name: "TIMESYNC";
  /** int64, ns */
  readonly tc1: bigint;
  /** int64, ns */
  readonly ts1: bigint;
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
};

/** HIL_STATE_QUATERNION, id 115. */
export type HilStateQuaternion = {
  readonly name: "HIL_STATE_QUATERNION";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** float[4] */
  readonly attitudeQuaternion: readonly number[];
  /** float, rad/s */
  readonly rollspeed: number;
  /** float, rad/s */
  readonly pitchspeed: number;
  /** float, rad/s */
  readonly yawspeed: number;
  /** int32, degE7 */
  readonly lat: number;
  /** int32, degE7 */
  readonly lon: number;
  /** int32, mm */
  readonly alt: number;
  /** int16, cm/s */
  readonly vx: number;
  /** int16, cm/s */
  readonly vy: number;
  /** int16, cm/s */
  readonly vz: number;
  /** uint16, cm/s */
  readonly indAirspeed: number;
  /** uint16, cm/s */
  readonly trueAirspeed: number;
  /** int16, mG */
  readonly xacc: number;
  /** int16, mG */
  readonly yacc: number;
  /** int16, mG */
  readonly zacc: number;
};

/** POWER_STATUS, id 125. */
export type PowerStatus = {
  readonly name: "POWER_STATUS";
  /** uint16, mV */
  readonly vcc: number;
  /** uint16, mV */
  readonly vservo: number;
  /** uint16, MAV_POWER_STATUS */
  readonly flags: number;
};

/** DISTANCE_SENSOR, id 132. */
export type DistanceSensor = {
  readonly name: "DISTANCE_SENSOR";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint16, cm */
  readonly minDistance: number;
  /** uint16, cm */
  readonly maxDistance: number;
  /** uint16, cm */
  readonly currentDistance: number;
  /** uint8, MAV_DISTANCE_SENSOR */
  readonly type: number;
  /** uint8 */
  readonly id: number;
  /** uint8, MAV_SENSOR_ORIENTATION */
  readonly orientation: number;
  /** uint8, cm^2 */
  readonly covariance: number;
  /** float, rad */
  readonly horizontalFov: number;
  /** float, rad */
  readonly verticalFov: number;
  /** float[4] */
  readonly quaternion: readonly number[];
  /** uint8, % */
  readonly signalQuality: number;
};

/** ATT_POS_MOCAP, id 138. */
export type AttPosMocap = {
  readonly name: "ATT_POS_MOCAP";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** float[4] */
  readonly q: readonly number[];
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float[21] */
  readonly covariance: readonly number[];
};

/** BATTERY_STATUS, id 147. */
export type BatteryStatus = {
  readonly name: "BATTERY_STATUS";
  /** uint8 */
  readonly id: number;
  /** uint8, MAV_BATTERY_FUNCTION */
  readonly batteryFunction: number;
  /** uint8, MAV_BATTERY_TYPE */
  readonly type: number;
  /** int16, cdegC */
  readonly temperature: number;
  /** uint16[10], mV */
  readonly voltages: readonly number[];
  /** int16, cA */
  readonly currentBattery: number;
  /** int32, mAh */
  readonly currentConsumed: number;
  /** int32, hJ */
  readonly energyConsumed: number;
  /** int8, % */
  readonly batteryRemaining: number;
  /** int32, s */
  readonly timeRemaining: number;
  /** uint8, MAV_BATTERY_CHARGE_STATE */
  readonly chargeState: number;
  /** uint16[4], mV */
  readonly voltagesExt: readonly number[];
  /** uint8, MAV_BATTERY_MODE */
  readonly mode: number;
  /** uint32, MAV_BATTERY_FAULT */
  readonly faultBitmask: number;
};

/** AUTOPILOT_VERSION, id 148. */
export type AutopilotVersion = {
  readonly name: "AUTOPILOT_VERSION";
  /** uint64, MAV_PROTOCOL_CAPABILITY */
  readonly capabilities: bigint;
  /** uint32 */
  readonly flightSwVersion: number;
  /** uint32 */
  readonly middlewareSwVersion: number;
  /** uint32 */
  readonly osSwVersion: number;
  /** uint32 */
  readonly boardVersion: number;
  /** uint8[8] */
  readonly flightCustomVersion: readonly number[];
  /** uint8[8] */
  readonly middlewareCustomVersion: readonly number[];
  /** uint8[8] */
  readonly osCustomVersion: readonly number[];
  /** uint16 */
  readonly vendorId: number;
  /** uint16 */
  readonly productId: number;
  /** uint64 */
  readonly uid: bigint;
  /** uint8[18] */
  readonly uid2: readonly number[];
};

/** LANDING_TARGET, id 149. */
export type LandingTarget = {
  readonly name: "LANDING_TARGET";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint8 */
  readonly targetNum: number;
  /** uint8, MAV_FRAME */
  readonly frame: number;
  /** float, rad */
  readonly angleX: number;
  /** float, rad */
  readonly angleY: number;
  /** float, m */
  readonly distance: number;
  /** float, rad */
  readonly sizeX: number;
  /** float, rad */
  readonly sizeY: number;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float[4] */
  readonly q: readonly number[];
  /** uint8, LANDING_TARGET_TYPE */
  readonly type: number;
  /** uint8, MAV_BOOL */
  readonly positionValid: number;
};

/** MEMINFO, id 152. */
export type Meminfo = {
  readonly name: "MEMINFO";
  /** uint16 */
  readonly brkval: number;
  /** uint16, bytes */
  readonly freemem: number;
  /** uint32, bytes */
  readonly freemem32: number;
};

/** FENCE_STATUS, id 162. */
export type FenceStatus = {
  readonly name: "FENCE_STATUS";
  /** uint8 */
  readonly breachStatus: number;
  /** uint16 */
  readonly breachCount: number;
  /** uint8, FENCE_BREACH */
  readonly breachType: number;
  /** uint32, ms */
  readonly breachTime: number;
  /** uint8, FENCE_MITIGATE */
  readonly breachMitigation: number;
};

/** WIND, id 168. */
export type Wind = {
  readonly name: "WIND";
  /** float, deg */
  readonly direction: number;
  /** float, m/s */
  readonly speed: number;
  /** float, m/s */
  readonly speedZ: number;
};

/** EKF_STATUS_REPORT, id 193. */
export type EkfStatusReport = {
  readonly name: "EKF_STATUS_REPORT";
  /** uint16, EKF_STATUS_FLAGS */
  readonly flags: number;
  /** float */
  readonly velocityVariance: number;
  /** float */
  readonly posHorizVariance: number;
  /** float */
  readonly posVertVariance: number;
  /** float */
  readonly compassVariance: number;
  /** float */
  readonly terrainAltVariance: number;
  /** float */
  readonly airspeedVariance: number;
};

/** ESTIMATOR_STATUS, id 230. */
export type EstimatorStatus = {
  readonly name: "ESTIMATOR_STATUS";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint16, ESTIMATOR_STATUS_FLAGS */
  readonly flags: number;
  /** float */
  readonly velRatio: number;
  /** float */
  readonly posHorizRatio: number;
  /** float */
  readonly posVertRatio: number;
  /** float */
  readonly magRatio: number;
  /** float */
  readonly haglRatio: number;
  /** float */
  readonly tasRatio: number;
  /** float, m */
  readonly posHorizAccuracy: number;
  /** float, m */
  readonly posVertAccuracy: number;
};

/** VIBRATION, id 241. */
export type Vibration = {
  readonly name: "VIBRATION";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** float */
  readonly vibrationX: number;
  /** float */
  readonly vibrationY: number;
  /** float */
  readonly vibrationZ: number;
  /** uint32 */
  readonly clipping0: number;
  /** uint32 */
  readonly clipping1: number;
  /** uint32 */
  readonly clipping2: number;
};

/** HOME_POSITION, id 242. */
export type HomePosition = {
  readonly name: "HOME_POSITION";
  /** int32, degE7 */
  readonly latitude: number;
  /** int32, degE7 */
  readonly longitude: number;
  /** int32, mm */
  readonly altitude: number;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float[4] */
  readonly q: readonly number[];
  /** float, m */
  readonly approachX: number;
  /** float, m */
  readonly approachY: number;
  /** float, m */
  readonly approachZ: number;
  /** uint64, us */
  readonly timeUsec: bigint;
};

/** MESSAGE_INTERVAL, id 244. */
export type MessageInterval = {
  readonly name: "MESSAGE_INTERVAL";
  /** uint16 */
  readonly messageId: number;
  /** int32, us */
  readonly intervalUs: number;
};

/** EXTENDED_SYS_STATE, id 245. */
export type ExtendedSysState = {
  readonly name: "EXTENDED_SYS_STATE";
  /** uint8, MAV_VTOL_STATE */
  readonly vtolState: number;
  /** uint8, MAV_LANDED_STATE */
  readonly landedState: number;
};

/** STATUSTEXT, id 253. */
export type Statustext = {
  readonly name: "STATUSTEXT";
  /** uint8, MAV_SEVERITY */
  readonly severity: number;
  /** char[50] */
  readonly text: string;
  /** uint16 */
  readonly id: number;
  /** uint8 */
  readonly chunkSeq: number;
};

/** CAMERA_INFORMATION, id 259. */
export type CameraInformation = {
  readonly name: "CAMERA_INFORMATION";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint8[32] */
  readonly vendorName: readonly number[];
  /** uint8[32] */
  readonly modelName: readonly number[];
  /** uint32 */
  readonly firmwareVersion: number;
  /** float, mm */
  readonly focalLength: number;
  /** float, mm */
  readonly sensorSizeH: number;
  /** float, mm */
  readonly sensorSizeV: number;
  /** uint16, pix */
  readonly resolutionH: number;
  /** uint16, pix */
  readonly resolutionV: number;
  /** uint8 */
  readonly lensId: number;
  /** uint32, CAMERA_CAP_FLAGS */
  readonly flags: number;
  /** uint16 */
  readonly camDefinitionVersion: number;
  /** char[140] */
  readonly camDefinitionUri: string;
  /** uint8 */
  readonly gimbalDeviceId: number;
  /** uint8 */
  readonly cameraDeviceId: number;
};

/** GIMBAL_MANAGER_SET_ATTITUDE, id 282. */
export type GimbalManagerSetAttitude = {
  readonly name: "GIMBAL_MANAGER_SET_ATTITUDE";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** uint32, GIMBAL_MANAGER_FLAGS */
  readonly flags: number;
  /** uint8 */
  readonly gimbalDeviceId: number;
  /** float[4] */
  readonly q: readonly number[];
  /** float, rad/s */
  readonly angularVelocityX: number;
  /** float, rad/s */
  readonly angularVelocityY: number;
  /** float, rad/s */
  readonly angularVelocityZ: number;
};

/** PROTOCOL_VERSION, id 300. */
export type ProtocolVersion = {
  readonly name: "PROTOCOL_VERSION";
  /** uint16 */
  readonly version: number;
  /** uint16 */
  readonly minVersion: number;
  /** uint16 */
  readonly maxVersion: number;
  /** uint8[8] */
  readonly specVersionHash: readonly number[];
  /** uint8[8] */
  readonly libraryVersionHash: readonly number[];
};

/** OBSTACLE_DISTANCE, id 330. */
export type ObstacleDistance = {
  readonly name: "OBSTACLE_DISTANCE";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint8, MAV_DISTANCE_SENSOR */
  readonly sensorType: number;
  /** uint16[72], cm */
  readonly distances: readonly number[];
  /** uint8, deg */
  readonly increment: number;
  /** uint16, cm */
  readonly minDistance: number;
  /** uint16, cm */
  readonly maxDistance: number;
  /** float, deg */
  readonly incrementF: number;
  /** float, deg */
  readonly angleOffset: number;
  /** uint8, MAV_FRAME */
  readonly frame: number;
};

/** ODOMETRY, id 331. */
export type Odometry = {
  readonly name: "ODOMETRY";
  /** uint64, us */
  readonly timeUsec: bigint;
  /** uint8, MAV_FRAME */
  readonly frameId: number;
  /** uint8, MAV_FRAME */
  readonly childFrameId: number;
  /** float, m */
  readonly x: number;
  /** float, m */
  readonly y: number;
  /** float, m */
  readonly z: number;
  /** float[4] */
  readonly q: readonly number[];
  /** float, m/s */
  readonly vx: number;
  /** float, m/s */
  readonly vy: number;
  /** float, m/s */
  readonly vz: number;
  /** float, rad/s */
  readonly rollspeed: number;
  /** float, rad/s */
  readonly pitchspeed: number;
  /** float, rad/s */
  readonly yawspeed: number;
  /** float[21] */
  readonly poseCovariance: readonly number[];
  /** float[21] */
  readonly velocityCovariance: readonly number[];
  /** uint8 */
  readonly resetCounter: number;
  /** uint8, MAV_ESTIMATOR_TYPE */
  readonly estimatorType: number;
  /** int8, % */
  readonly quality: number;
};

/** PARAM_ERROR, id 345. */
export type ParamError = {
  readonly name: "PARAM_ERROR";
  /** uint8 */
  readonly targetSystem: number;
  /** uint8 */
  readonly targetComponent: number;
  /** char[16] */
  readonly paramId: string;
  /** int16 */
  readonly paramIndex: number;
  /** uint8, MAV_PARAM_ERROR */
  readonly error: number;
};

/** COMPONENT_METADATA, id 397. */
export type ComponentMetadata = {
  readonly name: "COMPONENT_METADATA";
  /** uint32, ms */
  readonly timeBootMs: number;
  /** uint32 */
  readonly fileCrc: number;
  /** char[100] */
  readonly uri: string;
};

/** EVENT, id 410. */
export type Event = {
  readonly name: "EVENT";
  /** uint8 */
  readonly destinationComponent: number;
  /** uint8 */
  readonly destinationSystem: number;
  /** uint32 */
  readonly id: number;
  /** uint32, ms */
  readonly eventTimeBootMs: number;
  /** uint16 */
  readonly sequence: number;
  /** uint8 */
  readonly logLevels: number;
  /** uint8[40] */
  readonly arguments: readonly number[];
};

/** AVAILABLE_MODES, id 435. */
export type AvailableModes = {
  readonly name: "AVAILABLE_MODES";
  /** uint8 */
  readonly numberModes: number;
  /** uint8 */
  readonly modeIndex: number;
  /** uint8, MAV_STANDARD_MODE */
  readonly standardMode: number;
  /** uint32 */
  readonly customMode: number;
  /** uint32, MAV_MODE_PROPERTY */
  readonly properties: number;
  /** char[35] */
  readonly modeName: string;
};

/** CURRENT_MODE, id 436. */
export type CurrentMode = {
  readonly name: "CURRENT_MODE";
  /** uint8, MAV_STANDARD_MODE */
  readonly standardMode: number;
  /** uint32 */
  readonly customMode: number;
  /** uint32 */
  readonly intendedCustomMode: number;
};

/** AVAILABLE_MODES_MONITOR, id 437. */
export type AvailableModesMonitor = {
  readonly name: "AVAILABLE_MODES_MONITOR";
  /** uint8 */
  readonly seq: number;
};

export type MavlinkMessage =
  | Heartbeat
  | SysStatus
  | SystemTime
  | Ping
  | SetMode
  | ParamRequestRead
  | ParamRequestList
  | ParamValue
  | ParamSet
  | GpsRawInt
  | ScaledImu
  | RawImu
  | ScaledPressure
  | Attitude
  | AttitudeQuaternion
  | LocalPositionNed
  | GlobalPositionInt
  | ServoOutputRaw
  | MissionRequest
  | MissionSetCurrent
  | MissionCurrent
  | MissionRequestList
  | MissionCount
  | MissionClearAll
  | MissionItemReached
  | MissionAck
  | SetGpsGlobalOrigin
  | GpsGlobalOrigin
  | MissionRequestInt
  | NavControllerOutput
  | RcChannels
  | RequestDataStream
  | ManualControl
  | RcChannelsOverride
  | MissionItemInt
  | VfrHud
  | CommandInt
  | CommandLong
  | CommandAck
  | CommandCancel
  | SetAttitudeTarget
  | AttitudeTarget
  | SetPositionTargetLocalNed
  | PositionTargetLocalNed
  | SetPositionTargetGlobalInt
  | PositionTargetGlobalInt
  | VisionPositionEstimate
  | VisionSpeedEstimate
  | OpticalFlowRad
  | RadioStatus
  | FileTransferProtocol
  | Timesync
  | HilStateQuaternion
  | PowerStatus
  | DistanceSensor
  | AttPosMocap
  | BatteryStatus
  | AutopilotVersion
  | LandingTarget
  | Meminfo
  | FenceStatus
  | Wind
  | EkfStatusReport
  | EstimatorStatus
  | Vibration
  | HomePosition
  | MessageInterval
  | ExtendedSysState
  | Statustext
  | CameraInformation
  | GimbalManagerSetAttitude
  | ProtocolVersion
  | ObstacleDistance
  | Odometry
  | ParamError
  | ComponentMetadata
  | Event
  | AvailableModes
  | CurrentMode
  | AvailableModesMonitor;

export type MessageName = MavlinkMessage["name"];

/** What a sender may leave out of each message. */
export type OptionalFields = {
  SYS_STATUS: "onboardControlSensorsPresentExtended" | "onboardControlSensorsEnabledExtended" | "onboardControlSensorsHealthExtended";
  PARAM_VALUE: "paramValueBits";
  PARAM_SET: "paramValueBits";
  GPS_RAW_INT: "altEllipsoid" | "hAcc" | "vAcc" | "velAcc" | "hdgAcc" | "yaw";
  SCALED_IMU: "temperature";
  RAW_IMU: "id" | "temperature";
  SCALED_PRESSURE: "temperaturePressDiff";
  ATTITUDE_QUATERNION: "reprOffsetQ";
  SERVO_OUTPUT_RAW: "servo9Raw" | "servo10Raw" | "servo11Raw" | "servo12Raw" | "servo13Raw" | "servo14Raw" | "servo15Raw" | "servo16Raw";
  MISSION_REQUEST: "missionType";
  MISSION_CURRENT: "total" | "missionState" | "missionMode" | "missionId" | "fenceId" | "rallyPointsId";
  MISSION_REQUEST_LIST: "missionType";
  MISSION_COUNT: "missionType" | "opaqueId";
  MISSION_CLEAR_ALL: "missionType";
  MISSION_ACK: "missionType" | "opaqueId";
  SET_GPS_GLOBAL_ORIGIN: "timeUsec";
  GPS_GLOBAL_ORIGIN: "timeUsec";
  MISSION_REQUEST_INT: "missionType";
  MANUAL_CONTROL: "buttons2" | "enabledExtensions" | "s" | "t" | "aux1" | "aux2" | "aux3" | "aux4" | "aux5" | "aux6";
  RC_CHANNELS_OVERRIDE: "chan9Raw" | "chan10Raw" | "chan11Raw" | "chan12Raw" | "chan13Raw" | "chan14Raw" | "chan15Raw" | "chan16Raw" | "chan17Raw" | "chan18Raw";
  MISSION_ITEM_INT: "missionType";
  COMMAND_ACK: "progress" | "resultParam2" | "targetSystem" | "targetComponent";
  SET_ATTITUDE_TARGET: "thrustBody";
  VISION_POSITION_ESTIMATE: "covariance" | "resetCounter";
  VISION_SPEED_ESTIMATE: "covariance" | "resetCounter";
  TIMESYNC: "targetSystem" | "targetComponent";
  DISTANCE_SENSOR: "horizontalFov" | "verticalFov" | "quaternion" | "signalQuality";
  ATT_POS_MOCAP: "covariance";
  BATTERY_STATUS: "timeRemaining" | "chargeState" | "voltagesExt" | "mode" | "faultBitmask";
  AUTOPILOT_VERSION: "uid2";
  LANDING_TARGET: "x" | "y" | "z" | "q" | "type" | "positionValid";
  MEMINFO: "freemem32";
  FENCE_STATUS: "breachMitigation";
  EKF_STATUS_REPORT: "airspeedVariance";
  HOME_POSITION: "timeUsec";
  STATUSTEXT: "id" | "chunkSeq";
  CAMERA_INFORMATION: "gimbalDeviceId" | "cameraDeviceId";
  OBSTACLE_DISTANCE: "incrementF" | "angleOffset" | "frame";
  ODOMETRY: "resetCounter" | "estimatorType" | "quality";
};

/** A message to send: extension fields may be left out and are then sent as zero. */
export type Outgoing<Message extends MavlinkMessage> = Message extends MavlinkMessage
  ? Message["name"] extends keyof OptionalFields
    ? Omit<Message, OptionalFields[Message["name"]]> &
        Partial<Pick<Message, OptionalFields[Message["name"]] & keyof Message>>
    : Message
  : never;

function readFloat32s(view: DataView, start: number, length: number): number[] {
  const values: number[] = [];
  for (let index = 0; index < length; index++) values.push(view.getFloat32(start + 4 * index, true));
  return values;
}

function writeFloat32s(
  view: DataView,
  start: number,
  length: number,
  values: readonly number[],
  field: string,
): void {
  expectLength(values, length, field);
  for (let index = 0; index < length; index++) {
    const value = values[index] as number; // Within its length; a hole is refused like any other value.
    view.setFloat32(start + 4 * index, float(value, field), true);
  }
}

function readUint16s(view: DataView, start: number, length: number): number[] {
  const values: number[] = [];
  for (let index = 0; index < length; index++) values.push(view.getUint16(start + 2 * index, true));
  return values;
}

function writeUint16s(
  view: DataView,
  start: number,
  length: number,
  values: readonly number[],
  field: string,
): void {
  expectLength(values, length, field);
  for (let index = 0; index < length; index++) {
    const value = values[index] as number; // Within its length; a hole is refused like any other value.
    view.setUint16(start + 2 * index, uint16(value, field), true);
  }
}

function readUint8s(view: DataView, start: number, length: number): number[] {
  const values: number[] = [];
  for (let index = 0; index < length; index++) values.push(view.getUint8(start + index));
  return values;
}

function writeUint8s(
  view: DataView,
  start: number,
  length: number,
  values: readonly number[],
  field: string,
): void {
  expectLength(values, length, field);
  for (let index = 0; index < length; index++) {
    const value = values[index] as number; // Within its length; a hole is refused like any other value.
    view.setUint8(start + index, uint8(value, field));
  }
}

function decodeHeartbeat(view: DataView, at: number): Heartbeat {
  return {
    name: "HEARTBEAT",
    type: view.getUint8(at + 4),
    autopilot: view.getUint8(at + 5),
    baseMode: view.getUint8(at + 6),
    customMode: view.getUint32(at, true),
    systemStatus: view.getUint8(at + 7),
    mavlinkVersion: view.getUint8(at + 8),
  };
}

function encodeHeartbeat(view: DataView, at: number, message: Outgoing<Heartbeat>): void {
  view.setUint8(at + 4, uint8(message.type, "HEARTBEAT.type"));
  view.setUint8(at + 5, uint8(message.autopilot, "HEARTBEAT.autopilot"));
  view.setUint8(at + 6, uint8(message.baseMode, "HEARTBEAT.baseMode"));
  view.setUint32(at, uint32(message.customMode, "HEARTBEAT.customMode"), true);
  view.setUint8(at + 7, uint8(message.systemStatus, "HEARTBEAT.systemStatus"));
  view.setUint8(at + 8, uint8(message.mavlinkVersion, "HEARTBEAT.mavlinkVersion"));
}

function decodeSysStatus(view: DataView, at: number): SysStatus {
  return {
    name: "SYS_STATUS",
    onboardControlSensorsPresent: view.getUint32(at, true),
    onboardControlSensorsEnabled: view.getUint32(at + 4, true),
    onboardControlSensorsHealth: view.getUint32(at + 8, true),
    load: view.getUint16(at + 12, true),
    voltageBattery: view.getUint16(at + 14, true),
    currentBattery: view.getInt16(at + 16, true),
    batteryRemaining: view.getInt8(at + 30),
    dropRateComm: view.getUint16(at + 18, true),
    errorsComm: view.getUint16(at + 20, true),
    errorsCount1: view.getUint16(at + 22, true),
    errorsCount2: view.getUint16(at + 24, true),
    errorsCount3: view.getUint16(at + 26, true),
    errorsCount4: view.getUint16(at + 28, true),
    onboardControlSensorsPresentExtended: view.getUint32(at + 31, true),
    onboardControlSensorsEnabledExtended: view.getUint32(at + 35, true),
    onboardControlSensorsHealthExtended: view.getUint32(at + 39, true),
  };
}

function encodeSysStatus(view: DataView, at: number, message: Outgoing<SysStatus>): void {
  view.setUint32(at, uint32(message.onboardControlSensorsPresent, "SYS_STATUS.onboardControlSensorsPresent"), true);
  view.setUint32(at + 4, uint32(message.onboardControlSensorsEnabled, "SYS_STATUS.onboardControlSensorsEnabled"), true);
  view.setUint32(at + 8, uint32(message.onboardControlSensorsHealth, "SYS_STATUS.onboardControlSensorsHealth"), true);
  view.setUint16(at + 12, uint16(message.load, "SYS_STATUS.load"), true);
  view.setUint16(at + 14, uint16(message.voltageBattery, "SYS_STATUS.voltageBattery"), true);
  view.setInt16(at + 16, int16(message.currentBattery, "SYS_STATUS.currentBattery"), true);
  view.setInt8(at + 30, int8(message.batteryRemaining, "SYS_STATUS.batteryRemaining"));
  view.setUint16(at + 18, uint16(message.dropRateComm, "SYS_STATUS.dropRateComm"), true);
  view.setUint16(at + 20, uint16(message.errorsComm, "SYS_STATUS.errorsComm"), true);
  view.setUint16(at + 22, uint16(message.errorsCount1, "SYS_STATUS.errorsCount1"), true);
  view.setUint16(at + 24, uint16(message.errorsCount2, "SYS_STATUS.errorsCount2"), true);
  view.setUint16(at + 26, uint16(message.errorsCount3, "SYS_STATUS.errorsCount3"), true);
  view.setUint16(at + 28, uint16(message.errorsCount4, "SYS_STATUS.errorsCount4"), true);
  view.setUint32(at + 31, uint32(message.onboardControlSensorsPresentExtended ?? 0, "SYS_STATUS.onboardControlSensorsPresentExtended"), true);
  view.setUint32(at + 35, uint32(message.onboardControlSensorsEnabledExtended ?? 0, "SYS_STATUS.onboardControlSensorsEnabledExtended"), true);
  view.setUint32(at + 39, uint32(message.onboardControlSensorsHealthExtended ?? 0, "SYS_STATUS.onboardControlSensorsHealthExtended"), true);
}

function decodeSystemTime(view: DataView, at: number): SystemTime {
  return {
    name: "SYSTEM_TIME",
    timeUnixUsec: view.getBigUint64(at, true),
    timeBootMs: view.getUint32(at + 8, true),
  };
}

function encodeSystemTime(view: DataView, at: number, message: Outgoing<SystemTime>): void {
  view.setBigUint64(at, uint64(message.timeUnixUsec, "SYSTEM_TIME.timeUnixUsec"), true);
  view.setUint32(at + 8, uint32(message.timeBootMs, "SYSTEM_TIME.timeBootMs"), true);
}

function decodePing(view: DataView, at: number): Ping {
  return {
    name: "PING",
    timeUsec: view.getBigUint64(at, true),
    seq: view.getUint32(at + 8, true),
    targetSystem: view.getUint8(at + 12),
    targetComponent: view.getUint8(at + 13),
  };
}

function encodePing(view: DataView, at: number, message: Outgoing<Ping>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "PING.timeUsec"), true);
  view.setUint32(at + 8, uint32(message.seq, "PING.seq"), true);
  view.setUint8(at + 12, uint8(message.targetSystem, "PING.targetSystem"));
  view.setUint8(at + 13, uint8(message.targetComponent, "PING.targetComponent"));
}

function decodeSetMode(view: DataView, at: number): SetMode {
  return {
    name: "SET_MODE",
    targetSystem: view.getUint8(at + 4),
    baseMode: view.getUint8(at + 5),
    customMode: view.getUint32(at, true),
  };
}

function encodeSetMode(view: DataView, at: number, message: Outgoing<SetMode>): void {
  view.setUint8(at + 4, uint8(message.targetSystem, "SET_MODE.targetSystem"));
  view.setUint8(at + 5, uint8(message.baseMode, "SET_MODE.baseMode"));
  view.setUint32(at, uint32(message.customMode, "SET_MODE.customMode"), true);
}

function decodeParamRequestRead(view: DataView, at: number): ParamRequestRead {
  return {
    name: "PARAM_REQUEST_READ",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    paramId: readText(view, at + 4, 16),
    paramIndex: view.getInt16(at, true),
  };
}

function encodeParamRequestRead(view: DataView, at: number, message: Outgoing<ParamRequestRead>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "PARAM_REQUEST_READ.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "PARAM_REQUEST_READ.targetComponent"));
  writeText(view, at + 4, 16, message.paramId, "PARAM_REQUEST_READ.paramId");
  view.setInt16(at, int16(message.paramIndex, "PARAM_REQUEST_READ.paramIndex"), true);
}

function decodeParamRequestList(view: DataView, at: number): ParamRequestList {
  return {
    name: "PARAM_REQUEST_LIST",
    targetSystem: view.getUint8(at),
    targetComponent: view.getUint8(at + 1),
  };
}

function encodeParamRequestList(view: DataView, at: number, message: Outgoing<ParamRequestList>): void {
  view.setUint8(at, uint8(message.targetSystem, "PARAM_REQUEST_LIST.targetSystem"));
  view.setUint8(at + 1, uint8(message.targetComponent, "PARAM_REQUEST_LIST.targetComponent"));
}

function decodeParamValue(view: DataView, at: number): ParamValue {
  return {
    name: "PARAM_VALUE",
    paramId: readText(view, at + 8, 16),
    paramValue: view.getFloat32(at, true),
    paramValueBits: view.getUint32(at, true),
    paramType: view.getUint8(at + 24),
    paramCount: view.getUint16(at + 4, true),
    paramIndex: view.getUint16(at + 6, true),
  };
}

function encodeParamValue(view: DataView, at: number, message: Outgoing<ParamValue>): void {
  writeText(view, at + 8, 16, message.paramId, "PARAM_VALUE.paramId");
  writeFloatOrBits(view, at, message.paramValue, message.paramValueBits, "PARAM_VALUE.paramValue");
  view.setUint8(at + 24, uint8(message.paramType, "PARAM_VALUE.paramType"));
  view.setUint16(at + 4, uint16(message.paramCount, "PARAM_VALUE.paramCount"), true);
  view.setUint16(at + 6, uint16(message.paramIndex, "PARAM_VALUE.paramIndex"), true);
}

function decodeParamSet(view: DataView, at: number): ParamSet {
  return {
    name: "PARAM_SET",
    targetSystem: view.getUint8(at + 4),
    targetComponent: view.getUint8(at + 5),
    paramId: readText(view, at + 6, 16),
    paramValue: view.getFloat32(at, true),
    paramValueBits: view.getUint32(at, true),
    paramType: view.getUint8(at + 22),
  };
}

function encodeParamSet(view: DataView, at: number, message: Outgoing<ParamSet>): void {
  view.setUint8(at + 4, uint8(message.targetSystem, "PARAM_SET.targetSystem"));
  view.setUint8(at + 5, uint8(message.targetComponent, "PARAM_SET.targetComponent"));
  writeText(view, at + 6, 16, message.paramId, "PARAM_SET.paramId");
  writeFloatOrBits(view, at, message.paramValue, message.paramValueBits, "PARAM_SET.paramValue");
  view.setUint8(at + 22, uint8(message.paramType, "PARAM_SET.paramType"));
}

function decodeGpsRawInt(view: DataView, at: number): GpsRawInt {
  return {
    name: "GPS_RAW_INT",
    timeUsec: view.getBigUint64(at, true),
    fixType: view.getUint8(at + 28),
    lat: view.getInt32(at + 8, true),
    lon: view.getInt32(at + 12, true),
    alt: view.getInt32(at + 16, true),
    eph: view.getUint16(at + 20, true),
    epv: view.getUint16(at + 22, true),
    vel: view.getUint16(at + 24, true),
    cog: view.getUint16(at + 26, true),
    satellitesVisible: view.getUint8(at + 29),
    altEllipsoid: view.getInt32(at + 30, true),
    hAcc: view.getUint32(at + 34, true),
    vAcc: view.getUint32(at + 38, true),
    velAcc: view.getUint32(at + 42, true),
    hdgAcc: view.getUint32(at + 46, true),
    yaw: view.getUint16(at + 50, true),
  };
}

function encodeGpsRawInt(view: DataView, at: number, message: Outgoing<GpsRawInt>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "GPS_RAW_INT.timeUsec"), true);
  view.setUint8(at + 28, uint8(message.fixType, "GPS_RAW_INT.fixType"));
  view.setInt32(at + 8, int32(message.lat, "GPS_RAW_INT.lat"), true);
  view.setInt32(at + 12, int32(message.lon, "GPS_RAW_INT.lon"), true);
  view.setInt32(at + 16, int32(message.alt, "GPS_RAW_INT.alt"), true);
  view.setUint16(at + 20, uint16(message.eph, "GPS_RAW_INT.eph"), true);
  view.setUint16(at + 22, uint16(message.epv, "GPS_RAW_INT.epv"), true);
  view.setUint16(at + 24, uint16(message.vel, "GPS_RAW_INT.vel"), true);
  view.setUint16(at + 26, uint16(message.cog, "GPS_RAW_INT.cog"), true);
  view.setUint8(at + 29, uint8(message.satellitesVisible, "GPS_RAW_INT.satellitesVisible"));
  view.setInt32(at + 30, int32(message.altEllipsoid ?? 0, "GPS_RAW_INT.altEllipsoid"), true);
  view.setUint32(at + 34, uint32(message.hAcc ?? 0, "GPS_RAW_INT.hAcc"), true);
  view.setUint32(at + 38, uint32(message.vAcc ?? 0, "GPS_RAW_INT.vAcc"), true);
  view.setUint32(at + 42, uint32(message.velAcc ?? 0, "GPS_RAW_INT.velAcc"), true);
  view.setUint32(at + 46, uint32(message.hdgAcc ?? 0, "GPS_RAW_INT.hdgAcc"), true);
  view.setUint16(at + 50, uint16(message.yaw ?? 0, "GPS_RAW_INT.yaw"), true);
}

function decodeScaledImu(view: DataView, at: number): ScaledImu {
  return {
    name: "SCALED_IMU",
    timeBootMs: view.getUint32(at, true),
    xacc: view.getInt16(at + 4, true),
    yacc: view.getInt16(at + 6, true),
    zacc: view.getInt16(at + 8, true),
    xgyro: view.getInt16(at + 10, true),
    ygyro: view.getInt16(at + 12, true),
    zgyro: view.getInt16(at + 14, true),
    xmag: view.getInt16(at + 16, true),
    ymag: view.getInt16(at + 18, true),
    zmag: view.getInt16(at + 20, true),
    temperature: view.getInt16(at + 22, true),
  };
}

function encodeScaledImu(view: DataView, at: number, message: Outgoing<ScaledImu>): void {
  view.setUint32(at, uint32(message.timeBootMs, "SCALED_IMU.timeBootMs"), true);
  view.setInt16(at + 4, int16(message.xacc, "SCALED_IMU.xacc"), true);
  view.setInt16(at + 6, int16(message.yacc, "SCALED_IMU.yacc"), true);
  view.setInt16(at + 8, int16(message.zacc, "SCALED_IMU.zacc"), true);
  view.setInt16(at + 10, int16(message.xgyro, "SCALED_IMU.xgyro"), true);
  view.setInt16(at + 12, int16(message.ygyro, "SCALED_IMU.ygyro"), true);
  view.setInt16(at + 14, int16(message.zgyro, "SCALED_IMU.zgyro"), true);
  view.setInt16(at + 16, int16(message.xmag, "SCALED_IMU.xmag"), true);
  view.setInt16(at + 18, int16(message.ymag, "SCALED_IMU.ymag"), true);
  view.setInt16(at + 20, int16(message.zmag, "SCALED_IMU.zmag"), true);
  view.setInt16(at + 22, int16(message.temperature ?? 0, "SCALED_IMU.temperature"), true);
}

function decodeRawImu(view: DataView, at: number): RawImu {
  return {
    name: "RAW_IMU",
    timeUsec: view.getBigUint64(at, true),
    xacc: view.getInt16(at + 8, true),
    yacc: view.getInt16(at + 10, true),
    zacc: view.getInt16(at + 12, true),
    xgyro: view.getInt16(at + 14, true),
    ygyro: view.getInt16(at + 16, true),
    zgyro: view.getInt16(at + 18, true),
    xmag: view.getInt16(at + 20, true),
    ymag: view.getInt16(at + 22, true),
    zmag: view.getInt16(at + 24, true),
    id: view.getUint8(at + 26),
    temperature: view.getInt16(at + 27, true),
  };
}

function encodeRawImu(view: DataView, at: number, message: Outgoing<RawImu>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "RAW_IMU.timeUsec"), true);
  view.setInt16(at + 8, int16(message.xacc, "RAW_IMU.xacc"), true);
  view.setInt16(at + 10, int16(message.yacc, "RAW_IMU.yacc"), true);
  view.setInt16(at + 12, int16(message.zacc, "RAW_IMU.zacc"), true);
  view.setInt16(at + 14, int16(message.xgyro, "RAW_IMU.xgyro"), true);
  view.setInt16(at + 16, int16(message.ygyro, "RAW_IMU.ygyro"), true);
  view.setInt16(at + 18, int16(message.zgyro, "RAW_IMU.zgyro"), true);
  view.setInt16(at + 20, int16(message.xmag, "RAW_IMU.xmag"), true);
  view.setInt16(at + 22, int16(message.ymag, "RAW_IMU.ymag"), true);
  view.setInt16(at + 24, int16(message.zmag, "RAW_IMU.zmag"), true);
  view.setUint8(at + 26, uint8(message.id ?? 0, "RAW_IMU.id"));
  view.setInt16(at + 27, int16(message.temperature ?? 0, "RAW_IMU.temperature"), true);
}

function decodeScaledPressure(view: DataView, at: number): ScaledPressure {
  return {
    name: "SCALED_PRESSURE",
    timeBootMs: view.getUint32(at, true),
    pressAbs: view.getFloat32(at + 4, true),
    pressDiff: view.getFloat32(at + 8, true),
    temperature: view.getInt16(at + 12, true),
    temperaturePressDiff: view.getInt16(at + 14, true),
  };
}

function encodeScaledPressure(view: DataView, at: number, message: Outgoing<ScaledPressure>): void {
  view.setUint32(at, uint32(message.timeBootMs, "SCALED_PRESSURE.timeBootMs"), true);
  view.setFloat32(at + 4, float(message.pressAbs, "SCALED_PRESSURE.pressAbs"), true);
  view.setFloat32(at + 8, float(message.pressDiff, "SCALED_PRESSURE.pressDiff"), true);
  view.setInt16(at + 12, int16(message.temperature, "SCALED_PRESSURE.temperature"), true);
  view.setInt16(at + 14, int16(message.temperaturePressDiff ?? 0, "SCALED_PRESSURE.temperaturePressDiff"), true);
}

function decodeAttitude(view: DataView, at: number): Attitude {
  return {
    name: "ATTITUDE",
    timeBootMs: view.getUint32(at, true),
    roll: view.getFloat32(at + 4, true),
    pitch: view.getFloat32(at + 8, true),
    yaw: view.getFloat32(at + 12, true),
    rollspeed: view.getFloat32(at + 16, true),
    pitchspeed: view.getFloat32(at + 20, true),
    yawspeed: view.getFloat32(at + 24, true),
  };
}

function encodeAttitude(view: DataView, at: number, message: Outgoing<Attitude>): void {
  view.setUint32(at, uint32(message.timeBootMs, "ATTITUDE.timeBootMs"), true);
  view.setFloat32(at + 4, float(message.roll, "ATTITUDE.roll"), true);
  view.setFloat32(at + 8, float(message.pitch, "ATTITUDE.pitch"), true);
  view.setFloat32(at + 12, float(message.yaw, "ATTITUDE.yaw"), true);
  view.setFloat32(at + 16, float(message.rollspeed, "ATTITUDE.rollspeed"), true);
  view.setFloat32(at + 20, float(message.pitchspeed, "ATTITUDE.pitchspeed"), true);
  view.setFloat32(at + 24, float(message.yawspeed, "ATTITUDE.yawspeed"), true);
}

function decodeAttitudeQuaternion(view: DataView, at: number): AttitudeQuaternion {
  return {
    name: "ATTITUDE_QUATERNION",
    timeBootMs: view.getUint32(at, true),
    q1: view.getFloat32(at + 4, true),
    q2: view.getFloat32(at + 8, true),
    q3: view.getFloat32(at + 12, true),
    q4: view.getFloat32(at + 16, true),
    rollspeed: view.getFloat32(at + 20, true),
    pitchspeed: view.getFloat32(at + 24, true),
    yawspeed: view.getFloat32(at + 28, true),
    reprOffsetQ: readFloat32s(view, at + 32, 4),
  };
}

function encodeAttitudeQuaternion(view: DataView, at: number, message: Outgoing<AttitudeQuaternion>): void {
  view.setUint32(at, uint32(message.timeBootMs, "ATTITUDE_QUATERNION.timeBootMs"), true);
  view.setFloat32(at + 4, float(message.q1, "ATTITUDE_QUATERNION.q1"), true);
  view.setFloat32(at + 8, float(message.q2, "ATTITUDE_QUATERNION.q2"), true);
  view.setFloat32(at + 12, float(message.q3, "ATTITUDE_QUATERNION.q3"), true);
  view.setFloat32(at + 16, float(message.q4, "ATTITUDE_QUATERNION.q4"), true);
  view.setFloat32(at + 20, float(message.rollspeed, "ATTITUDE_QUATERNION.rollspeed"), true);
  view.setFloat32(at + 24, float(message.pitchspeed, "ATTITUDE_QUATERNION.pitchspeed"), true);
  view.setFloat32(at + 28, float(message.yawspeed, "ATTITUDE_QUATERNION.yawspeed"), true);
  writeFloat32s(view, at + 32, 4, message.reprOffsetQ ?? new Array<number>(4).fill(0), "ATTITUDE_QUATERNION.reprOffsetQ");
}

function decodeLocalPositionNed(view: DataView, at: number): LocalPositionNed {
  return {
    name: "LOCAL_POSITION_NED",
    timeBootMs: view.getUint32(at, true),
    x: view.getFloat32(at + 4, true),
    y: view.getFloat32(at + 8, true),
    z: view.getFloat32(at + 12, true),
    vx: view.getFloat32(at + 16, true),
    vy: view.getFloat32(at + 20, true),
    vz: view.getFloat32(at + 24, true),
  };
}

function encodeLocalPositionNed(view: DataView, at: number, message: Outgoing<LocalPositionNed>): void {
  view.setUint32(at, uint32(message.timeBootMs, "LOCAL_POSITION_NED.timeBootMs"), true);
  view.setFloat32(at + 4, float(message.x, "LOCAL_POSITION_NED.x"), true);
  view.setFloat32(at + 8, float(message.y, "LOCAL_POSITION_NED.y"), true);
  view.setFloat32(at + 12, float(message.z, "LOCAL_POSITION_NED.z"), true);
  view.setFloat32(at + 16, float(message.vx, "LOCAL_POSITION_NED.vx"), true);
  view.setFloat32(at + 20, float(message.vy, "LOCAL_POSITION_NED.vy"), true);
  view.setFloat32(at + 24, float(message.vz, "LOCAL_POSITION_NED.vz"), true);
}

function decodeGlobalPositionInt(view: DataView, at: number): GlobalPositionInt {
  return {
    name: "GLOBAL_POSITION_INT",
    timeBootMs: view.getUint32(at, true),
    lat: view.getInt32(at + 4, true),
    lon: view.getInt32(at + 8, true),
    alt: view.getInt32(at + 12, true),
    relativeAlt: view.getInt32(at + 16, true),
    vx: view.getInt16(at + 20, true),
    vy: view.getInt16(at + 22, true),
    vz: view.getInt16(at + 24, true),
    hdg: view.getUint16(at + 26, true),
  };
}

function encodeGlobalPositionInt(view: DataView, at: number, message: Outgoing<GlobalPositionInt>): void {
  view.setUint32(at, uint32(message.timeBootMs, "GLOBAL_POSITION_INT.timeBootMs"), true);
  view.setInt32(at + 4, int32(message.lat, "GLOBAL_POSITION_INT.lat"), true);
  view.setInt32(at + 8, int32(message.lon, "GLOBAL_POSITION_INT.lon"), true);
  view.setInt32(at + 12, int32(message.alt, "GLOBAL_POSITION_INT.alt"), true);
  view.setInt32(at + 16, int32(message.relativeAlt, "GLOBAL_POSITION_INT.relativeAlt"), true);
  view.setInt16(at + 20, int16(message.vx, "GLOBAL_POSITION_INT.vx"), true);
  view.setInt16(at + 22, int16(message.vy, "GLOBAL_POSITION_INT.vy"), true);
  view.setInt16(at + 24, int16(message.vz, "GLOBAL_POSITION_INT.vz"), true);
  view.setUint16(at + 26, uint16(message.hdg, "GLOBAL_POSITION_INT.hdg"), true);
}

function decodeServoOutputRaw(view: DataView, at: number): ServoOutputRaw {
  return {
    name: "SERVO_OUTPUT_RAW",
    timeUsec: view.getUint32(at, true),
    port: view.getUint8(at + 20),
    servo1Raw: view.getUint16(at + 4, true),
    servo2Raw: view.getUint16(at + 6, true),
    servo3Raw: view.getUint16(at + 8, true),
    servo4Raw: view.getUint16(at + 10, true),
    servo5Raw: view.getUint16(at + 12, true),
    servo6Raw: view.getUint16(at + 14, true),
    servo7Raw: view.getUint16(at + 16, true),
    servo8Raw: view.getUint16(at + 18, true),
    servo9Raw: view.getUint16(at + 21, true),
    servo10Raw: view.getUint16(at + 23, true),
    servo11Raw: view.getUint16(at + 25, true),
    servo12Raw: view.getUint16(at + 27, true),
    servo13Raw: view.getUint16(at + 29, true),
    servo14Raw: view.getUint16(at + 31, true),
    servo15Raw: view.getUint16(at + 33, true),
    servo16Raw: view.getUint16(at + 35, true),
  };
}

function encodeServoOutputRaw(view: DataView, at: number, message: Outgoing<ServoOutputRaw>): void {
  view.setUint32(at, uint32(message.timeUsec, "SERVO_OUTPUT_RAW.timeUsec"), true);
  view.setUint8(at + 20, uint8(message.port, "SERVO_OUTPUT_RAW.port"));
  view.setUint16(at + 4, uint16(message.servo1Raw, "SERVO_OUTPUT_RAW.servo1Raw"), true);
  view.setUint16(at + 6, uint16(message.servo2Raw, "SERVO_OUTPUT_RAW.servo2Raw"), true);
  view.setUint16(at + 8, uint16(message.servo3Raw, "SERVO_OUTPUT_RAW.servo3Raw"), true);
  view.setUint16(at + 10, uint16(message.servo4Raw, "SERVO_OUTPUT_RAW.servo4Raw"), true);
  view.setUint16(at + 12, uint16(message.servo5Raw, "SERVO_OUTPUT_RAW.servo5Raw"), true);
  view.setUint16(at + 14, uint16(message.servo6Raw, "SERVO_OUTPUT_RAW.servo6Raw"), true);
  view.setUint16(at + 16, uint16(message.servo7Raw, "SERVO_OUTPUT_RAW.servo7Raw"), true);
  view.setUint16(at + 18, uint16(message.servo8Raw, "SERVO_OUTPUT_RAW.servo8Raw"), true);
  view.setUint16(at + 21, uint16(message.servo9Raw ?? 0, "SERVO_OUTPUT_RAW.servo9Raw"), true);
  view.setUint16(at + 23, uint16(message.servo10Raw ?? 0, "SERVO_OUTPUT_RAW.servo10Raw"), true);
  view.setUint16(at + 25, uint16(message.servo11Raw ?? 0, "SERVO_OUTPUT_RAW.servo11Raw"), true);
  view.setUint16(at + 27, uint16(message.servo12Raw ?? 0, "SERVO_OUTPUT_RAW.servo12Raw"), true);
  view.setUint16(at + 29, uint16(message.servo13Raw ?? 0, "SERVO_OUTPUT_RAW.servo13Raw"), true);
  view.setUint16(at + 31, uint16(message.servo14Raw ?? 0, "SERVO_OUTPUT_RAW.servo14Raw"), true);
  view.setUint16(at + 33, uint16(message.servo15Raw ?? 0, "SERVO_OUTPUT_RAW.servo15Raw"), true);
  view.setUint16(at + 35, uint16(message.servo16Raw ?? 0, "SERVO_OUTPUT_RAW.servo16Raw"), true);
}

function decodeMissionRequest(view: DataView, at: number): MissionRequest {
  return {
    name: "MISSION_REQUEST",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    seq: view.getUint16(at, true),
    missionType: view.getUint8(at + 4),
  };
}

function encodeMissionRequest(view: DataView, at: number, message: Outgoing<MissionRequest>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "MISSION_REQUEST.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "MISSION_REQUEST.targetComponent"));
  view.setUint16(at, uint16(message.seq, "MISSION_REQUEST.seq"), true);
  view.setUint8(at + 4, uint8(message.missionType ?? 0, "MISSION_REQUEST.missionType"));
}

function decodeMissionSetCurrent(view: DataView, at: number): MissionSetCurrent {
  return {
    name: "MISSION_SET_CURRENT",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    seq: view.getUint16(at, true),
  };
}

function encodeMissionSetCurrent(view: DataView, at: number, message: Outgoing<MissionSetCurrent>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "MISSION_SET_CURRENT.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "MISSION_SET_CURRENT.targetComponent"));
  view.setUint16(at, uint16(message.seq, "MISSION_SET_CURRENT.seq"), true);
}

function decodeMissionCurrent(view: DataView, at: number): MissionCurrent {
  return {
    name: "MISSION_CURRENT",
    seq: view.getUint16(at, true),
    total: view.getUint16(at + 2, true),
    missionState: view.getUint8(at + 4),
    missionMode: view.getUint8(at + 5),
    missionId: view.getUint32(at + 6, true),
    fenceId: view.getUint32(at + 10, true),
    rallyPointsId: view.getUint32(at + 14, true),
  };
}

function encodeMissionCurrent(view: DataView, at: number, message: Outgoing<MissionCurrent>): void {
  view.setUint16(at, uint16(message.seq, "MISSION_CURRENT.seq"), true);
  view.setUint16(at + 2, uint16(message.total ?? 0, "MISSION_CURRENT.total"), true);
  view.setUint8(at + 4, uint8(message.missionState ?? 0, "MISSION_CURRENT.missionState"));
  view.setUint8(at + 5, uint8(message.missionMode ?? 0, "MISSION_CURRENT.missionMode"));
  view.setUint32(at + 6, uint32(message.missionId ?? 0, "MISSION_CURRENT.missionId"), true);
  view.setUint32(at + 10, uint32(message.fenceId ?? 0, "MISSION_CURRENT.fenceId"), true);
  view.setUint32(at + 14, uint32(message.rallyPointsId ?? 0, "MISSION_CURRENT.rallyPointsId"), true);
}

function decodeMissionRequestList(view: DataView, at: number): MissionRequestList {
  return {
    name: "MISSION_REQUEST_LIST",
    targetSystem: view.getUint8(at),
    targetComponent: view.getUint8(at + 1),
    missionType: view.getUint8(at + 2),
  };
}

function encodeMissionRequestList(view: DataView, at: number, message: Outgoing<MissionRequestList>): void {
  view.setUint8(at, uint8(message.targetSystem, "MISSION_REQUEST_LIST.targetSystem"));
  view.setUint8(at + 1, uint8(message.targetComponent, "MISSION_REQUEST_LIST.targetComponent"));
  view.setUint8(at + 2, uint8(message.missionType ?? 0, "MISSION_REQUEST_LIST.missionType"));
}

function decodeMissionCount(view: DataView, at: number): MissionCount {
  return {
    name: "MISSION_COUNT",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    count: view.getUint16(at, true),
    missionType: view.getUint8(at + 4),
    opaqueId: view.getUint32(at + 5, true),
  };
}

function encodeMissionCount(view: DataView, at: number, message: Outgoing<MissionCount>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "MISSION_COUNT.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "MISSION_COUNT.targetComponent"));
  view.setUint16(at, uint16(message.count, "MISSION_COUNT.count"), true);
  view.setUint8(at + 4, uint8(message.missionType ?? 0, "MISSION_COUNT.missionType"));
  view.setUint32(at + 5, uint32(message.opaqueId ?? 0, "MISSION_COUNT.opaqueId"), true);
}

function decodeMissionClearAll(view: DataView, at: number): MissionClearAll {
  return {
    name: "MISSION_CLEAR_ALL",
    targetSystem: view.getUint8(at),
    targetComponent: view.getUint8(at + 1),
    missionType: view.getUint8(at + 2),
  };
}

function encodeMissionClearAll(view: DataView, at: number, message: Outgoing<MissionClearAll>): void {
  view.setUint8(at, uint8(message.targetSystem, "MISSION_CLEAR_ALL.targetSystem"));
  view.setUint8(at + 1, uint8(message.targetComponent, "MISSION_CLEAR_ALL.targetComponent"));
  view.setUint8(at + 2, uint8(message.missionType ?? 0, "MISSION_CLEAR_ALL.missionType"));
}

function decodeMissionItemReached(view: DataView, at: number): MissionItemReached {
  return {
    name: "MISSION_ITEM_REACHED",
    seq: view.getUint16(at, true),
  };
}

function encodeMissionItemReached(view: DataView, at: number, message: Outgoing<MissionItemReached>): void {
  view.setUint16(at, uint16(message.seq, "MISSION_ITEM_REACHED.seq"), true);
}

function decodeMissionAck(view: DataView, at: number): MissionAck {
  return {
    name: "MISSION_ACK",
    targetSystem: view.getUint8(at),
    targetComponent: view.getUint8(at + 1),
    type: view.getUint8(at + 2),
    missionType: view.getUint8(at + 3),
    opaqueId: view.getUint32(at + 4, true),
  };
}

function encodeMissionAck(view: DataView, at: number, message: Outgoing<MissionAck>): void {
  view.setUint8(at, uint8(message.targetSystem, "MISSION_ACK.targetSystem"));
  view.setUint8(at + 1, uint8(message.targetComponent, "MISSION_ACK.targetComponent"));
  view.setUint8(at + 2, uint8(message.type, "MISSION_ACK.type"));
  view.setUint8(at + 3, uint8(message.missionType ?? 0, "MISSION_ACK.missionType"));
  view.setUint32(at + 4, uint32(message.opaqueId ?? 0, "MISSION_ACK.opaqueId"), true);
}

function decodeSetGpsGlobalOrigin(view: DataView, at: number): SetGpsGlobalOrigin {
  return {
    name: "SET_GPS_GLOBAL_ORIGIN",
    targetSystem: view.getUint8(at + 12),
    latitude: view.getInt32(at, true),
    longitude: view.getInt32(at + 4, true),
    altitude: view.getInt32(at + 8, true),
    timeUsec: view.getBigUint64(at + 13, true),
  };
}

function encodeSetGpsGlobalOrigin(view: DataView, at: number, message: Outgoing<SetGpsGlobalOrigin>): void {
  view.setUint8(at + 12, uint8(message.targetSystem, "SET_GPS_GLOBAL_ORIGIN.targetSystem"));
  view.setInt32(at, int32(message.latitude, "SET_GPS_GLOBAL_ORIGIN.latitude"), true);
  view.setInt32(at + 4, int32(message.longitude, "SET_GPS_GLOBAL_ORIGIN.longitude"), true);
  view.setInt32(at + 8, int32(message.altitude, "SET_GPS_GLOBAL_ORIGIN.altitude"), true);
  view.setBigUint64(at + 13, uint64(message.timeUsec ?? 0n, "SET_GPS_GLOBAL_ORIGIN.timeUsec"), true);
}

function decodeGpsGlobalOrigin(view: DataView, at: number): GpsGlobalOrigin {
  return {
    name: "GPS_GLOBAL_ORIGIN",
    latitude: view.getInt32(at, true),
    longitude: view.getInt32(at + 4, true),
    altitude: view.getInt32(at + 8, true),
    timeUsec: view.getBigUint64(at + 12, true),
  };
}

function encodeGpsGlobalOrigin(view: DataView, at: number, message: Outgoing<GpsGlobalOrigin>): void {
  view.setInt32(at, int32(message.latitude, "GPS_GLOBAL_ORIGIN.latitude"), true);
  view.setInt32(at + 4, int32(message.longitude, "GPS_GLOBAL_ORIGIN.longitude"), true);
  view.setInt32(at + 8, int32(message.altitude, "GPS_GLOBAL_ORIGIN.altitude"), true);
  view.setBigUint64(at + 12, uint64(message.timeUsec ?? 0n, "GPS_GLOBAL_ORIGIN.timeUsec"), true);
}

function decodeMissionRequestInt(view: DataView, at: number): MissionRequestInt {
  return {
    name: "MISSION_REQUEST_INT",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    seq: view.getUint16(at, true),
    missionType: view.getUint8(at + 4),
  };
}

function encodeMissionRequestInt(view: DataView, at: number, message: Outgoing<MissionRequestInt>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "MISSION_REQUEST_INT.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "MISSION_REQUEST_INT.targetComponent"));
  view.setUint16(at, uint16(message.seq, "MISSION_REQUEST_INT.seq"), true);
  view.setUint8(at + 4, uint8(message.missionType ?? 0, "MISSION_REQUEST_INT.missionType"));
}

function decodeNavControllerOutput(view: DataView, at: number): NavControllerOutput {
  return {
    name: "NAV_CONTROLLER_OUTPUT",
    navRoll: view.getFloat32(at, true),
    navPitch: view.getFloat32(at + 4, true),
    navBearing: view.getInt16(at + 20, true),
    targetBearing: view.getInt16(at + 22, true),
    wpDist: view.getUint16(at + 24, true),
    altError: view.getFloat32(at + 8, true),
    aspdError: view.getFloat32(at + 12, true),
    xtrackError: view.getFloat32(at + 16, true),
  };
}

function encodeNavControllerOutput(view: DataView, at: number, message: Outgoing<NavControllerOutput>): void {
  view.setFloat32(at, float(message.navRoll, "NAV_CONTROLLER_OUTPUT.navRoll"), true);
  view.setFloat32(at + 4, float(message.navPitch, "NAV_CONTROLLER_OUTPUT.navPitch"), true);
  view.setInt16(at + 20, int16(message.navBearing, "NAV_CONTROLLER_OUTPUT.navBearing"), true);
  view.setInt16(at + 22, int16(message.targetBearing, "NAV_CONTROLLER_OUTPUT.targetBearing"), true);
  view.setUint16(at + 24, uint16(message.wpDist, "NAV_CONTROLLER_OUTPUT.wpDist"), true);
  view.setFloat32(at + 8, float(message.altError, "NAV_CONTROLLER_OUTPUT.altError"), true);
  view.setFloat32(at + 12, float(message.aspdError, "NAV_CONTROLLER_OUTPUT.aspdError"), true);
  view.setFloat32(at + 16, float(message.xtrackError, "NAV_CONTROLLER_OUTPUT.xtrackError"), true);
}

function decodeRcChannels(view: DataView, at: number): RcChannels {
  return {
    name: "RC_CHANNELS",
    timeBootMs: view.getUint32(at, true),
    chancount: view.getUint8(at + 40),
    chan1Raw: view.getUint16(at + 4, true),
    chan2Raw: view.getUint16(at + 6, true),
    chan3Raw: view.getUint16(at + 8, true),
    chan4Raw: view.getUint16(at + 10, true),
    chan5Raw: view.getUint16(at + 12, true),
    chan6Raw: view.getUint16(at + 14, true),
    chan7Raw: view.getUint16(at + 16, true),
    chan8Raw: view.getUint16(at + 18, true),
    chan9Raw: view.getUint16(at + 20, true),
    chan10Raw: view.getUint16(at + 22, true),
    chan11Raw: view.getUint16(at + 24, true),
    chan12Raw: view.getUint16(at + 26, true),
    chan13Raw: view.getUint16(at + 28, true),
    chan14Raw: view.getUint16(at + 30, true),
    chan15Raw: view.getUint16(at + 32, true),
    chan16Raw: view.getUint16(at + 34, true),
    chan17Raw: view.getUint16(at + 36, true),
    chan18Raw: view.getUint16(at + 38, true),
    rssi: view.getUint8(at + 41),
  };
}

function encodeRcChannels(view: DataView, at: number, message: Outgoing<RcChannels>): void {
  view.setUint32(at, uint32(message.timeBootMs, "RC_CHANNELS.timeBootMs"), true);
  view.setUint8(at + 40, uint8(message.chancount, "RC_CHANNELS.chancount"));
  view.setUint16(at + 4, uint16(message.chan1Raw, "RC_CHANNELS.chan1Raw"), true);
  view.setUint16(at + 6, uint16(message.chan2Raw, "RC_CHANNELS.chan2Raw"), true);
  view.setUint16(at + 8, uint16(message.chan3Raw, "RC_CHANNELS.chan3Raw"), true);
  view.setUint16(at + 10, uint16(message.chan4Raw, "RC_CHANNELS.chan4Raw"), true);
  view.setUint16(at + 12, uint16(message.chan5Raw, "RC_CHANNELS.chan5Raw"), true);
  view.setUint16(at + 14, uint16(message.chan6Raw, "RC_CHANNELS.chan6Raw"), true);
  view.setUint16(at + 16, uint16(message.chan7Raw, "RC_CHANNELS.chan7Raw"), true);
  view.setUint16(at + 18, uint16(message.chan8Raw, "RC_CHANNELS.chan8Raw"), true);
  view.setUint16(at + 20, uint16(message.chan9Raw, "RC_CHANNELS.chan9Raw"), true);
  view.setUint16(at + 22, uint16(message.chan10Raw, "RC_CHANNELS.chan10Raw"), true);
  view.setUint16(at + 24, uint16(message.chan11Raw, "RC_CHANNELS.chan11Raw"), true);
  view.setUint16(at + 26, uint16(message.chan12Raw, "RC_CHANNELS.chan12Raw"), true);
  view.setUint16(at + 28, uint16(message.chan13Raw, "RC_CHANNELS.chan13Raw"), true);
  view.setUint16(at + 30, uint16(message.chan14Raw, "RC_CHANNELS.chan14Raw"), true);
  view.setUint16(at + 32, uint16(message.chan15Raw, "RC_CHANNELS.chan15Raw"), true);
  view.setUint16(at + 34, uint16(message.chan16Raw, "RC_CHANNELS.chan16Raw"), true);
  view.setUint16(at + 36, uint16(message.chan17Raw, "RC_CHANNELS.chan17Raw"), true);
  view.setUint16(at + 38, uint16(message.chan18Raw, "RC_CHANNELS.chan18Raw"), true);
  view.setUint8(at + 41, uint8(message.rssi, "RC_CHANNELS.rssi"));
}

function decodeRequestDataStream(view: DataView, at: number): RequestDataStream {
  return {
    name: "REQUEST_DATA_STREAM",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    reqStreamId: view.getUint8(at + 4),
    reqMessageRate: view.getUint16(at, true),
    startStop: view.getUint8(at + 5),
  };
}

function encodeRequestDataStream(view: DataView, at: number, message: Outgoing<RequestDataStream>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "REQUEST_DATA_STREAM.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "REQUEST_DATA_STREAM.targetComponent"));
  view.setUint8(at + 4, uint8(message.reqStreamId, "REQUEST_DATA_STREAM.reqStreamId"));
  view.setUint16(at, uint16(message.reqMessageRate, "REQUEST_DATA_STREAM.reqMessageRate"), true);
  view.setUint8(at + 5, uint8(message.startStop, "REQUEST_DATA_STREAM.startStop"));
}

function decodeManualControl(view: DataView, at: number): ManualControl {
  return {
    name: "MANUAL_CONTROL",
    target: view.getUint8(at + 10),
    x: view.getInt16(at, true),
    y: view.getInt16(at + 2, true),
    z: view.getInt16(at + 4, true),
    r: view.getInt16(at + 6, true),
    buttons: view.getUint16(at + 8, true),
    buttons2: view.getUint16(at + 11, true),
    enabledExtensions: view.getUint8(at + 13),
    s: view.getInt16(at + 14, true),
    t: view.getInt16(at + 16, true),
    aux1: view.getInt16(at + 18, true),
    aux2: view.getInt16(at + 20, true),
    aux3: view.getInt16(at + 22, true),
    aux4: view.getInt16(at + 24, true),
    aux5: view.getInt16(at + 26, true),
    aux6: view.getInt16(at + 28, true),
  };
}

function encodeManualControl(view: DataView, at: number, message: Outgoing<ManualControl>): void {
  view.setUint8(at + 10, uint8(message.target, "MANUAL_CONTROL.target"));
  view.setInt16(at, int16(message.x, "MANUAL_CONTROL.x"), true);
  view.setInt16(at + 2, int16(message.y, "MANUAL_CONTROL.y"), true);
  view.setInt16(at + 4, int16(message.z, "MANUAL_CONTROL.z"), true);
  view.setInt16(at + 6, int16(message.r, "MANUAL_CONTROL.r"), true);
  view.setUint16(at + 8, uint16(message.buttons, "MANUAL_CONTROL.buttons"), true);
  view.setUint16(at + 11, uint16(message.buttons2 ?? 0, "MANUAL_CONTROL.buttons2"), true);
  view.setUint8(at + 13, uint8(message.enabledExtensions ?? 0, "MANUAL_CONTROL.enabledExtensions"));
  view.setInt16(at + 14, int16(message.s ?? 0, "MANUAL_CONTROL.s"), true);
  view.setInt16(at + 16, int16(message.t ?? 0, "MANUAL_CONTROL.t"), true);
  view.setInt16(at + 18, int16(message.aux1 ?? 0, "MANUAL_CONTROL.aux1"), true);
  view.setInt16(at + 20, int16(message.aux2 ?? 0, "MANUAL_CONTROL.aux2"), true);
  view.setInt16(at + 22, int16(message.aux3 ?? 0, "MANUAL_CONTROL.aux3"), true);
  view.setInt16(at + 24, int16(message.aux4 ?? 0, "MANUAL_CONTROL.aux4"), true);
  view.setInt16(at + 26, int16(message.aux5 ?? 0, "MANUAL_CONTROL.aux5"), true);
  view.setInt16(at + 28, int16(message.aux6 ?? 0, "MANUAL_CONTROL.aux6"), true);
}

function decodeRcChannelsOverride(view: DataView, at: number): RcChannelsOverride {
  return {
    name: "RC_CHANNELS_OVERRIDE",
    targetSystem: view.getUint8(at + 16),
    targetComponent: view.getUint8(at + 17),
    chan1Raw: view.getUint16(at, true),
    chan2Raw: view.getUint16(at + 2, true),
    chan3Raw: view.getUint16(at + 4, true),
    chan4Raw: view.getUint16(at + 6, true),
    chan5Raw: view.getUint16(at + 8, true),
    chan6Raw: view.getUint16(at + 10, true),
    chan7Raw: view.getUint16(at + 12, true),
    chan8Raw: view.getUint16(at + 14, true),
    chan9Raw: view.getUint16(at + 18, true),
    chan10Raw: view.getUint16(at + 20, true),
    chan11Raw: view.getUint16(at + 22, true),
    chan12Raw: view.getUint16(at + 24, true),
    chan13Raw: view.getUint16(at + 26, true),
    chan14Raw: view.getUint16(at + 28, true),
    chan15Raw: view.getUint16(at + 30, true),
    chan16Raw: view.getUint16(at + 32, true),
    chan17Raw: view.getUint16(at + 34, true),
    chan18Raw: view.getUint16(at + 36, true),
  };
}

function encodeRcChannelsOverride(view: DataView, at: number, message: Outgoing<RcChannelsOverride>): void {
  view.setUint8(at + 16, uint8(message.targetSystem, "RC_CHANNELS_OVERRIDE.targetSystem"));
  view.setUint8(at + 17, uint8(message.targetComponent, "RC_CHANNELS_OVERRIDE.targetComponent"));
  view.setUint16(at, uint16(message.chan1Raw, "RC_CHANNELS_OVERRIDE.chan1Raw"), true);
  view.setUint16(at + 2, uint16(message.chan2Raw, "RC_CHANNELS_OVERRIDE.chan2Raw"), true);
  view.setUint16(at + 4, uint16(message.chan3Raw, "RC_CHANNELS_OVERRIDE.chan3Raw"), true);
  view.setUint16(at + 6, uint16(message.chan4Raw, "RC_CHANNELS_OVERRIDE.chan4Raw"), true);
  view.setUint16(at + 8, uint16(message.chan5Raw, "RC_CHANNELS_OVERRIDE.chan5Raw"), true);
  view.setUint16(at + 10, uint16(message.chan6Raw, "RC_CHANNELS_OVERRIDE.chan6Raw"), true);
  view.setUint16(at + 12, uint16(message.chan7Raw, "RC_CHANNELS_OVERRIDE.chan7Raw"), true);
  view.setUint16(at + 14, uint16(message.chan8Raw, "RC_CHANNELS_OVERRIDE.chan8Raw"), true);
  view.setUint16(at + 18, uint16(message.chan9Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan9Raw"), true);
  view.setUint16(at + 20, uint16(message.chan10Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan10Raw"), true);
  view.setUint16(at + 22, uint16(message.chan11Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan11Raw"), true);
  view.setUint16(at + 24, uint16(message.chan12Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan12Raw"), true);
  view.setUint16(at + 26, uint16(message.chan13Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan13Raw"), true);
  view.setUint16(at + 28, uint16(message.chan14Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan14Raw"), true);
  view.setUint16(at + 30, uint16(message.chan15Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan15Raw"), true);
  view.setUint16(at + 32, uint16(message.chan16Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan16Raw"), true);
  view.setUint16(at + 34, uint16(message.chan17Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan17Raw"), true);
  view.setUint16(at + 36, uint16(message.chan18Raw ?? 0, "RC_CHANNELS_OVERRIDE.chan18Raw"), true);
}

function decodeMissionItemInt(view: DataView, at: number): MissionItemInt {
  return {
    name: "MISSION_ITEM_INT",
    targetSystem: view.getUint8(at + 32),
    targetComponent: view.getUint8(at + 33),
    seq: view.getUint16(at + 28, true),
    frame: view.getUint8(at + 34),
    command: view.getUint16(at + 30, true),
    current: view.getUint8(at + 35),
    autocontinue: view.getUint8(at + 36),
    param1: view.getFloat32(at, true),
    param2: view.getFloat32(at + 4, true),
    param3: view.getFloat32(at + 8, true),
    param4: view.getFloat32(at + 12, true),
    x: view.getInt32(at + 16, true),
    y: view.getInt32(at + 20, true),
    z: view.getFloat32(at + 24, true),
    missionType: view.getUint8(at + 37),
  };
}

function encodeMissionItemInt(view: DataView, at: number, message: Outgoing<MissionItemInt>): void {
  view.setUint8(at + 32, uint8(message.targetSystem, "MISSION_ITEM_INT.targetSystem"));
  view.setUint8(at + 33, uint8(message.targetComponent, "MISSION_ITEM_INT.targetComponent"));
  view.setUint16(at + 28, uint16(message.seq, "MISSION_ITEM_INT.seq"), true);
  view.setUint8(at + 34, uint8(message.frame, "MISSION_ITEM_INT.frame"));
  view.setUint16(at + 30, uint16(message.command, "MISSION_ITEM_INT.command"), true);
  view.setUint8(at + 35, uint8(message.current, "MISSION_ITEM_INT.current"));
  view.setUint8(at + 36, uint8(message.autocontinue, "MISSION_ITEM_INT.autocontinue"));
  view.setFloat32(at, float(message.param1, "MISSION_ITEM_INT.param1"), true);
  view.setFloat32(at + 4, float(message.param2, "MISSION_ITEM_INT.param2"), true);
  view.setFloat32(at + 8, float(message.param3, "MISSION_ITEM_INT.param3"), true);
  view.setFloat32(at + 12, float(message.param4, "MISSION_ITEM_INT.param4"), true);
  view.setInt32(at + 16, int32(message.x, "MISSION_ITEM_INT.x"), true);
  view.setInt32(at + 20, int32(message.y, "MISSION_ITEM_INT.y"), true);
  view.setFloat32(at + 24, float(message.z, "MISSION_ITEM_INT.z"), true);
  view.setUint8(at + 37, uint8(message.missionType ?? 0, "MISSION_ITEM_INT.missionType"));
}

function decodeVfrHud(view: DataView, at: number): VfrHud {
  return {
    name: "VFR_HUD",
    airspeed: view.getFloat32(at, true),
    groundspeed: view.getFloat32(at + 4, true),
    heading: view.getInt16(at + 16, true),
    throttle: view.getUint16(at + 18, true),
    alt: view.getFloat32(at + 8, true),
    climb: view.getFloat32(at + 12, true),
  };
}

function encodeVfrHud(view: DataView, at: number, message: Outgoing<VfrHud>): void {
  view.setFloat32(at, float(message.airspeed, "VFR_HUD.airspeed"), true);
  view.setFloat32(at + 4, float(message.groundspeed, "VFR_HUD.groundspeed"), true);
  view.setInt16(at + 16, int16(message.heading, "VFR_HUD.heading"), true);
  view.setUint16(at + 18, uint16(message.throttle, "VFR_HUD.throttle"), true);
  view.setFloat32(at + 8, float(message.alt, "VFR_HUD.alt"), true);
  view.setFloat32(at + 12, float(message.climb, "VFR_HUD.climb"), true);
}

function decodeCommandInt(view: DataView, at: number): CommandInt {
  return {
    name: "COMMAND_INT",
    targetSystem: view.getUint8(at + 30),
    targetComponent: view.getUint8(at + 31),
    frame: view.getUint8(at + 32),
    command: view.getUint16(at + 28, true),
    current: view.getUint8(at + 33),
    autocontinue: view.getUint8(at + 34),
    param1: view.getFloat32(at, true),
    param2: view.getFloat32(at + 4, true),
    param3: view.getFloat32(at + 8, true),
    param4: view.getFloat32(at + 12, true),
    x: view.getInt32(at + 16, true),
    y: view.getInt32(at + 20, true),
    z: view.getFloat32(at + 24, true),
  };
}

function encodeCommandInt(view: DataView, at: number, message: Outgoing<CommandInt>): void {
  view.setUint8(at + 30, uint8(message.targetSystem, "COMMAND_INT.targetSystem"));
  view.setUint8(at + 31, uint8(message.targetComponent, "COMMAND_INT.targetComponent"));
  view.setUint8(at + 32, uint8(message.frame, "COMMAND_INT.frame"));
  view.setUint16(at + 28, uint16(message.command, "COMMAND_INT.command"), true);
  view.setUint8(at + 33, uint8(message.current, "COMMAND_INT.current"));
  view.setUint8(at + 34, uint8(message.autocontinue, "COMMAND_INT.autocontinue"));
  view.setFloat32(at, float(message.param1, "COMMAND_INT.param1"), true);
  view.setFloat32(at + 4, float(message.param2, "COMMAND_INT.param2"), true);
  view.setFloat32(at + 8, float(message.param3, "COMMAND_INT.param3"), true);
  view.setFloat32(at + 12, float(message.param4, "COMMAND_INT.param4"), true);
  view.setInt32(at + 16, int32(message.x, "COMMAND_INT.x"), true);
  view.setInt32(at + 20, int32(message.y, "COMMAND_INT.y"), true);
  view.setFloat32(at + 24, float(message.z, "COMMAND_INT.z"), true);
}

function decodeCommandLong(view: DataView, at: number): CommandLong {
  return {
    name: "COMMAND_LONG",
    targetSystem: view.getUint8(at + 30),
    targetComponent: view.getUint8(at + 31),
    command: view.getUint16(at + 28, true),
    confirmation: view.getUint8(at + 32),
    param1: view.getFloat32(at, true),
    param2: view.getFloat32(at + 4, true),
    param3: view.getFloat32(at + 8, true),
    param4: view.getFloat32(at + 12, true),
    param5: view.getFloat32(at + 16, true),
    param6: view.getFloat32(at + 20, true),
    param7: view.getFloat32(at + 24, true),
  };
}

function encodeCommandLong(view: DataView, at: number, message: Outgoing<CommandLong>): void {
  view.setUint8(at + 30, uint8(message.targetSystem, "COMMAND_LONG.targetSystem"));
  view.setUint8(at + 31, uint8(message.targetComponent, "COMMAND_LONG.targetComponent"));
  view.setUint16(at + 28, uint16(message.command, "COMMAND_LONG.command"), true);
  view.setUint8(at + 32, uint8(message.confirmation, "COMMAND_LONG.confirmation"));
  view.setFloat32(at, float(message.param1, "COMMAND_LONG.param1"), true);
  view.setFloat32(at + 4, float(message.param2, "COMMAND_LONG.param2"), true);
  view.setFloat32(at + 8, float(message.param3, "COMMAND_LONG.param3"), true);
  view.setFloat32(at + 12, float(message.param4, "COMMAND_LONG.param4"), true);
  view.setFloat32(at + 16, float(message.param5, "COMMAND_LONG.param5"), true);
  view.setFloat32(at + 20, float(message.param6, "COMMAND_LONG.param6"), true);
  view.setFloat32(at + 24, float(message.param7, "COMMAND_LONG.param7"), true);
}

function decodeCommandAck(view: DataView, at: number): CommandAck {
  return {
    name: "COMMAND_ACK",
    command: view.getUint16(at, true),
    result: view.getUint8(at + 2),
    progress: view.getUint8(at + 3),
    resultParam2: view.getInt32(at + 4, true),
    targetSystem: view.getUint8(at + 8),
    targetComponent: view.getUint8(at + 9),
  };
}

function encodeCommandAck(view: DataView, at: number, message: Outgoing<CommandAck>): void {
  view.setUint16(at, uint16(message.command, "COMMAND_ACK.command"), true);
  view.setUint8(at + 2, uint8(message.result, "COMMAND_ACK.result"));
  view.setUint8(at + 3, uint8(message.progress ?? 0, "COMMAND_ACK.progress"));
  view.setInt32(at + 4, int32(message.resultParam2 ?? 0, "COMMAND_ACK.resultParam2"), true);
  view.setUint8(at + 8, uint8(message.targetSystem ?? 0, "COMMAND_ACK.targetSystem"));
  view.setUint8(at + 9, uint8(message.targetComponent ?? 0, "COMMAND_ACK.targetComponent"));
}

function decodeCommandCancel(view: DataView, at: number): CommandCancel {
  return {
    name: "COMMAND_CANCEL",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    command: view.getUint16(at, true),
  };
}

function encodeCommandCancel(view: DataView, at: number, message: Outgoing<CommandCancel>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "COMMAND_CANCEL.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "COMMAND_CANCEL.targetComponent"));
  view.setUint16(at, uint16(message.command, "COMMAND_CANCEL.command"), true);
}

function decodeSetAttitudeTarget(view: DataView, at: number): SetAttitudeTarget {
  return {
    name: "SET_ATTITUDE_TARGET",
    timeBootMs: view.getUint32(at, true),
    targetSystem: view.getUint8(at + 36),
    targetComponent: view.getUint8(at + 37),
    typeMask: view.getUint8(at + 38),
    q: readFloat32s(view, at + 4, 4),
    bodyRollRate: view.getFloat32(at + 20, true),
    bodyPitchRate: view.getFloat32(at + 24, true),
    bodyYawRate: view.getFloat32(at + 28, true),
    thrust: view.getFloat32(at + 32, true),
    thrustBody: readFloat32s(view, at + 39, 3),
  };
}

function encodeSetAttitudeTarget(view: DataView, at: number, message: Outgoing<SetAttitudeTarget>): void {
  view.setUint32(at, uint32(message.timeBootMs, "SET_ATTITUDE_TARGET.timeBootMs"), true);
  view.setUint8(at + 36, uint8(message.targetSystem, "SET_ATTITUDE_TARGET.targetSystem"));
  view.setUint8(at + 37, uint8(message.targetComponent, "SET_ATTITUDE_TARGET.targetComponent"));
  view.setUint8(at + 38, uint8(message.typeMask, "SET_ATTITUDE_TARGET.typeMask"));
  writeFloat32s(view, at + 4, 4, message.q, "SET_ATTITUDE_TARGET.q");
  view.setFloat32(at + 20, float(message.bodyRollRate, "SET_ATTITUDE_TARGET.bodyRollRate"), true);
  view.setFloat32(at + 24, float(message.bodyPitchRate, "SET_ATTITUDE_TARGET.bodyPitchRate"), true);
  view.setFloat32(at + 28, float(message.bodyYawRate, "SET_ATTITUDE_TARGET.bodyYawRate"), true);
  view.setFloat32(at + 32, float(message.thrust, "SET_ATTITUDE_TARGET.thrust"), true);
  writeFloat32s(view, at + 39, 3, message.thrustBody ?? new Array<number>(3).fill(0), "SET_ATTITUDE_TARGET.thrustBody");
}

function decodeAttitudeTarget(view: DataView, at: number): AttitudeTarget {
  return {
    name: "ATTITUDE_TARGET",
    timeBootMs: view.getUint32(at, true),
    typeMask: view.getUint8(at + 36),
    q: readFloat32s(view, at + 4, 4),
    bodyRollRate: view.getFloat32(at + 20, true),
    bodyPitchRate: view.getFloat32(at + 24, true),
    bodyYawRate: view.getFloat32(at + 28, true),
    thrust: view.getFloat32(at + 32, true),
  };
}

function encodeAttitudeTarget(view: DataView, at: number, message: Outgoing<AttitudeTarget>): void {
  view.setUint32(at, uint32(message.timeBootMs, "ATTITUDE_TARGET.timeBootMs"), true);
  view.setUint8(at + 36, uint8(message.typeMask, "ATTITUDE_TARGET.typeMask"));
  writeFloat32s(view, at + 4, 4, message.q, "ATTITUDE_TARGET.q");
  view.setFloat32(at + 20, float(message.bodyRollRate, "ATTITUDE_TARGET.bodyRollRate"), true);
  view.setFloat32(at + 24, float(message.bodyPitchRate, "ATTITUDE_TARGET.bodyPitchRate"), true);
  view.setFloat32(at + 28, float(message.bodyYawRate, "ATTITUDE_TARGET.bodyYawRate"), true);
  view.setFloat32(at + 32, float(message.thrust, "ATTITUDE_TARGET.thrust"), true);
}

function decodeSetPositionTargetLocalNed(view: DataView, at: number): SetPositionTargetLocalNed {
  return {
    name: "SET_POSITION_TARGET_LOCAL_NED",
    timeBootMs: view.getUint32(at, true),
    targetSystem: view.getUint8(at + 50),
    targetComponent: view.getUint8(at + 51),
    coordinateFrame: view.getUint8(at + 52),
    typeMask: view.getUint16(at + 48, true),
    x: view.getFloat32(at + 4, true),
    y: view.getFloat32(at + 8, true),
    z: view.getFloat32(at + 12, true),
    vx: view.getFloat32(at + 16, true),
    vy: view.getFloat32(at + 20, true),
    vz: view.getFloat32(at + 24, true),
    afx: view.getFloat32(at + 28, true),
    afy: view.getFloat32(at + 32, true),
    afz: view.getFloat32(at + 36, true),
    yaw: view.getFloat32(at + 40, true),
    yawRate: view.getFloat32(at + 44, true),
  };
}

function encodeSetPositionTargetLocalNed(view: DataView, at: number, message: Outgoing<SetPositionTargetLocalNed>): void {
  view.setUint32(at, uint32(message.timeBootMs, "SET_POSITION_TARGET_LOCAL_NED.timeBootMs"), true);
  view.setUint8(at + 50, uint8(message.targetSystem, "SET_POSITION_TARGET_LOCAL_NED.targetSystem"));
  view.setUint8(at + 51, uint8(message.targetComponent, "SET_POSITION_TARGET_LOCAL_NED.targetComponent"));
  view.setUint8(at + 52, uint8(message.coordinateFrame, "SET_POSITION_TARGET_LOCAL_NED.coordinateFrame"));
  view.setUint16(at + 48, uint16(message.typeMask, "SET_POSITION_TARGET_LOCAL_NED.typeMask"), true);
  view.setFloat32(at + 4, float(message.x, "SET_POSITION_TARGET_LOCAL_NED.x"), true);
  view.setFloat32(at + 8, float(message.y, "SET_POSITION_TARGET_LOCAL_NED.y"), true);
  view.setFloat32(at + 12, float(message.z, "SET_POSITION_TARGET_LOCAL_NED.z"), true);
  view.setFloat32(at + 16, float(message.vx, "SET_POSITION_TARGET_LOCAL_NED.vx"), true);
  view.setFloat32(at + 20, float(message.vy, "SET_POSITION_TARGET_LOCAL_NED.vy"), true);
  view.setFloat32(at + 24, float(message.vz, "SET_POSITION_TARGET_LOCAL_NED.vz"), true);
  view.setFloat32(at + 28, float(message.afx, "SET_POSITION_TARGET_LOCAL_NED.afx"), true);
  view.setFloat32(at + 32, float(message.afy, "SET_POSITION_TARGET_LOCAL_NED.afy"), true);
  view.setFloat32(at + 36, float(message.afz, "SET_POSITION_TARGET_LOCAL_NED.afz"), true);
  view.setFloat32(at + 40, float(message.yaw, "SET_POSITION_TARGET_LOCAL_NED.yaw"), true);
  view.setFloat32(at + 44, float(message.yawRate, "SET_POSITION_TARGET_LOCAL_NED.yawRate"), true);
}

function decodePositionTargetLocalNed(view: DataView, at: number): PositionTargetLocalNed {
  return {
    name: "POSITION_TARGET_LOCAL_NED",
    timeBootMs: view.getUint32(at, true),
    coordinateFrame: view.getUint8(at + 50),
    typeMask: view.getUint16(at + 48, true),
    x: view.getFloat32(at + 4, true),
    y: view.getFloat32(at + 8, true),
    z: view.getFloat32(at + 12, true),
    vx: view.getFloat32(at + 16, true),
    vy: view.getFloat32(at + 20, true),
    vz: view.getFloat32(at + 24, true),
    afx: view.getFloat32(at + 28, true),
    afy: view.getFloat32(at + 32, true),
    afz: view.getFloat32(at + 36, true),
    yaw: view.getFloat32(at + 40, true),
    yawRate: view.getFloat32(at + 44, true),
  };
}

function encodePositionTargetLocalNed(view: DataView, at: number, message: Outgoing<PositionTargetLocalNed>): void {
  view.setUint32(at, uint32(message.timeBootMs, "POSITION_TARGET_LOCAL_NED.timeBootMs"), true);
  view.setUint8(at + 50, uint8(message.coordinateFrame, "POSITION_TARGET_LOCAL_NED.coordinateFrame"));
  view.setUint16(at + 48, uint16(message.typeMask, "POSITION_TARGET_LOCAL_NED.typeMask"), true);
  view.setFloat32(at + 4, float(message.x, "POSITION_TARGET_LOCAL_NED.x"), true);
  view.setFloat32(at + 8, float(message.y, "POSITION_TARGET_LOCAL_NED.y"), true);
  view.setFloat32(at + 12, float(message.z, "POSITION_TARGET_LOCAL_NED.z"), true);
  view.setFloat32(at + 16, float(message.vx, "POSITION_TARGET_LOCAL_NED.vx"), true);
  view.setFloat32(at + 20, float(message.vy, "POSITION_TARGET_LOCAL_NED.vy"), true);
  view.setFloat32(at + 24, float(message.vz, "POSITION_TARGET_LOCAL_NED.vz"), true);
  view.setFloat32(at + 28, float(message.afx, "POSITION_TARGET_LOCAL_NED.afx"), true);
  view.setFloat32(at + 32, float(message.afy, "POSITION_TARGET_LOCAL_NED.afy"), true);
  view.setFloat32(at + 36, float(message.afz, "POSITION_TARGET_LOCAL_NED.afz"), true);
  view.setFloat32(at + 40, float(message.yaw, "POSITION_TARGET_LOCAL_NED.yaw"), true);
  view.setFloat32(at + 44, float(message.yawRate, "POSITION_TARGET_LOCAL_NED.yawRate"), true);
}

function decodeSetPositionTargetGlobalInt(view: DataView, at: number): SetPositionTargetGlobalInt {
  return {
    name: "SET_POSITION_TARGET_GLOBAL_INT",
    timeBootMs: view.getUint32(at, true),
    targetSystem: view.getUint8(at + 50),
    targetComponent: view.getUint8(at + 51),
    coordinateFrame: view.getUint8(at + 52),
    typeMask: view.getUint16(at + 48, true),
    latInt: view.getInt32(at + 4, true),
    lonInt: view.getInt32(at + 8, true),
    alt: view.getFloat32(at + 12, true),
    vx: view.getFloat32(at + 16, true),
    vy: view.getFloat32(at + 20, true),
    vz: view.getFloat32(at + 24, true),
    afx: view.getFloat32(at + 28, true),
    afy: view.getFloat32(at + 32, true),
    afz: view.getFloat32(at + 36, true),
    yaw: view.getFloat32(at + 40, true),
    yawRate: view.getFloat32(at + 44, true),
  };
}

function encodeSetPositionTargetGlobalInt(view: DataView, at: number, message: Outgoing<SetPositionTargetGlobalInt>): void {
  view.setUint32(at, uint32(message.timeBootMs, "SET_POSITION_TARGET_GLOBAL_INT.timeBootMs"), true);
  view.setUint8(at + 50, uint8(message.targetSystem, "SET_POSITION_TARGET_GLOBAL_INT.targetSystem"));
  view.setUint8(at + 51, uint8(message.targetComponent, "SET_POSITION_TARGET_GLOBAL_INT.targetComponent"));
  view.setUint8(at + 52, uint8(message.coordinateFrame, "SET_POSITION_TARGET_GLOBAL_INT.coordinateFrame"));
  view.setUint16(at + 48, uint16(message.typeMask, "SET_POSITION_TARGET_GLOBAL_INT.typeMask"), true);
  view.setInt32(at + 4, int32(message.latInt, "SET_POSITION_TARGET_GLOBAL_INT.latInt"), true);
  view.setInt32(at + 8, int32(message.lonInt, "SET_POSITION_TARGET_GLOBAL_INT.lonInt"), true);
  view.setFloat32(at + 12, float(message.alt, "SET_POSITION_TARGET_GLOBAL_INT.alt"), true);
  view.setFloat32(at + 16, float(message.vx, "SET_POSITION_TARGET_GLOBAL_INT.vx"), true);
  view.setFloat32(at + 20, float(message.vy, "SET_POSITION_TARGET_GLOBAL_INT.vy"), true);
  view.setFloat32(at + 24, float(message.vz, "SET_POSITION_TARGET_GLOBAL_INT.vz"), true);
  view.setFloat32(at + 28, float(message.afx, "SET_POSITION_TARGET_GLOBAL_INT.afx"), true);
  view.setFloat32(at + 32, float(message.afy, "SET_POSITION_TARGET_GLOBAL_INT.afy"), true);
  view.setFloat32(at + 36, float(message.afz, "SET_POSITION_TARGET_GLOBAL_INT.afz"), true);
  view.setFloat32(at + 40, float(message.yaw, "SET_POSITION_TARGET_GLOBAL_INT.yaw"), true);
  view.setFloat32(at + 44, float(message.yawRate, "SET_POSITION_TARGET_GLOBAL_INT.yawRate"), true);
}

function decodePositionTargetGlobalInt(view: DataView, at: number): PositionTargetGlobalInt {
  return {
    name: "POSITION_TARGET_GLOBAL_INT",
    timeBootMs: view.getUint32(at, true),
    coordinateFrame: view.getUint8(at + 50),
    typeMask: view.getUint16(at + 48, true),
    latInt: view.getInt32(at + 4, true),
    lonInt: view.getInt32(at + 8, true),
    alt: view.getFloat32(at + 12, true),
    vx: view.getFloat32(at + 16, true),
    vy: view.getFloat32(at + 20, true),
    vz: view.getFloat32(at + 24, true),
    afx: view.getFloat32(at + 28, true),
    afy: view.getFloat32(at + 32, true),
    afz: view.getFloat32(at + 36, true),
    yaw: view.getFloat32(at + 40, true),
    yawRate: view.getFloat32(at + 44, true),
  };
}

function encodePositionTargetGlobalInt(view: DataView, at: number, message: Outgoing<PositionTargetGlobalInt>): void {
  view.setUint32(at, uint32(message.timeBootMs, "POSITION_TARGET_GLOBAL_INT.timeBootMs"), true);
  view.setUint8(at + 50, uint8(message.coordinateFrame, "POSITION_TARGET_GLOBAL_INT.coordinateFrame"));
  view.setUint16(at + 48, uint16(message.typeMask, "POSITION_TARGET_GLOBAL_INT.typeMask"), true);
  view.setInt32(at + 4, int32(message.latInt, "POSITION_TARGET_GLOBAL_INT.latInt"), true);
  view.setInt32(at + 8, int32(message.lonInt, "POSITION_TARGET_GLOBAL_INT.lonInt"), true);
  view.setFloat32(at + 12, float(message.alt, "POSITION_TARGET_GLOBAL_INT.alt"), true);
  view.setFloat32(at + 16, float(message.vx, "POSITION_TARGET_GLOBAL_INT.vx"), true);
  view.setFloat32(at + 20, float(message.vy, "POSITION_TARGET_GLOBAL_INT.vy"), true);
  view.setFloat32(at + 24, float(message.vz, "POSITION_TARGET_GLOBAL_INT.vz"), true);
  view.setFloat32(at + 28, float(message.afx, "POSITION_TARGET_GLOBAL_INT.afx"), true);
  view.setFloat32(at + 32, float(message.afy, "POSITION_TARGET_GLOBAL_INT.afy"), true);
  view.setFloat32(at + 36, float(message.afz, "POSITION_TARGET_GLOBAL_INT.afz"), true);
  view.setFloat32(at + 40, float(message.yaw, "POSITION_TARGET_GLOBAL_INT.yaw"), true);
  view.setFloat32(at + 44, float(message.yawRate, "POSITION_TARGET_GLOBAL_INT.yawRate"), true);
}

function decodeVisionPositionEstimate(view: DataView, at: number): VisionPositionEstimate {
  return {
    name: "VISION_POSITION_ESTIMATE",
    usec: view.getBigUint64(at, true),
    x: view.getFloat32(at + 8, true),
    y: view.getFloat32(at + 12, true),
    z: view.getFloat32(at + 16, true),
    roll: view.getFloat32(at + 20, true),
    pitch: view.getFloat32(at + 24, true),
    yaw: view.getFloat32(at + 28, true),
    covariance: readFloat32s(view, at + 32, 21),
    resetCounter: view.getUint8(at + 116),
  };
}

function encodeVisionPositionEstimate(view: DataView, at: number, message: Outgoing<VisionPositionEstimate>): void {
  view.setBigUint64(at, uint64(message.usec, "VISION_POSITION_ESTIMATE.usec"), true);
  view.setFloat32(at + 8, float(message.x, "VISION_POSITION_ESTIMATE.x"), true);
  view.setFloat32(at + 12, float(message.y, "VISION_POSITION_ESTIMATE.y"), true);
  view.setFloat32(at + 16, float(message.z, "VISION_POSITION_ESTIMATE.z"), true);
  view.setFloat32(at + 20, float(message.roll, "VISION_POSITION_ESTIMATE.roll"), true);
  view.setFloat32(at + 24, float(message.pitch, "VISION_POSITION_ESTIMATE.pitch"), true);
  view.setFloat32(at + 28, float(message.yaw, "VISION_POSITION_ESTIMATE.yaw"), true);
  writeFloat32s(view, at + 32, 21, message.covariance ?? new Array<number>(21).fill(0), "VISION_POSITION_ESTIMATE.covariance");
  view.setUint8(at + 116, uint8(message.resetCounter ?? 0, "VISION_POSITION_ESTIMATE.resetCounter"));
}

function decodeVisionSpeedEstimate(view: DataView, at: number): VisionSpeedEstimate {
  return {
    name: "VISION_SPEED_ESTIMATE",
    usec: view.getBigUint64(at, true),
    x: view.getFloat32(at + 8, true),
    y: view.getFloat32(at + 12, true),
    z: view.getFloat32(at + 16, true),
    covariance: readFloat32s(view, at + 20, 9),
    resetCounter: view.getUint8(at + 56),
  };
}

function encodeVisionSpeedEstimate(view: DataView, at: number, message: Outgoing<VisionSpeedEstimate>): void {
  view.setBigUint64(at, uint64(message.usec, "VISION_SPEED_ESTIMATE.usec"), true);
  view.setFloat32(at + 8, float(message.x, "VISION_SPEED_ESTIMATE.x"), true);
  view.setFloat32(at + 12, float(message.y, "VISION_SPEED_ESTIMATE.y"), true);
  view.setFloat32(at + 16, float(message.z, "VISION_SPEED_ESTIMATE.z"), true);
  writeFloat32s(view, at + 20, 9, message.covariance ?? new Array<number>(9).fill(0), "VISION_SPEED_ESTIMATE.covariance");
  view.setUint8(at + 56, uint8(message.resetCounter ?? 0, "VISION_SPEED_ESTIMATE.resetCounter"));
}

function decodeOpticalFlowRad(view: DataView, at: number): OpticalFlowRad {
  return {
    name: "OPTICAL_FLOW_RAD",
    timeUsec: view.getBigUint64(at, true),
    sensorId: view.getUint8(at + 42),
    integrationTimeUs: view.getUint32(at + 8, true),
    integratedX: view.getFloat32(at + 12, true),
    integratedY: view.getFloat32(at + 16, true),
    integratedXgyro: view.getFloat32(at + 20, true),
    integratedYgyro: view.getFloat32(at + 24, true),
    integratedZgyro: view.getFloat32(at + 28, true),
    temperature: view.getInt16(at + 40, true),
    quality: view.getUint8(at + 43),
    timeDeltaDistanceUs: view.getUint32(at + 32, true),
    distance: view.getFloat32(at + 36, true),
  };
}

function encodeOpticalFlowRad(view: DataView, at: number, message: Outgoing<OpticalFlowRad>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "OPTICAL_FLOW_RAD.timeUsec"), true);
  view.setUint8(at + 42, uint8(message.sensorId, "OPTICAL_FLOW_RAD.sensorId"));
  view.setUint32(at + 8, uint32(message.integrationTimeUs, "OPTICAL_FLOW_RAD.integrationTimeUs"), true);
  view.setFloat32(at + 12, float(message.integratedX, "OPTICAL_FLOW_RAD.integratedX"), true);
  view.setFloat32(at + 16, float(message.integratedY, "OPTICAL_FLOW_RAD.integratedY"), true);
  view.setFloat32(at + 20, float(message.integratedXgyro, "OPTICAL_FLOW_RAD.integratedXgyro"), true);
  view.setFloat32(at + 24, float(message.integratedYgyro, "OPTICAL_FLOW_RAD.integratedYgyro"), true);
  view.setFloat32(at + 28, float(message.integratedZgyro, "OPTICAL_FLOW_RAD.integratedZgyro"), true);
  view.setInt16(at + 40, int16(message.temperature, "OPTICAL_FLOW_RAD.temperature"), true);
  view.setUint8(at + 43, uint8(message.quality, "OPTICAL_FLOW_RAD.quality"));
  view.setUint32(at + 32, uint32(message.timeDeltaDistanceUs, "OPTICAL_FLOW_RAD.timeDeltaDistanceUs"), true);
  view.setFloat32(at + 36, float(message.distance, "OPTICAL_FLOW_RAD.distance"), true);
}

function decodeRadioStatus(view: DataView, at: number): RadioStatus {
  return {
    name: "RADIO_STATUS",
    rssi: view.getUint8(at + 4),
    remrssi: view.getUint8(at + 5),
    txbuf: view.getUint8(at + 6),
    noise: view.getUint8(at + 7),
    remnoise: view.getUint8(at + 8),
    rxerrors: view.getUint16(at, true),
    fixed: view.getUint16(at + 2, true),
  };
}

function encodeRadioStatus(view: DataView, at: number, message: Outgoing<RadioStatus>): void {
  view.setUint8(at + 4, uint8(message.rssi, "RADIO_STATUS.rssi"));
  view.setUint8(at + 5, uint8(message.remrssi, "RADIO_STATUS.remrssi"));
  view.setUint8(at + 6, uint8(message.txbuf, "RADIO_STATUS.txbuf"));
  view.setUint8(at + 7, uint8(message.noise, "RADIO_STATUS.noise"));
  view.setUint8(at + 8, uint8(message.remnoise, "RADIO_STATUS.remnoise"));
  view.setUint16(at, uint16(message.rxerrors, "RADIO_STATUS.rxerrors"), true);
  view.setUint16(at + 2, uint16(message.fixed, "RADIO_STATUS.fixed"), true);
}

function decodeFileTransferProtocol(view: DataView, at: number): FileTransferProtocol {
  return {
    name: "FILE_TRANSFER_PROTOCOL",
    targetNetwork: view.getUint8(at),
    targetSystem: view.getUint8(at + 1),
    targetComponent: view.getUint8(at + 2),
    payload: readUint8s(view, at + 3, 251),
  };
}

function encodeFileTransferProtocol(view: DataView, at: number, message: Outgoing<FileTransferProtocol>): void {
  view.setUint8(at, uint8(message.targetNetwork, "FILE_TRANSFER_PROTOCOL.targetNetwork"));
  view.setUint8(at + 1, uint8(message.targetSystem, "FILE_TRANSFER_PROTOCOL.targetSystem"));
  view.setUint8(at + 2, uint8(message.targetComponent, "FILE_TRANSFER_PROTOCOL.targetComponent"));
  writeUint8s(view, at + 3, 251, message.payload, "FILE_TRANSFER_PROTOCOL.payload");
}

function decodeTimesync(view: DataView, at: number): Timesync {
  return {
    name: "TIMESYNC",
    tc1: view.getBigInt64(at, true),
    ts1: view.getBigInt64(at + 8, true),
    targetSystem: view.getUint8(at + 16),
    targetComponent: view.getUint8(at + 17),
  };
}

function encodeTimesync(view: DataView, at: number, message: Outgoing<Timesync>): void {
  view.setBigInt64(at, int64(message.tc1, "TIMESYNC.tc1"), true);
  view.setBigInt64(at + 8, int64(message.ts1, "TIMESYNC.ts1"), true);
  view.setUint8(at + 16, uint8(message.targetSystem ?? 0, "TIMESYNC.targetSystem"));
  view.setUint8(at + 17, uint8(message.targetComponent ?? 0, "TIMESYNC.targetComponent"));
}

function decodeHilStateQuaternion(view: DataView, at: number): HilStateQuaternion {
  return {
    name: "HIL_STATE_QUATERNION",
    timeUsec: view.getBigUint64(at, true),
    attitudeQuaternion: readFloat32s(view, at + 8, 4),
    rollspeed: view.getFloat32(at + 24, true),
    pitchspeed: view.getFloat32(at + 28, true),
    yawspeed: view.getFloat32(at + 32, true),
    lat: view.getInt32(at + 36, true),
    lon: view.getInt32(at + 40, true),
    alt: view.getInt32(at + 44, true),
    vx: view.getInt16(at + 48, true),
    vy: view.getInt16(at + 50, true),
    vz: view.getInt16(at + 52, true),
    indAirspeed: view.getUint16(at + 54, true),
    trueAirspeed: view.getUint16(at + 56, true),
    xacc: view.getInt16(at + 58, true),
    yacc: view.getInt16(at + 60, true),
    zacc: view.getInt16(at + 62, true),
  };
}

function encodeHilStateQuaternion(view: DataView, at: number, message: Outgoing<HilStateQuaternion>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "HIL_STATE_QUATERNION.timeUsec"), true);
  writeFloat32s(view, at + 8, 4, message.attitudeQuaternion, "HIL_STATE_QUATERNION.attitudeQuaternion");
  view.setFloat32(at + 24, float(message.rollspeed, "HIL_STATE_QUATERNION.rollspeed"), true);
  view.setFloat32(at + 28, float(message.pitchspeed, "HIL_STATE_QUATERNION.pitchspeed"), true);
  view.setFloat32(at + 32, float(message.yawspeed, "HIL_STATE_QUATERNION.yawspeed"), true);
  view.setInt32(at + 36, int32(message.lat, "HIL_STATE_QUATERNION.lat"), true);
  view.setInt32(at + 40, int32(message.lon, "HIL_STATE_QUATERNION.lon"), true);
  view.setInt32(at + 44, int32(message.alt, "HIL_STATE_QUATERNION.alt"), true);
  view.setInt16(at + 48, int16(message.vx, "HIL_STATE_QUATERNION.vx"), true);
  view.setInt16(at + 50, int16(message.vy, "HIL_STATE_QUATERNION.vy"), true);
  view.setInt16(at + 52, int16(message.vz, "HIL_STATE_QUATERNION.vz"), true);
  view.setUint16(at + 54, uint16(message.indAirspeed, "HIL_STATE_QUATERNION.indAirspeed"), true);
  view.setUint16(at + 56, uint16(message.trueAirspeed, "HIL_STATE_QUATERNION.trueAirspeed"), true);
  view.setInt16(at + 58, int16(message.xacc, "HIL_STATE_QUATERNION.xacc"), true);
  view.setInt16(at + 60, int16(message.yacc, "HIL_STATE_QUATERNION.yacc"), true);
  view.setInt16(at + 62, int16(message.zacc, "HIL_STATE_QUATERNION.zacc"), true);
}

function decodePowerStatus(view: DataView, at: number): PowerStatus {
  return {
    name: "POWER_STATUS",
    vcc: view.getUint16(at, true),
    vservo: view.getUint16(at + 2, true),
    flags: view.getUint16(at + 4, true),
  };
}

function encodePowerStatus(view: DataView, at: number, message: Outgoing<PowerStatus>): void {
  view.setUint16(at, uint16(message.vcc, "POWER_STATUS.vcc"), true);
  view.setUint16(at + 2, uint16(message.vservo, "POWER_STATUS.vservo"), true);
  view.setUint16(at + 4, uint16(message.flags, "POWER_STATUS.flags"), true);
}

function decodeDistanceSensor(view: DataView, at: number): DistanceSensor {
  return {
    name: "DISTANCE_SENSOR",
    timeBootMs: view.getUint32(at, true),
    minDistance: view.getUint16(at + 4, true),
    maxDistance: view.getUint16(at + 6, true),
    currentDistance: view.getUint16(at + 8, true),
    type: view.getUint8(at + 10),
    id: view.getUint8(at + 11),
    orientation: view.getUint8(at + 12),
    covariance: view.getUint8(at + 13),
    horizontalFov: view.getFloat32(at + 14, true),
    verticalFov: view.getFloat32(at + 18, true),
    quaternion: readFloat32s(view, at + 22, 4),
    signalQuality: view.getUint8(at + 38),
  };
}

function encodeDistanceSensor(view: DataView, at: number, message: Outgoing<DistanceSensor>): void {
  view.setUint32(at, uint32(message.timeBootMs, "DISTANCE_SENSOR.timeBootMs"), true);
  view.setUint16(at + 4, uint16(message.minDistance, "DISTANCE_SENSOR.minDistance"), true);
  view.setUint16(at + 6, uint16(message.maxDistance, "DISTANCE_SENSOR.maxDistance"), true);
  view.setUint16(at + 8, uint16(message.currentDistance, "DISTANCE_SENSOR.currentDistance"), true);
  view.setUint8(at + 10, uint8(message.type, "DISTANCE_SENSOR.type"));
  view.setUint8(at + 11, uint8(message.id, "DISTANCE_SENSOR.id"));
  view.setUint8(at + 12, uint8(message.orientation, "DISTANCE_SENSOR.orientation"));
  view.setUint8(at + 13, uint8(message.covariance, "DISTANCE_SENSOR.covariance"));
  view.setFloat32(at + 14, float(message.horizontalFov ?? 0, "DISTANCE_SENSOR.horizontalFov"), true);
  view.setFloat32(at + 18, float(message.verticalFov ?? 0, "DISTANCE_SENSOR.verticalFov"), true);
  writeFloat32s(view, at + 22, 4, message.quaternion ?? new Array<number>(4).fill(0), "DISTANCE_SENSOR.quaternion");
  view.setUint8(at + 38, uint8(message.signalQuality ?? 0, "DISTANCE_SENSOR.signalQuality"));
}

function decodeAttPosMocap(view: DataView, at: number): AttPosMocap {
  return {
    name: "ATT_POS_MOCAP",
    timeUsec: view.getBigUint64(at, true),
    q: readFloat32s(view, at + 8, 4),
    x: view.getFloat32(at + 24, true),
    y: view.getFloat32(at + 28, true),
    z: view.getFloat32(at + 32, true),
    covariance: readFloat32s(view, at + 36, 21),
  };
}

function encodeAttPosMocap(view: DataView, at: number, message: Outgoing<AttPosMocap>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "ATT_POS_MOCAP.timeUsec"), true);
  writeFloat32s(view, at + 8, 4, message.q, "ATT_POS_MOCAP.q");
  view.setFloat32(at + 24, float(message.x, "ATT_POS_MOCAP.x"), true);
  view.setFloat32(at + 28, float(message.y, "ATT_POS_MOCAP.y"), true);
  view.setFloat32(at + 32, float(message.z, "ATT_POS_MOCAP.z"), true);
  writeFloat32s(view, at + 36, 21, message.covariance ?? new Array<number>(21).fill(0), "ATT_POS_MOCAP.covariance");
}

function decodeBatteryStatus(view: DataView, at: number): BatteryStatus {
  return {
    name: "BATTERY_STATUS",
    id: view.getUint8(at + 32),
    batteryFunction: view.getUint8(at + 33),
    type: view.getUint8(at + 34),
    temperature: view.getInt16(at + 8, true),
    voltages: readUint16s(view, at + 10, 10),
    currentBattery: view.getInt16(at + 30, true),
    currentConsumed: view.getInt32(at, true),
    energyConsumed: view.getInt32(at + 4, true),
    batteryRemaining: view.getInt8(at + 35),
    timeRemaining: view.getInt32(at + 36, true),
    chargeState: view.getUint8(at + 40),
    voltagesExt: readUint16s(view, at + 41, 4),
    mode: view.getUint8(at + 49),
    faultBitmask: view.getUint32(at + 50, true),
  };
}

function encodeBatteryStatus(view: DataView, at: number, message: Outgoing<BatteryStatus>): void {
  view.setUint8(at + 32, uint8(message.id, "BATTERY_STATUS.id"));
  view.setUint8(at + 33, uint8(message.batteryFunction, "BATTERY_STATUS.batteryFunction"));
  view.setUint8(at + 34, uint8(message.type, "BATTERY_STATUS.type"));
  view.setInt16(at + 8, int16(message.temperature, "BATTERY_STATUS.temperature"), true);
  writeUint16s(view, at + 10, 10, message.voltages, "BATTERY_STATUS.voltages");
  view.setInt16(at + 30, int16(message.currentBattery, "BATTERY_STATUS.currentBattery"), true);
  view.setInt32(at, int32(message.currentConsumed, "BATTERY_STATUS.currentConsumed"), true);
  view.setInt32(at + 4, int32(message.energyConsumed, "BATTERY_STATUS.energyConsumed"), true);
  view.setInt8(at + 35, int8(message.batteryRemaining, "BATTERY_STATUS.batteryRemaining"));
  view.setInt32(at + 36, int32(message.timeRemaining ?? 0, "BATTERY_STATUS.timeRemaining"), true);
  view.setUint8(at + 40, uint8(message.chargeState ?? 0, "BATTERY_STATUS.chargeState"));
  writeUint16s(view, at + 41, 4, message.voltagesExt ?? new Array<number>(4).fill(0), "BATTERY_STATUS.voltagesExt");
  view.setUint8(at + 49, uint8(message.mode ?? 0, "BATTERY_STATUS.mode"));
  view.setUint32(at + 50, uint32(message.faultBitmask ?? 0, "BATTERY_STATUS.faultBitmask"), true);
}

function decodeAutopilotVersion(view: DataView, at: number): AutopilotVersion {
  return {
    name: "AUTOPILOT_VERSION",
    capabilities: view.getBigUint64(at, true),
    flightSwVersion: view.getUint32(at + 16, true),
    middlewareSwVersion: view.getUint32(at + 20, true),
    osSwVersion: view.getUint32(at + 24, true),
    boardVersion: view.getUint32(at + 28, true),
    flightCustomVersion: readUint8s(view, at + 36, 8),
    middlewareCustomVersion: readUint8s(view, at + 44, 8),
    osCustomVersion: readUint8s(view, at + 52, 8),
    vendorId: view.getUint16(at + 32, true),
    productId: view.getUint16(at + 34, true),
    uid: view.getBigUint64(at + 8, true),
    uid2: readUint8s(view, at + 60, 18),
  };
}

function encodeAutopilotVersion(view: DataView, at: number, message: Outgoing<AutopilotVersion>): void {
  view.setBigUint64(at, uint64(message.capabilities, "AUTOPILOT_VERSION.capabilities"), true);
  view.setUint32(at + 16, uint32(message.flightSwVersion, "AUTOPILOT_VERSION.flightSwVersion"), true);
  view.setUint32(at + 20, uint32(message.middlewareSwVersion, "AUTOPILOT_VERSION.middlewareSwVersion"), true);
  view.setUint32(at + 24, uint32(message.osSwVersion, "AUTOPILOT_VERSION.osSwVersion"), true);
  view.setUint32(at + 28, uint32(message.boardVersion, "AUTOPILOT_VERSION.boardVersion"), true);
  writeUint8s(view, at + 36, 8, message.flightCustomVersion, "AUTOPILOT_VERSION.flightCustomVersion");
  writeUint8s(view, at + 44, 8, message.middlewareCustomVersion, "AUTOPILOT_VERSION.middlewareCustomVersion");
  writeUint8s(view, at + 52, 8, message.osCustomVersion, "AUTOPILOT_VERSION.osCustomVersion");
  view.setUint16(at + 32, uint16(message.vendorId, "AUTOPILOT_VERSION.vendorId"), true);
  view.setUint16(at + 34, uint16(message.productId, "AUTOPILOT_VERSION.productId"), true);
  view.setBigUint64(at + 8, uint64(message.uid, "AUTOPILOT_VERSION.uid"), true);
  writeUint8s(view, at + 60, 18, message.uid2 ?? new Array<number>(18).fill(0), "AUTOPILOT_VERSION.uid2");
}

function decodeLandingTarget(view: DataView, at: number): LandingTarget {
  return {
    name: "LANDING_TARGET",
    timeUsec: view.getBigUint64(at, true),
    targetNum: view.getUint8(at + 28),
    frame: view.getUint8(at + 29),
    angleX: view.getFloat32(at + 8, true),
    angleY: view.getFloat32(at + 12, true),
    distance: view.getFloat32(at + 16, true),
    sizeX: view.getFloat32(at + 20, true),
    sizeY: view.getFloat32(at + 24, true),
    x: view.getFloat32(at + 30, true),
    y: view.getFloat32(at + 34, true),
    z: view.getFloat32(at + 38, true),
    q: readFloat32s(view, at + 42, 4),
    type: view.getUint8(at + 58),
    positionValid: view.getUint8(at + 59),
  };
}

function encodeLandingTarget(view: DataView, at: number, message: Outgoing<LandingTarget>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "LANDING_TARGET.timeUsec"), true);
  view.setUint8(at + 28, uint8(message.targetNum, "LANDING_TARGET.targetNum"));
  view.setUint8(at + 29, uint8(message.frame, "LANDING_TARGET.frame"));
  view.setFloat32(at + 8, float(message.angleX, "LANDING_TARGET.angleX"), true);
  view.setFloat32(at + 12, float(message.angleY, "LANDING_TARGET.angleY"), true);
  view.setFloat32(at + 16, float(message.distance, "LANDING_TARGET.distance"), true);
  view.setFloat32(at + 20, float(message.sizeX, "LANDING_TARGET.sizeX"), true);
  view.setFloat32(at + 24, float(message.sizeY, "LANDING_TARGET.sizeY"), true);
  view.setFloat32(at + 30, float(message.x ?? 0, "LANDING_TARGET.x"), true);
  view.setFloat32(at + 34, float(message.y ?? 0, "LANDING_TARGET.y"), true);
  view.setFloat32(at + 38, float(message.z ?? 0, "LANDING_TARGET.z"), true);
  writeFloat32s(view, at + 42, 4, message.q ?? new Array<number>(4).fill(0), "LANDING_TARGET.q");
  view.setUint8(at + 58, uint8(message.type ?? 0, "LANDING_TARGET.type"));
  view.setUint8(at + 59, uint8(message.positionValid ?? 0, "LANDING_TARGET.positionValid"));
}

function decodeMeminfo(view: DataView, at: number): Meminfo {
  return {
    name: "MEMINFO",
    brkval: view.getUint16(at, true),
    freemem: view.getUint16(at + 2, true),
    freemem32: view.getUint32(at + 4, true),
  };
}

function encodeMeminfo(view: DataView, at: number, message: Outgoing<Meminfo>): void {
  view.setUint16(at, uint16(message.brkval, "MEMINFO.brkval"), true);
  view.setUint16(at + 2, uint16(message.freemem, "MEMINFO.freemem"), true);
  view.setUint32(at + 4, uint32(message.freemem32 ?? 0, "MEMINFO.freemem32"), true);
}

function decodeFenceStatus(view: DataView, at: number): FenceStatus {
  return {
    name: "FENCE_STATUS",
    breachStatus: view.getUint8(at + 6),
    breachCount: view.getUint16(at + 4, true),
    breachType: view.getUint8(at + 7),
    breachTime: view.getUint32(at, true),
    breachMitigation: view.getUint8(at + 8),
  };
}

function encodeFenceStatus(view: DataView, at: number, message: Outgoing<FenceStatus>): void {
  view.setUint8(at + 6, uint8(message.breachStatus, "FENCE_STATUS.breachStatus"));
  view.setUint16(at + 4, uint16(message.breachCount, "FENCE_STATUS.breachCount"), true);
  view.setUint8(at + 7, uint8(message.breachType, "FENCE_STATUS.breachType"));
  view.setUint32(at, uint32(message.breachTime, "FENCE_STATUS.breachTime"), true);
  view.setUint8(at + 8, uint8(message.breachMitigation ?? 0, "FENCE_STATUS.breachMitigation"));
}

function decodeWind(view: DataView, at: number): Wind {
  return {
    name: "WIND",
    direction: view.getFloat32(at, true),
    speed: view.getFloat32(at + 4, true),
    speedZ: view.getFloat32(at + 8, true),
  };
}

function encodeWind(view: DataView, at: number, message: Outgoing<Wind>): void {
  view.setFloat32(at, float(message.direction, "WIND.direction"), true);
  view.setFloat32(at + 4, float(message.speed, "WIND.speed"), true);
  view.setFloat32(at + 8, float(message.speedZ, "WIND.speedZ"), true);
}

function decodeEkfStatusReport(view: DataView, at: number): EkfStatusReport {
  return {
    name: "EKF_STATUS_REPORT",
    flags: view.getUint16(at + 20, true),
    velocityVariance: view.getFloat32(at, true),
    posHorizVariance: view.getFloat32(at + 4, true),
    posVertVariance: view.getFloat32(at + 8, true),
    compassVariance: view.getFloat32(at + 12, true),
    terrainAltVariance: view.getFloat32(at + 16, true),
    airspeedVariance: view.getFloat32(at + 22, true),
  };
}

function encodeEkfStatusReport(view: DataView, at: number, message: Outgoing<EkfStatusReport>): void {
  view.setUint16(at + 20, uint16(message.flags, "EKF_STATUS_REPORT.flags"), true);
  view.setFloat32(at, float(message.velocityVariance, "EKF_STATUS_REPORT.velocityVariance"), true);
  view.setFloat32(at + 4, float(message.posHorizVariance, "EKF_STATUS_REPORT.posHorizVariance"), true);
  view.setFloat32(at + 8, float(message.posVertVariance, "EKF_STATUS_REPORT.posVertVariance"), true);
  view.setFloat32(at + 12, float(message.compassVariance, "EKF_STATUS_REPORT.compassVariance"), true);
  view.setFloat32(at + 16, float(message.terrainAltVariance, "EKF_STATUS_REPORT.terrainAltVariance"), true);
  view.setFloat32(at + 22, float(message.airspeedVariance ?? 0, "EKF_STATUS_REPORT.airspeedVariance"), true);
}

function decodeEstimatorStatus(view: DataView, at: number): EstimatorStatus {
  return {
    name: "ESTIMATOR_STATUS",
    timeUsec: view.getBigUint64(at, true),
    flags: view.getUint16(at + 40, true),
    velRatio: view.getFloat32(at + 8, true),
    posHorizRatio: view.getFloat32(at + 12, true),
    posVertRatio: view.getFloat32(at + 16, true),
    magRatio: view.getFloat32(at + 20, true),
    haglRatio: view.getFloat32(at + 24, true),
    tasRatio: view.getFloat32(at + 28, true),
    posHorizAccuracy: view.getFloat32(at + 32, true),
    posVertAccuracy: view.getFloat32(at + 36, true),
  };
}

function encodeEstimatorStatus(view: DataView, at: number, message: Outgoing<EstimatorStatus>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "ESTIMATOR_STATUS.timeUsec"), true);
  view.setUint16(at + 40, uint16(message.flags, "ESTIMATOR_STATUS.flags"), true);
  view.setFloat32(at + 8, float(message.velRatio, "ESTIMATOR_STATUS.velRatio"), true);
  view.setFloat32(at + 12, float(message.posHorizRatio, "ESTIMATOR_STATUS.posHorizRatio"), true);
  view.setFloat32(at + 16, float(message.posVertRatio, "ESTIMATOR_STATUS.posVertRatio"), true);
  view.setFloat32(at + 20, float(message.magRatio, "ESTIMATOR_STATUS.magRatio"), true);
  view.setFloat32(at + 24, float(message.haglRatio, "ESTIMATOR_STATUS.haglRatio"), true);
  view.setFloat32(at + 28, float(message.tasRatio, "ESTIMATOR_STATUS.tasRatio"), true);
  view.setFloat32(at + 32, float(message.posHorizAccuracy, "ESTIMATOR_STATUS.posHorizAccuracy"), true);
  view.setFloat32(at + 36, float(message.posVertAccuracy, "ESTIMATOR_STATUS.posVertAccuracy"), true);
}

function decodeVibration(view: DataView, at: number): Vibration {
  return {
    name: "VIBRATION",
    timeUsec: view.getBigUint64(at, true),
    vibrationX: view.getFloat32(at + 8, true),
    vibrationY: view.getFloat32(at + 12, true),
    vibrationZ: view.getFloat32(at + 16, true),
    clipping0: view.getUint32(at + 20, true),
    clipping1: view.getUint32(at + 24, true),
    clipping2: view.getUint32(at + 28, true),
  };
}

function encodeVibration(view: DataView, at: number, message: Outgoing<Vibration>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "VIBRATION.timeUsec"), true);
  view.setFloat32(at + 8, float(message.vibrationX, "VIBRATION.vibrationX"), true);
  view.setFloat32(at + 12, float(message.vibrationY, "VIBRATION.vibrationY"), true);
  view.setFloat32(at + 16, float(message.vibrationZ, "VIBRATION.vibrationZ"), true);
  view.setUint32(at + 20, uint32(message.clipping0, "VIBRATION.clipping0"), true);
  view.setUint32(at + 24, uint32(message.clipping1, "VIBRATION.clipping1"), true);
  view.setUint32(at + 28, uint32(message.clipping2, "VIBRATION.clipping2"), true);
}

function decodeHomePosition(view: DataView, at: number): HomePosition {
  return {
    name: "HOME_POSITION",
    latitude: view.getInt32(at, true),
    longitude: view.getInt32(at + 4, true),
    altitude: view.getInt32(at + 8, true),
    x: view.getFloat32(at + 12, true),
    y: view.getFloat32(at + 16, true),
    z: view.getFloat32(at + 20, true),
    q: readFloat32s(view, at + 24, 4),
    approachX: view.getFloat32(at + 40, true),
    approachY: view.getFloat32(at + 44, true),
    approachZ: view.getFloat32(at + 48, true),
    timeUsec: view.getBigUint64(at + 52, true),
  };
}

function encodeHomePosition(view: DataView, at: number, message: Outgoing<HomePosition>): void {
  view.setInt32(at, int32(message.latitude, "HOME_POSITION.latitude"), true);
  view.setInt32(at + 4, int32(message.longitude, "HOME_POSITION.longitude"), true);
  view.setInt32(at + 8, int32(message.altitude, "HOME_POSITION.altitude"), true);
  view.setFloat32(at + 12, float(message.x, "HOME_POSITION.x"), true);
  view.setFloat32(at + 16, float(message.y, "HOME_POSITION.y"), true);
  view.setFloat32(at + 20, float(message.z, "HOME_POSITION.z"), true);
  writeFloat32s(view, at + 24, 4, message.q, "HOME_POSITION.q");
  view.setFloat32(at + 40, float(message.approachX, "HOME_POSITION.approachX"), true);
  view.setFloat32(at + 44, float(message.approachY, "HOME_POSITION.approachY"), true);
  view.setFloat32(at + 48, float(message.approachZ, "HOME_POSITION.approachZ"), true);
  view.setBigUint64(at + 52, uint64(message.timeUsec ?? 0n, "HOME_POSITION.timeUsec"), true);
}

function decodeMessageInterval(view: DataView, at: number): MessageInterval {
  return {
    name: "MESSAGE_INTERVAL",
    messageId: view.getUint16(at + 4, true),
    intervalUs: view.getInt32(at, true),
  };
}

function encodeMessageInterval(view: DataView, at: number, message: Outgoing<MessageInterval>): void {
  view.setUint16(at + 4, uint16(message.messageId, "MESSAGE_INTERVAL.messageId"), true);
  view.setInt32(at, int32(message.intervalUs, "MESSAGE_INTERVAL.intervalUs"), true);
}

function decodeExtendedSysState(view: DataView, at: number): ExtendedSysState {
  return {
    name: "EXTENDED_SYS_STATE",
    vtolState: view.getUint8(at),
    landedState: view.getUint8(at + 1),
  };
}

function encodeExtendedSysState(view: DataView, at: number, message: Outgoing<ExtendedSysState>): void {
  view.setUint8(at, uint8(message.vtolState, "EXTENDED_SYS_STATE.vtolState"));
  view.setUint8(at + 1, uint8(message.landedState, "EXTENDED_SYS_STATE.landedState"));
}

function decodeStatustext(view: DataView, at: number): Statustext {
  return {
    name: "STATUSTEXT",
    severity: view.getUint8(at),
    text: readText(view, at + 1, 50),
    id: view.getUint16(at + 51, true),
    chunkSeq: view.getUint8(at + 53),
  };
}

function encodeStatustext(view: DataView, at: number, message: Outgoing<Statustext>): void {
  view.setUint8(at, uint8(message.severity, "STATUSTEXT.severity"));
  writeText(view, at + 1, 50, message.text, "STATUSTEXT.text");
  view.setUint16(at + 51, uint16(message.id ?? 0, "STATUSTEXT.id"), true);
  view.setUint8(at + 53, uint8(message.chunkSeq ?? 0, "STATUSTEXT.chunkSeq"));
}

function decodeCameraInformation(view: DataView, at: number): CameraInformation {
  return {
    name: "CAMERA_INFORMATION",
    timeBootMs: view.getUint32(at, true),
    vendorName: readUint8s(view, at + 30, 32),
    modelName: readUint8s(view, at + 62, 32),
    firmwareVersion: view.getUint32(at + 4, true),
    focalLength: view.getFloat32(at + 8, true),
    sensorSizeH: view.getFloat32(at + 12, true),
    sensorSizeV: view.getFloat32(at + 16, true),
    resolutionH: view.getUint16(at + 24, true),
    resolutionV: view.getUint16(at + 26, true),
    lensId: view.getUint8(at + 94),
    flags: view.getUint32(at + 20, true),
    camDefinitionVersion: view.getUint16(at + 28, true),
    camDefinitionUri: readText(view, at + 95, 140),
    gimbalDeviceId: view.getUint8(at + 235),
    cameraDeviceId: view.getUint8(at + 236),
  };
}

function encodeCameraInformation(view: DataView, at: number, message: Outgoing<CameraInformation>): void {
  view.setUint32(at, uint32(message.timeBootMs, "CAMERA_INFORMATION.timeBootMs"), true);
  writeUint8s(view, at + 30, 32, message.vendorName, "CAMERA_INFORMATION.vendorName");
  writeUint8s(view, at + 62, 32, message.modelName, "CAMERA_INFORMATION.modelName");
  view.setUint32(at + 4, uint32(message.firmwareVersion, "CAMERA_INFORMATION.firmwareVersion"), true);
  view.setFloat32(at + 8, float(message.focalLength, "CAMERA_INFORMATION.focalLength"), true);
  view.setFloat32(at + 12, float(message.sensorSizeH, "CAMERA_INFORMATION.sensorSizeH"), true);
  view.setFloat32(at + 16, float(message.sensorSizeV, "CAMERA_INFORMATION.sensorSizeV"), true);
  view.setUint16(at + 24, uint16(message.resolutionH, "CAMERA_INFORMATION.resolutionH"), true);
  view.setUint16(at + 26, uint16(message.resolutionV, "CAMERA_INFORMATION.resolutionV"), true);
  view.setUint8(at + 94, uint8(message.lensId, "CAMERA_INFORMATION.lensId"));
  view.setUint32(at + 20, uint32(message.flags, "CAMERA_INFORMATION.flags"), true);
  view.setUint16(at + 28, uint16(message.camDefinitionVersion, "CAMERA_INFORMATION.camDefinitionVersion"), true);
  writeText(view, at + 95, 140, message.camDefinitionUri, "CAMERA_INFORMATION.camDefinitionUri");
  view.setUint8(at + 235, uint8(message.gimbalDeviceId ?? 0, "CAMERA_INFORMATION.gimbalDeviceId"));
  view.setUint8(at + 236, uint8(message.cameraDeviceId ?? 0, "CAMERA_INFORMATION.cameraDeviceId"));
}

function decodeGimbalManagerSetAttitude(view: DataView, at: number): GimbalManagerSetAttitude {
  return {
    name: "GIMBAL_MANAGER_SET_ATTITUDE",
    targetSystem: view.getUint8(at + 32),
    targetComponent: view.getUint8(at + 33),
    flags: view.getUint32(at, true),
    gimbalDeviceId: view.getUint8(at + 34),
    q: readFloat32s(view, at + 4, 4),
    angularVelocityX: view.getFloat32(at + 20, true),
    angularVelocityY: view.getFloat32(at + 24, true),
    angularVelocityZ: view.getFloat32(at + 28, true),
  };
}

function encodeGimbalManagerSetAttitude(view: DataView, at: number, message: Outgoing<GimbalManagerSetAttitude>): void {
  view.setUint8(at + 32, uint8(message.targetSystem, "GIMBAL_MANAGER_SET_ATTITUDE.targetSystem"));
  view.setUint8(at + 33, uint8(message.targetComponent, "GIMBAL_MANAGER_SET_ATTITUDE.targetComponent"));
  view.setUint32(at, uint32(message.flags, "GIMBAL_MANAGER_SET_ATTITUDE.flags"), true);
  view.setUint8(at + 34, uint8(message.gimbalDeviceId, "GIMBAL_MANAGER_SET_ATTITUDE.gimbalDeviceId"));
  writeFloat32s(view, at + 4, 4, message.q, "GIMBAL_MANAGER_SET_ATTITUDE.q");
  view.setFloat32(at + 20, float(message.angularVelocityX, "GIMBAL_MANAGER_SET_ATTITUDE.angularVelocityX"), true);
  view.setFloat32(at + 24, float(message.angularVelocityY, "GIMBAL_MANAGER_SET_ATTITUDE.angularVelocityY"), true);
  view.setFloat32(at + 28, float(message.angularVelocityZ, "GIMBAL_MANAGER_SET_ATTITUDE.angularVelocityZ"), true);
}

function decodeProtocolVersion(view: DataView, at: number): ProtocolVersion {
  return {
    name: "PROTOCOL_VERSION",
    version: view.getUint16(at, true),
    minVersion: view.getUint16(at + 2, true),
    maxVersion: view.getUint16(at + 4, true),
    specVersionHash: readUint8s(view, at + 6, 8),
    libraryVersionHash: readUint8s(view, at + 14, 8),
  };
}

function encodeProtocolVersion(view: DataView, at: number, message: Outgoing<ProtocolVersion>): void {
  view.setUint16(at, uint16(message.version, "PROTOCOL_VERSION.version"), true);
  view.setUint16(at + 2, uint16(message.minVersion, "PROTOCOL_VERSION.minVersion"), true);
  view.setUint16(at + 4, uint16(message.maxVersion, "PROTOCOL_VERSION.maxVersion"), true);
  writeUint8s(view, at + 6, 8, message.specVersionHash, "PROTOCOL_VERSION.specVersionHash");
  writeUint8s(view, at + 14, 8, message.libraryVersionHash, "PROTOCOL_VERSION.libraryVersionHash");
}

function decodeObstacleDistance(view: DataView, at: number): ObstacleDistance {
  return {
    name: "OBSTACLE_DISTANCE",
    timeUsec: view.getBigUint64(at, true),
    sensorType: view.getUint8(at + 156),
    distances: readUint16s(view, at + 8, 72),
    increment: view.getUint8(at + 157),
    minDistance: view.getUint16(at + 152, true),
    maxDistance: view.getUint16(at + 154, true),
    incrementF: view.getFloat32(at + 158, true),
    angleOffset: view.getFloat32(at + 162, true),
    frame: view.getUint8(at + 166),
  };
}

function encodeObstacleDistance(view: DataView, at: number, message: Outgoing<ObstacleDistance>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "OBSTACLE_DISTANCE.timeUsec"), true);
  view.setUint8(at + 156, uint8(message.sensorType, "OBSTACLE_DISTANCE.sensorType"));
  writeUint16s(view, at + 8, 72, message.distances, "OBSTACLE_DISTANCE.distances");
  view.setUint8(at + 157, uint8(message.increment, "OBSTACLE_DISTANCE.increment"));
  view.setUint16(at + 152, uint16(message.minDistance, "OBSTACLE_DISTANCE.minDistance"), true);
  view.setUint16(at + 154, uint16(message.maxDistance, "OBSTACLE_DISTANCE.maxDistance"), true);
  view.setFloat32(at + 158, float(message.incrementF ?? 0, "OBSTACLE_DISTANCE.incrementF"), true);
  view.setFloat32(at + 162, float(message.angleOffset ?? 0, "OBSTACLE_DISTANCE.angleOffset"), true);
  view.setUint8(at + 166, uint8(message.frame ?? 0, "OBSTACLE_DISTANCE.frame"));
}

function decodeOdometry(view: DataView, at: number): Odometry {
  return {
    name: "ODOMETRY",
    timeUsec: view.getBigUint64(at, true),
    frameId: view.getUint8(at + 228),
    childFrameId: view.getUint8(at + 229),
    x: view.getFloat32(at + 8, true),
    y: view.getFloat32(at + 12, true),
    z: view.getFloat32(at + 16, true),
    q: readFloat32s(view, at + 20, 4),
    vx: view.getFloat32(at + 36, true),
    vy: view.getFloat32(at + 40, true),
    vz: view.getFloat32(at + 44, true),
    rollspeed: view.getFloat32(at + 48, true),
    pitchspeed: view.getFloat32(at + 52, true),
    yawspeed: view.getFloat32(at + 56, true),
    poseCovariance: readFloat32s(view, at + 60, 21),
    velocityCovariance: readFloat32s(view, at + 144, 21),
    resetCounter: view.getUint8(at + 230),
    estimatorType: view.getUint8(at + 231),
    quality: view.getInt8(at + 232),
  };
}

function encodeOdometry(view: DataView, at: number, message: Outgoing<Odometry>): void {
  view.setBigUint64(at, uint64(message.timeUsec, "ODOMETRY.timeUsec"), true);
  view.setUint8(at + 228, uint8(message.frameId, "ODOMETRY.frameId"));
  view.setUint8(at + 229, uint8(message.childFrameId, "ODOMETRY.childFrameId"));
  view.setFloat32(at + 8, float(message.x, "ODOMETRY.x"), true);
  view.setFloat32(at + 12, float(message.y, "ODOMETRY.y"), true);
  view.setFloat32(at + 16, float(message.z, "ODOMETRY.z"), true);
  writeFloat32s(view, at + 20, 4, message.q, "ODOMETRY.q");
  view.setFloat32(at + 36, float(message.vx, "ODOMETRY.vx"), true);
  view.setFloat32(at + 40, float(message.vy, "ODOMETRY.vy"), true);
  view.setFloat32(at + 44, float(message.vz, "ODOMETRY.vz"), true);
  view.setFloat32(at + 48, float(message.rollspeed, "ODOMETRY.rollspeed"), true);
  view.setFloat32(at + 52, float(message.pitchspeed, "ODOMETRY.pitchspeed"), true);
  view.setFloat32(at + 56, float(message.yawspeed, "ODOMETRY.yawspeed"), true);
  writeFloat32s(view, at + 60, 21, message.poseCovariance, "ODOMETRY.poseCovariance");
  writeFloat32s(view, at + 144, 21, message.velocityCovariance, "ODOMETRY.velocityCovariance");
  view.setUint8(at + 230, uint8(message.resetCounter ?? 0, "ODOMETRY.resetCounter"));
  view.setUint8(at + 231, uint8(message.estimatorType ?? 0, "ODOMETRY.estimatorType"));
  view.setInt8(at + 232, int8(message.quality ?? 0, "ODOMETRY.quality"));
}

function decodeParamError(view: DataView, at: number): ParamError {
  return {
    name: "PARAM_ERROR",
    targetSystem: view.getUint8(at + 2),
    targetComponent: view.getUint8(at + 3),
    paramId: readText(view, at + 4, 16),
    paramIndex: view.getInt16(at, true),
    error: view.getUint8(at + 20),
  };
}

function encodeParamError(view: DataView, at: number, message: Outgoing<ParamError>): void {
  view.setUint8(at + 2, uint8(message.targetSystem, "PARAM_ERROR.targetSystem"));
  view.setUint8(at + 3, uint8(message.targetComponent, "PARAM_ERROR.targetComponent"));
  writeText(view, at + 4, 16, message.paramId, "PARAM_ERROR.paramId");
  view.setInt16(at, int16(message.paramIndex, "PARAM_ERROR.paramIndex"), true);
  view.setUint8(at + 20, uint8(message.error, "PARAM_ERROR.error"));
}

function decodeComponentMetadata(view: DataView, at: number): ComponentMetadata {
  return {
    name: "COMPONENT_METADATA",
    timeBootMs: view.getUint32(at, true),
    fileCrc: view.getUint32(at + 4, true),
    uri: readText(view, at + 8, 100),
  };
}

function encodeComponentMetadata(view: DataView, at: number, message: Outgoing<ComponentMetadata>): void {
  view.setUint32(at, uint32(message.timeBootMs, "COMPONENT_METADATA.timeBootMs"), true);
  view.setUint32(at + 4, uint32(message.fileCrc, "COMPONENT_METADATA.fileCrc"), true);
  writeText(view, at + 8, 100, message.uri, "COMPONENT_METADATA.uri");
}

function decodeEvent(view: DataView, at: number): Event {
  return {
    name: "EVENT",
    destinationComponent: view.getUint8(at + 10),
    destinationSystem: view.getUint8(at + 11),
    id: view.getUint32(at, true),
    eventTimeBootMs: view.getUint32(at + 4, true),
    sequence: view.getUint16(at + 8, true),
    logLevels: view.getUint8(at + 12),
    arguments: readUint8s(view, at + 13, 40),
  };
}

function encodeEvent(view: DataView, at: number, message: Outgoing<Event>): void {
  view.setUint8(at + 10, uint8(message.destinationComponent, "EVENT.destinationComponent"));
  view.setUint8(at + 11, uint8(message.destinationSystem, "EVENT.destinationSystem"));
  view.setUint32(at, uint32(message.id, "EVENT.id"), true);
  view.setUint32(at + 4, uint32(message.eventTimeBootMs, "EVENT.eventTimeBootMs"), true);
  view.setUint16(at + 8, uint16(message.sequence, "EVENT.sequence"), true);
  view.setUint8(at + 12, uint8(message.logLevels, "EVENT.logLevels"));
  writeUint8s(view, at + 13, 40, message.arguments, "EVENT.arguments");
}

function decodeAvailableModes(view: DataView, at: number): AvailableModes {
  return {
    name: "AVAILABLE_MODES",
    numberModes: view.getUint8(at + 8),
    modeIndex: view.getUint8(at + 9),
    standardMode: view.getUint8(at + 10),
    customMode: view.getUint32(at, true),
    properties: view.getUint32(at + 4, true),
    modeName: readText(view, at + 11, 35),
  };
}

function encodeAvailableModes(view: DataView, at: number, message: Outgoing<AvailableModes>): void {
  view.setUint8(at + 8, uint8(message.numberModes, "AVAILABLE_MODES.numberModes"));
  view.setUint8(at + 9, uint8(message.modeIndex, "AVAILABLE_MODES.modeIndex"));
  view.setUint8(at + 10, uint8(message.standardMode, "AVAILABLE_MODES.standardMode"));
  view.setUint32(at, uint32(message.customMode, "AVAILABLE_MODES.customMode"), true);
  view.setUint32(at + 4, uint32(message.properties, "AVAILABLE_MODES.properties"), true);
  writeText(view, at + 11, 35, message.modeName, "AVAILABLE_MODES.modeName");
}

function decodeCurrentMode(view: DataView, at: number): CurrentMode {
  return {
    name: "CURRENT_MODE",
    standardMode: view.getUint8(at + 8),
    customMode: view.getUint32(at, true),
    intendedCustomMode: view.getUint32(at + 4, true),
  };
}

function encodeCurrentMode(view: DataView, at: number, message: Outgoing<CurrentMode>): void {
  view.setUint8(at + 8, uint8(message.standardMode, "CURRENT_MODE.standardMode"));
  view.setUint32(at, uint32(message.customMode, "CURRENT_MODE.customMode"), true);
  view.setUint32(at + 4, uint32(message.intendedCustomMode, "CURRENT_MODE.intendedCustomMode"), true);
}

function decodeAvailableModesMonitor(view: DataView, at: number): AvailableModesMonitor {
  return {
    name: "AVAILABLE_MODES_MONITOR",
    seq: view.getUint8(at),
  };
}

function encodeAvailableModesMonitor(view: DataView, at: number, message: Outgoing<AvailableModesMonitor>): void {
  view.setUint8(at, uint8(message.seq, "AVAILABLE_MODES_MONITOR.seq"));
}

const heartbeatCodec: Codec = { id: 0, name: "HEARTBEAT", crcExtra: 50, baseLength: 9, lengthMax: 9, decode: decodeHeartbeat };
const sysStatusCodec: Codec = { id: 1, name: "SYS_STATUS", crcExtra: 124, baseLength: 31, lengthMax: 43, decode: decodeSysStatus };
const systemTimeCodec: Codec = { id: 2, name: "SYSTEM_TIME", crcExtra: 137, baseLength: 12, lengthMax: 12, decode: decodeSystemTime };
const pingCodec: Codec = { id: 4, name: "PING", crcExtra: 237, baseLength: 14, lengthMax: 14, decode: decodePing };
const setModeCodec: Codec = { id: 11, name: "SET_MODE", crcExtra: 89, baseLength: 6, lengthMax: 6, decode: decodeSetMode };
const paramRequestReadCodec: Codec = { id: 20, name: "PARAM_REQUEST_READ", crcExtra: 214, baseLength: 20, lengthMax: 20, decode: decodeParamRequestRead };
const paramRequestListCodec: Codec = { id: 21, name: "PARAM_REQUEST_LIST", crcExtra: 159, baseLength: 2, lengthMax: 2, decode: decodeParamRequestList };
const paramValueCodec: Codec = { id: 22, name: "PARAM_VALUE", crcExtra: 220, baseLength: 25, lengthMax: 25, decode: decodeParamValue };
const paramSetCodec: Codec = { id: 23, name: "PARAM_SET", crcExtra: 168, baseLength: 23, lengthMax: 23, decode: decodeParamSet };
const gpsRawIntCodec: Codec = { id: 24, name: "GPS_RAW_INT", crcExtra: 24, baseLength: 30, lengthMax: 52, decode: decodeGpsRawInt };
const scaledImuCodec: Codec = { id: 26, name: "SCALED_IMU", crcExtra: 170, baseLength: 22, lengthMax: 24, decode: decodeScaledImu };
const rawImuCodec: Codec = { id: 27, name: "RAW_IMU", crcExtra: 144, baseLength: 26, lengthMax: 29, decode: decodeRawImu };
const scaledPressureCodec: Codec = { id: 29, name: "SCALED_PRESSURE", crcExtra: 115, baseLength: 14, lengthMax: 16, decode: decodeScaledPressure };
const attitudeCodec: Codec = { id: 30, name: "ATTITUDE", crcExtra: 39, baseLength: 28, lengthMax: 28, decode: decodeAttitude };
const attitudeQuaternionCodec: Codec = { id: 31, name: "ATTITUDE_QUATERNION", crcExtra: 246, baseLength: 32, lengthMax: 48, decode: decodeAttitudeQuaternion };
const localPositionNedCodec: Codec = { id: 32, name: "LOCAL_POSITION_NED", crcExtra: 185, baseLength: 28, lengthMax: 28, decode: decodeLocalPositionNed };
const globalPositionIntCodec: Codec = { id: 33, name: "GLOBAL_POSITION_INT", crcExtra: 104, baseLength: 28, lengthMax: 28, decode: decodeGlobalPositionInt };
const servoOutputRawCodec: Codec = { id: 36, name: "SERVO_OUTPUT_RAW", crcExtra: 222, baseLength: 21, lengthMax: 37, decode: decodeServoOutputRaw };
const missionRequestCodec: Codec = { id: 40, name: "MISSION_REQUEST", crcExtra: 230, baseLength: 4, lengthMax: 5, decode: decodeMissionRequest };
const missionSetCurrentCodec: Codec = { id: 41, name: "MISSION_SET_CURRENT", crcExtra: 28, baseLength: 4, lengthMax: 4, decode: decodeMissionSetCurrent };
const missionCurrentCodec: Codec = { id: 42, name: "MISSION_CURRENT", crcExtra: 28, baseLength: 2, lengthMax: 18, decode: decodeMissionCurrent };
const missionRequestListCodec: Codec = { id: 43, name: "MISSION_REQUEST_LIST", crcExtra: 132, baseLength: 2, lengthMax: 3, decode: decodeMissionRequestList };
const missionCountCodec: Codec = { id: 44, name: "MISSION_COUNT", crcExtra: 221, baseLength: 4, lengthMax: 9, decode: decodeMissionCount };
const missionClearAllCodec: Codec = { id: 45, name: "MISSION_CLEAR_ALL", crcExtra: 232, baseLength: 2, lengthMax: 3, decode: decodeMissionClearAll };
const missionItemReachedCodec: Codec = { id: 46, name: "MISSION_ITEM_REACHED", crcExtra: 11, baseLength: 2, lengthMax: 2, decode: decodeMissionItemReached };
const missionAckCodec: Codec = { id: 47, name: "MISSION_ACK", crcExtra: 153, baseLength: 3, lengthMax: 8, decode: decodeMissionAck };
const setGpsGlobalOriginCodec: Codec = { id: 48, name: "SET_GPS_GLOBAL_ORIGIN", crcExtra: 41, baseLength: 13, lengthMax: 21, decode: decodeSetGpsGlobalOrigin };
const gpsGlobalOriginCodec: Codec = { id: 49, name: "GPS_GLOBAL_ORIGIN", crcExtra: 39, baseLength: 12, lengthMax: 20, decode: decodeGpsGlobalOrigin };
const missionRequestIntCodec: Codec = { id: 51, name: "MISSION_REQUEST_INT", crcExtra: 196, baseLength: 4, lengthMax: 5, decode: decodeMissionRequestInt };
const navControllerOutputCodec: Codec = { id: 62, name: "NAV_CONTROLLER_OUTPUT", crcExtra: 183, baseLength: 26, lengthMax: 26, decode: decodeNavControllerOutput };
const rcChannelsCodec: Codec = { id: 65, name: "RC_CHANNELS", crcExtra: 118, baseLength: 42, lengthMax: 42, decode: decodeRcChannels };
const requestDataStreamCodec: Codec = { id: 66, name: "REQUEST_DATA_STREAM", crcExtra: 148, baseLength: 6, lengthMax: 6, decode: decodeRequestDataStream };
const manualControlCodec: Codec = { id: 69, name: "MANUAL_CONTROL", crcExtra: 243, baseLength: 11, lengthMax: 30, decode: decodeManualControl };
const rcChannelsOverrideCodec: Codec = { id: 70, name: "RC_CHANNELS_OVERRIDE", crcExtra: 124, baseLength: 18, lengthMax: 38, decode: decodeRcChannelsOverride };
const missionItemIntCodec: Codec = { id: 73, name: "MISSION_ITEM_INT", crcExtra: 38, baseLength: 37, lengthMax: 38, decode: decodeMissionItemInt };
const vfrHudCodec: Codec = { id: 74, name: "VFR_HUD", crcExtra: 20, baseLength: 20, lengthMax: 20, decode: decodeVfrHud };
const commandIntCodec: Codec = { id: 75, name: "COMMAND_INT", crcExtra: 158, baseLength: 35, lengthMax: 35, decode: decodeCommandInt };
const commandLongCodec: Codec = { id: 76, name: "COMMAND_LONG", crcExtra: 152, baseLength: 33, lengthMax: 33, decode: decodeCommandLong };
const commandAckCodec: Codec = { id: 77, name: "COMMAND_ACK", crcExtra: 143, baseLength: 3, lengthMax: 10, decode: decodeCommandAck };
const commandCancelCodec: Codec = { id: 80, name: "COMMAND_CANCEL", crcExtra: 14, baseLength: 4, lengthMax: 4, decode: decodeCommandCancel };
const setAttitudeTargetCodec: Codec = { id: 82, name: "SET_ATTITUDE_TARGET", crcExtra: 49, baseLength: 39, lengthMax: 51, decode: decodeSetAttitudeTarget };
const attitudeTargetCodec: Codec = { id: 83, name: "ATTITUDE_TARGET", crcExtra: 22, baseLength: 37, lengthMax: 37, decode: decodeAttitudeTarget };
const setPositionTargetLocalNedCodec: Codec = { id: 84, name: "SET_POSITION_TARGET_LOCAL_NED", crcExtra: 143, baseLength: 53, lengthMax: 53, decode: decodeSetPositionTargetLocalNed };
const positionTargetLocalNedCodec: Codec = { id: 85, name: "POSITION_TARGET_LOCAL_NED", crcExtra: 140, baseLength: 51, lengthMax: 51, decode: decodePositionTargetLocalNed };
const setPositionTargetGlobalIntCodec: Codec = { id: 86, name: "SET_POSITION_TARGET_GLOBAL_INT", crcExtra: 5, baseLength: 53, lengthMax: 53, decode: decodeSetPositionTargetGlobalInt };
const positionTargetGlobalIntCodec: Codec = { id: 87, name: "POSITION_TARGET_GLOBAL_INT", crcExtra: 150, baseLength: 51, lengthMax: 51, decode: decodePositionTargetGlobalInt };
const visionPositionEstimateCodec: Codec = { id: 102, name: "VISION_POSITION_ESTIMATE", crcExtra: 158, baseLength: 32, lengthMax: 117, decode: decodeVisionPositionEstimate };
const visionSpeedEstimateCodec: Codec = { id: 103, name: "VISION_SPEED_ESTIMATE", crcExtra: 208, baseLength: 20, lengthMax: 57, decode: decodeVisionSpeedEstimate };
const opticalFlowRadCodec: Codec = { id: 106, name: "OPTICAL_FLOW_RAD", crcExtra: 138, baseLength: 44, lengthMax: 44, decode: decodeOpticalFlowRad };
const radioStatusCodec: Codec = { id: 109, name: "RADIO_STATUS", crcExtra: 185, baseLength: 9, lengthMax: 9, decode: decodeRadioStatus };
const fileTransferProtocolCodec: Codec = { id: 110, name: "FILE_TRANSFER_PROTOCOL", crcExtra: 84, baseLength: 254, lengthMax: 254, decode: decodeFileTransferProtocol };
const timesyncCodec: Codec = { id: 111, name: "TIMESYNC", crcExtra: 34, baseLength: 16, lengthMax: 18, decode: decodeTimesync };
const hilStateQuaternionCodec: Codec = { id: 115, name: "HIL_STATE_QUATERNION", crcExtra: 4, baseLength: 64, lengthMax: 64, decode: decodeHilStateQuaternion };
const powerStatusCodec: Codec = { id: 125, name: "POWER_STATUS", crcExtra: 203, baseLength: 6, lengthMax: 6, decode: decodePowerStatus };
const distanceSensorCodec: Codec = { id: 132, name: "DISTANCE_SENSOR", crcExtra: 85, baseLength: 14, lengthMax: 39, decode: decodeDistanceSensor };
const attPosMocapCodec: Codec = { id: 138, name: "ATT_POS_MOCAP", crcExtra: 109, baseLength: 36, lengthMax: 120, decode: decodeAttPosMocap };
const batteryStatusCodec: Codec = { id: 147, name: "BATTERY_STATUS", crcExtra: 154, baseLength: 36, lengthMax: 54, decode: decodeBatteryStatus };
const autopilotVersionCodec: Codec = { id: 148, name: "AUTOPILOT_VERSION", crcExtra: 178, baseLength: 60, lengthMax: 78, decode: decodeAutopilotVersion };
const landingTargetCodec: Codec = { id: 149, name: "LANDING_TARGET", crcExtra: 200, baseLength: 30, lengthMax: 60, decode: decodeLandingTarget };
const meminfoCodec: Codec = { id: 152, name: "MEMINFO", crcExtra: 208, baseLength: 4, lengthMax: 8, decode: decodeMeminfo };
const fenceStatusCodec: Codec = { id: 162, name: "FENCE_STATUS", crcExtra: 189, baseLength: 8, lengthMax: 9, decode: decodeFenceStatus };
const windCodec: Codec = { id: 168, name: "WIND", crcExtra: 1, baseLength: 12, lengthMax: 12, decode: decodeWind };
const ekfStatusReportCodec: Codec = { id: 193, name: "EKF_STATUS_REPORT", crcExtra: 71, baseLength: 22, lengthMax: 26, decode: decodeEkfStatusReport };
const estimatorStatusCodec: Codec = { id: 230, name: "ESTIMATOR_STATUS", crcExtra: 163, baseLength: 42, lengthMax: 42, decode: decodeEstimatorStatus };
const vibrationCodec: Codec = { id: 241, name: "VIBRATION", crcExtra: 90, baseLength: 32, lengthMax: 32, decode: decodeVibration };
const homePositionCodec: Codec = { id: 242, name: "HOME_POSITION", crcExtra: 104, baseLength: 52, lengthMax: 60, decode: decodeHomePosition };
const messageIntervalCodec: Codec = { id: 244, name: "MESSAGE_INTERVAL", crcExtra: 95, baseLength: 6, lengthMax: 6, decode: decodeMessageInterval };
const extendedSysStateCodec: Codec = { id: 245, name: "EXTENDED_SYS_STATE", crcExtra: 130, baseLength: 2, lengthMax: 2, decode: decodeExtendedSysState };
const statustextCodec: Codec = { id: 253, name: "STATUSTEXT", crcExtra: 83, baseLength: 51, lengthMax: 54, decode: decodeStatustext };
const cameraInformationCodec: Codec = { id: 259, name: "CAMERA_INFORMATION", crcExtra: 92, baseLength: 235, lengthMax: 237, decode: decodeCameraInformation };
const gimbalManagerSetAttitudeCodec: Codec = { id: 282, name: "GIMBAL_MANAGER_SET_ATTITUDE", crcExtra: 123, baseLength: 35, lengthMax: 35, decode: decodeGimbalManagerSetAttitude };
const protocolVersionCodec: Codec = { id: 300, name: "PROTOCOL_VERSION", crcExtra: 217, baseLength: 22, lengthMax: 22, decode: decodeProtocolVersion };
const obstacleDistanceCodec: Codec = { id: 330, name: "OBSTACLE_DISTANCE", crcExtra: 23, baseLength: 158, lengthMax: 167, decode: decodeObstacleDistance };
const odometryCodec: Codec = { id: 331, name: "ODOMETRY", crcExtra: 91, baseLength: 230, lengthMax: 233, decode: decodeOdometry };
const paramErrorCodec: Codec = { id: 345, name: "PARAM_ERROR", crcExtra: 209, baseLength: 21, lengthMax: 21, decode: decodeParamError };
const componentMetadataCodec: Codec = { id: 397, name: "COMPONENT_METADATA", crcExtra: 182, baseLength: 108, lengthMax: 108, decode: decodeComponentMetadata };
const eventCodec: Codec = { id: 410, name: "EVENT", crcExtra: 160, baseLength: 53, lengthMax: 53, decode: decodeEvent };
const availableModesCodec: Codec = { id: 435, name: "AVAILABLE_MODES", crcExtra: 134, baseLength: 46, lengthMax: 46, decode: decodeAvailableModes };
const currentModeCodec: Codec = { id: 436, name: "CURRENT_MODE", crcExtra: 193, baseLength: 9, lengthMax: 9, decode: decodeCurrentMode };
const availableModesMonitorCodec: Codec = { id: 437, name: "AVAILABLE_MODES_MONITOR", crcExtra: 30, baseLength: 1, lengthMax: 1, decode: decodeAvailableModesMonitor };

export const codecs: readonly Codec[] = [
  heartbeatCodec,
  sysStatusCodec,
  systemTimeCodec,
  pingCodec,
  setModeCodec,
  paramRequestReadCodec,
  paramRequestListCodec,
  paramValueCodec,
  paramSetCodec,
  gpsRawIntCodec,
  scaledImuCodec,
  rawImuCodec,
  scaledPressureCodec,
  attitudeCodec,
  attitudeQuaternionCodec,
  localPositionNedCodec,
  globalPositionIntCodec,
  servoOutputRawCodec,
  missionRequestCodec,
  missionSetCurrentCodec,
  missionCurrentCodec,
  missionRequestListCodec,
  missionCountCodec,
  missionClearAllCodec,
  missionItemReachedCodec,
  missionAckCodec,
  setGpsGlobalOriginCodec,
  gpsGlobalOriginCodec,
  missionRequestIntCodec,
  navControllerOutputCodec,
  rcChannelsCodec,
  requestDataStreamCodec,
  manualControlCodec,
  rcChannelsOverrideCodec,
  missionItemIntCodec,
  vfrHudCodec,
  commandIntCodec,
  commandLongCodec,
  commandAckCodec,
  commandCancelCodec,
  setAttitudeTargetCodec,
  attitudeTargetCodec,
  setPositionTargetLocalNedCodec,
  positionTargetLocalNedCodec,
  setPositionTargetGlobalIntCodec,
  positionTargetGlobalIntCodec,
  visionPositionEstimateCodec,
  visionSpeedEstimateCodec,
  opticalFlowRadCodec,
  radioStatusCodec,
  fileTransferProtocolCodec,
  timesyncCodec,
  hilStateQuaternionCodec,
  powerStatusCodec,
  distanceSensorCodec,
  attPosMocapCodec,
  batteryStatusCodec,
  autopilotVersionCodec,
  landingTargetCodec,
  meminfoCodec,
  fenceStatusCodec,
  windCodec,
  ekfStatusReportCodec,
  estimatorStatusCodec,
  vibrationCodec,
  homePositionCodec,
  messageIntervalCodec,
  extendedSysStateCodec,
  statustextCodec,
  cameraInformationCodec,
  gimbalManagerSetAttitudeCodec,
  protocolVersionCodec,
  obstacleDistanceCodec,
  odometryCodec,
  paramErrorCodec,
  componentMetadataCodec,
  eventCodec,
  availableModesCodec,
  currentModeCodec,
  availableModesMonitorCodec,
];

/** Writes the whole payload, extensions included, and says which message it was. */
export function encodePayload(view: DataView, at: number, message: Outgoing<MavlinkMessage>): Codec {
  switch (message.name) {
    case "HEARTBEAT":
      encodeHeartbeat(view, at, message);
      return heartbeatCodec;
    case "SYS_STATUS":
      encodeSysStatus(view, at, message);
      return sysStatusCodec;
    case "SYSTEM_TIME":
      encodeSystemTime(view, at, message);
      return systemTimeCodec;
    case "PING":
      encodePing(view, at, message);
      return pingCodec;
    case "SET_MODE":
      encodeSetMode(view, at, message);
      return setModeCodec;
    case "PARAM_REQUEST_READ":
      encodeParamRequestRead(view, at, message);
      return paramRequestReadCodec;
    case "PARAM_REQUEST_LIST":
      encodeParamRequestList(view, at, message);
      return paramRequestListCodec;
    case "PARAM_VALUE":
      encodeParamValue(view, at, message);
      return paramValueCodec;
    case "PARAM_SET":
      encodeParamSet(view, at, message);
      return paramSetCodec;
    case "GPS_RAW_INT":
      encodeGpsRawInt(view, at, message);
      return gpsRawIntCodec;
    case "SCALED_IMU":
      encodeScaledImu(view, at, message);
      return scaledImuCodec;
    case "RAW_IMU":
      encodeRawImu(view, at, message);
      return rawImuCodec;
    case "SCALED_PRESSURE":
      encodeScaledPressure(view, at, message);
      return scaledPressureCodec;
    case "ATTITUDE":
      encodeAttitude(view, at, message);
      return attitudeCodec;
    case "ATTITUDE_QUATERNION":
      encodeAttitudeQuaternion(view, at, message);
      return attitudeQuaternionCodec;
    case "LOCAL_POSITION_NED":
      encodeLocalPositionNed(view, at, message);
      return localPositionNedCodec;
    case "GLOBAL_POSITION_INT":
      encodeGlobalPositionInt(view, at, message);
      return globalPositionIntCodec;
    case "SERVO_OUTPUT_RAW":
      encodeServoOutputRaw(view, at, message);
      return servoOutputRawCodec;
    case "MISSION_REQUEST":
      encodeMissionRequest(view, at, message);
      return missionRequestCodec;
    case "MISSION_SET_CURRENT":
      encodeMissionSetCurrent(view, at, message);
      return missionSetCurrentCodec;
    case "MISSION_CURRENT":
      encodeMissionCurrent(view, at, message);
      return missionCurrentCodec;
    case "MISSION_REQUEST_LIST":
      encodeMissionRequestList(view, at, message);
      return missionRequestListCodec;
    case "MISSION_COUNT":
      encodeMissionCount(view, at, message);
      return missionCountCodec;
    case "MISSION_CLEAR_ALL":
      encodeMissionClearAll(view, at, message);
      return missionClearAllCodec;
    case "MISSION_ITEM_REACHED":
      encodeMissionItemReached(view, at, message);
      return missionItemReachedCodec;
    case "MISSION_ACK":
      encodeMissionAck(view, at, message);
      return missionAckCodec;
    case "SET_GPS_GLOBAL_ORIGIN":
      encodeSetGpsGlobalOrigin(view, at, message);
      return setGpsGlobalOriginCodec;
    case "GPS_GLOBAL_ORIGIN":
      encodeGpsGlobalOrigin(view, at, message);
      return gpsGlobalOriginCodec;
    case "MISSION_REQUEST_INT":
      encodeMissionRequestInt(view, at, message);
      return missionRequestIntCodec;
    case "NAV_CONTROLLER_OUTPUT":
      encodeNavControllerOutput(view, at, message);
      return navControllerOutputCodec;
    case "RC_CHANNELS":
      encodeRcChannels(view, at, message);
      return rcChannelsCodec;
    case "REQUEST_DATA_STREAM":
      encodeRequestDataStream(view, at, message);
      return requestDataStreamCodec;
    case "MANUAL_CONTROL":
      encodeManualControl(view, at, message);
      return manualControlCodec;
    case "RC_CHANNELS_OVERRIDE":
      encodeRcChannelsOverride(view, at, message);
      return rcChannelsOverrideCodec;
    case "MISSION_ITEM_INT":
      encodeMissionItemInt(view, at, message);
      return missionItemIntCodec;
    case "VFR_HUD":
      encodeVfrHud(view, at, message);
      return vfrHudCodec;
    case "COMMAND_INT":
      encodeCommandInt(view, at, message);
      return commandIntCodec;
    case "COMMAND_LONG":
      encodeCommandLong(view, at, message);
      return commandLongCodec;
    case "COMMAND_ACK":
      encodeCommandAck(view, at, message);
      return commandAckCodec;
    case "COMMAND_CANCEL":
      encodeCommandCancel(view, at, message);
      return commandCancelCodec;
    case "SET_ATTITUDE_TARGET":
      encodeSetAttitudeTarget(view, at, message);
      return setAttitudeTargetCodec;
    case "ATTITUDE_TARGET":
      encodeAttitudeTarget(view, at, message);
      return attitudeTargetCodec;
    case "SET_POSITION_TARGET_LOCAL_NED":
      encodeSetPositionTargetLocalNed(view, at, message);
      return setPositionTargetLocalNedCodec;
    case "POSITION_TARGET_LOCAL_NED":
      encodePositionTargetLocalNed(view, at, message);
      return positionTargetLocalNedCodec;
    case "SET_POSITION_TARGET_GLOBAL_INT":
      encodeSetPositionTargetGlobalInt(view, at, message);
      return setPositionTargetGlobalIntCodec;
    case "POSITION_TARGET_GLOBAL_INT":
      encodePositionTargetGlobalInt(view, at, message);
      return positionTargetGlobalIntCodec;
    case "VISION_POSITION_ESTIMATE":
      encodeVisionPositionEstimate(view, at, message);
      return visionPositionEstimateCodec;
    case "VISION_SPEED_ESTIMATE":
      encodeVisionSpeedEstimate(view, at, message);
      return visionSpeedEstimateCodec;
    case "OPTICAL_FLOW_RAD":
      encodeOpticalFlowRad(view, at, message);
      return opticalFlowRadCodec;
    case "RADIO_STATUS":
      encodeRadioStatus(view, at, message);
      return radioStatusCodec;
    case "FILE_TRANSFER_PROTOCOL":
      encodeFileTransferProtocol(view, at, message);
      return fileTransferProtocolCodec;
    case "TIMESYNC":
      encodeTimesync(view, at, message);
      return timesyncCodec;
    case "HIL_STATE_QUATERNION":
      encodeHilStateQuaternion(view, at, message);
      return hilStateQuaternionCodec;
    case "POWER_STATUS":
      encodePowerStatus(view, at, message);
      return powerStatusCodec;
    case "DISTANCE_SENSOR":
      encodeDistanceSensor(view, at, message);
      return distanceSensorCodec;
    case "ATT_POS_MOCAP":
      encodeAttPosMocap(view, at, message);
      return attPosMocapCodec;
    case "BATTERY_STATUS":
      encodeBatteryStatus(view, at, message);
      return batteryStatusCodec;
    case "AUTOPILOT_VERSION":
      encodeAutopilotVersion(view, at, message);
      return autopilotVersionCodec;
    case "LANDING_TARGET":
      encodeLandingTarget(view, at, message);
      return landingTargetCodec;
    case "MEMINFO":
      encodeMeminfo(view, at, message);
      return meminfoCodec;
    case "FENCE_STATUS":
      encodeFenceStatus(view, at, message);
      return fenceStatusCodec;
    case "WIND":
      encodeWind(view, at, message);
      return windCodec;
    case "EKF_STATUS_REPORT":
      encodeEkfStatusReport(view, at, message);
      return ekfStatusReportCodec;
    case "ESTIMATOR_STATUS":
      encodeEstimatorStatus(view, at, message);
      return estimatorStatusCodec;
    case "VIBRATION":
      encodeVibration(view, at, message);
      return vibrationCodec;
    case "HOME_POSITION":
      encodeHomePosition(view, at, message);
      return homePositionCodec;
    case "MESSAGE_INTERVAL":
      encodeMessageInterval(view, at, message);
      return messageIntervalCodec;
    case "EXTENDED_SYS_STATE":
      encodeExtendedSysState(view, at, message);
      return extendedSysStateCodec;
    case "STATUSTEXT":
      encodeStatustext(view, at, message);
      return statustextCodec;
    case "CAMERA_INFORMATION":
      encodeCameraInformation(view, at, message);
      return cameraInformationCodec;
    case "GIMBAL_MANAGER_SET_ATTITUDE":
      encodeGimbalManagerSetAttitude(view, at, message);
      return gimbalManagerSetAttitudeCodec;
    case "PROTOCOL_VERSION":
      encodeProtocolVersion(view, at, message);
      return protocolVersionCodec;
    case "OBSTACLE_DISTANCE":
      encodeObstacleDistance(view, at, message);
      return obstacleDistanceCodec;
    case "ODOMETRY":
      encodeOdometry(view, at, message);
      return odometryCodec;
    case "PARAM_ERROR":
      encodeParamError(view, at, message);
      return paramErrorCodec;
    case "COMPONENT_METADATA":
      encodeComponentMetadata(view, at, message);
      return componentMetadataCodec;
    case "EVENT":
      encodeEvent(view, at, message);
      return eventCodec;
    case "AVAILABLE_MODES":
      encodeAvailableModes(view, at, message);
      return availableModesCodec;
    case "CURRENT_MODE":
      encodeCurrentMode(view, at, message);
      return currentModeCodec;
    case "AVAILABLE_MODES_MONITOR":
      encodeAvailableModesMonitor(view, at, message);
      return availableModesMonitorCodec;
    default:
      return assertNever(message, "The message to send");
  }
}
