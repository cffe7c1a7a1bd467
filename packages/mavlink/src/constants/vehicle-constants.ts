/** MAV_TYPE: what kind of vehicle or component speaks. */
export const MavType = {
  GENERIC: 0,
  FIXED_WING: 1,
  QUADROTOR: 2,
  COAXIAL: 3,
  HELICOPTER: 4,
  ANTENNA_TRACKER: 5,
  GCS: 6,
  AIRSHIP: 7,
  FREE_BALLOON: 8,
  ROCKET: 9,
  GROUND_ROVER: 10,
  SURFACE_BOAT: 11,
  SUBMARINE: 12,
  HEXAROTOR: 13,
  OCTOROTOR: 14,
  TRICOPTER: 15,
  FLAPPING_WING: 16,
  KITE: 17,
  ONBOARD_CONTROLLER: 18,
  VTOL_TAILSITTER_DUOROTOR: 19,
  VTOL_TAILSITTER_QUADROTOR: 20,
  VTOL_TILTROTOR: 21,
  VTOL_FIXEDROTOR: 22,
  VTOL_TAILSITTER: 23,
  VTOL_TILTWING: 24,
  VTOL_RESERVED5: 25,
  GIMBAL: 26,
  ADSB: 27,
  PARAFOIL: 28,
  DODECAROTOR: 29,
  CAMERA: 30,
  CHARGING_STATION: 31,
  FLARM: 32,
  SERVO: 33,
  ODID: 34,
  DECAROTOR: 35,
  BATTERY: 36,
  PARACHUTE: 37,
  LOG: 38,
  OSD: 39,
  IMU: 40,
  GPS: 41,
  WINCH: 42,
  GENERIC_MULTIROTOR: 43,
  ILLUMINATOR: 44,
  SPACECRAFT_ORBITER: 45,
  GROUND_QUADRUPED: 46,
  VTOL_GYRODYNE: 47,
  GRIPPER: 48,
  RADIO: 49,
} as const;
export type MavType = (typeof MavType)[keyof typeof MavType];

/** MAV_AUTOPILOT: whose autopilot it is; INVALID for what is not one. */
export const MavAutopilot = {
  GENERIC: 0,
  RESERVED: 1,
  SLUGS: 2,
  ARDUPILOTMEGA: 3,
  OPENPILOT: 4,
  GENERIC_WAYPOINTS_ONLY: 5,
  GENERIC_WAYPOINTS_AND_SIMPLE_NAVIGATION_ONLY: 6,
  GENERIC_MISSION_FULL: 7,
  INVALID: 8,
  PPZ: 9,
  UDB: 10,
  FP: 11,
  PX4: 12,
  SMACCMPILOT: 13,
  AUTOQUAD: 14,
  ARMAZILA: 15,
  AEROB: 16,
  ASLUAV: 17,
  SMARTAP: 18,
  AIRRAILS: 19,
  REFLEX: 20,
} as const;
export type MavAutopilot = (typeof MavAutopilot)[keyof typeof MavAutopilot];

/** MAV_STATE: the state of the system. */
export const MavState = {
  UNINIT: 0,
  BOOT: 1,
  CALIBRATING: 2,
  STANDBY: 3,
  ACTIVE: 4,
  CRITICAL: 5,
  EMERGENCY: 6,
  POWEROFF: 7,
  FLIGHT_TERMINATION: 8,
} as const;
export type MavState = (typeof MavState)[keyof typeof MavState];

/** MAV_LANDED_STATE: on the ground, in the air, or between. */
export const MavLandedState = {
  UNDEFINED: 0,
  ON_GROUND: 1,
  IN_AIR: 2,
  TAKEOFF: 3,
  LANDING: 4,
} as const;
export type MavLandedState = (typeof MavLandedState)[keyof typeof MavLandedState];

/** MAV_VTOL_STATE: UNDEFINED for what is no VTOL. */
export const MavVtolState = {
  UNDEFINED: 0,
  TRANSITION_TO_FW: 1,
  TRANSITION_TO_MC: 2,
  MC: 3,
  FW: 4,
} as const;
export type MavVtolState = (typeof MavVtolState)[keyof typeof MavVtolState];

/** MAV_COMPONENT: the component ids a ground station or companion meets. */
export const MavComponent = {
  ALL: 0,
  AUTOPILOT1: 1,
  TELEMETRY_RADIO: 68,
  CAMERA: 100,
  GIMBAL: 154,
  LOG: 155,
  ADSB: 156,
  PARACHUTE: 161,
  WINCH: 169,
  BATTERY: 180,
  MISSIONPLANNER: 190,
  ONBOARD_COMPUTER: 191,
  ONBOARD_COMPUTER2: 192,
  PATHPLANNER: 195,
  OBSTACLE_AVOIDANCE: 196,
  VISUAL_INERTIAL_ODOMETRY: 197,
  PAIRING_MANAGER: 198,
  IMU: 200,
  GPS: 220,
  GPS2: 221,
  ODID_TXRX_1: 236,
  UDP_BRIDGE: 240,
  UART_BRIDGE: 241,
  TUNNEL_NODE: 242,
  ILLUMINATOR: 243,
  SYSTEM_CONTROL: 250,
} as const;
export type MavComponent = (typeof MavComponent)[keyof typeof MavComponent];

/** MAV_SEVERITY: of a STATUSTEXT, after RFC 5424. */
export const MavSeverity = {
  EMERGENCY: 0,
  ALERT: 1,
  CRITICAL: 2,
  ERROR: 3,
  WARNING: 4,
  NOTICE: 5,
  INFO: 6,
  DEBUG: 7,
} as const;
export type MavSeverity = (typeof MavSeverity)[keyof typeof MavSeverity];

/** MAV_SYS_STATUS_SENSOR: bits of SYS_STATUS. */
export const MavSysStatusSensor = {
  SENSOR_3D_GYRO: 1,
  SENSOR_3D_ACCEL: 2,
  SENSOR_3D_MAG: 4,
  SENSOR_ABSOLUTE_PRESSURE: 8,
  SENSOR_DIFFERENTIAL_PRESSURE: 16,
  SENSOR_GPS: 32,
  SENSOR_OPTICAL_FLOW: 64,
  SENSOR_VISION_POSITION: 128,
  SENSOR_LASER_POSITION: 256,
  SENSOR_EXTERNAL_GROUND_TRUTH: 512,
  SENSOR_ANGULAR_RATE_CONTROL: 1024,
  SENSOR_ATTITUDE_STABILIZATION: 2048,
  SENSOR_YAW_POSITION: 4096,
  SENSOR_Z_ALTITUDE_CONTROL: 8192,
  SENSOR_XY_POSITION_CONTROL: 16384,
  SENSOR_MOTOR_OUTPUTS: 32768,
  SENSOR_RC_RECEIVER: 65536,
  SENSOR_3D_GYRO2: 131072,
  SENSOR_3D_ACCEL2: 262144,
  SENSOR_3D_MAG2: 524288,
  GEOFENCE: 1048576,
  AHRS: 2097152,
  TERRAIN: 4194304,
  REVERSE_MOTOR: 8388608,
  LOGGING: 16777216,
  SENSOR_BATTERY: 33554432,
  SENSOR_PROXIMITY: 67108864,
  SENSOR_SATCOM: 134217728,
  PREARM_CHECK: 268435456,
  OBSTACLE_AVOIDANCE: 536870912,
  SENSOR_PROPULSION: 1073741824,
  EXTENSION_USED: 2147483648,
} as const;
export type MavSysStatusSensor = (typeof MavSysStatusSensor)[keyof typeof MavSysStatusSensor];

/** MAV_PROTOCOL_CAPABILITY: bits of AUTOPILOT_VERSION.capabilities, a 64-bit field, hence bigints. */
export const MavProtocolCapability = {
  MISSION_FLOAT: 1n,
  PARAM_FLOAT: 2n,
  MISSION_INT: 4n,
  COMMAND_INT: 8n,
  PARAM_ENCODE_BYTEWISE: 16n,
  FTP: 32n,
  SET_ATTITUDE_TARGET: 64n,
  SET_POSITION_TARGET_LOCAL_NED: 128n,
  SET_POSITION_TARGET_GLOBAL_INT: 256n,
  TERRAIN: 512n,
  RESERVED3: 1024n,
  FLIGHT_TERMINATION: 2048n,
  COMPASS_CALIBRATION: 4096n,
  MAVLINK2: 8192n,
  MISSION_FENCE: 16384n,
  MISSION_RALLY: 32768n,
  RESERVED2: 65536n,
  PARAM_ENCODE_C_CAST: 131072n,
  COMPONENT_IMPLEMENTS_GIMBAL_MANAGER: 262144n,
  COMPONENT_ACCEPTS_GCS_CONTROL: 524288n,
  GRIPPER: 1048576n,
} as const;
export type MavProtocolCapability =
  (typeof MavProtocolCapability)[keyof typeof MavProtocolCapability];

/** GPS_FIX_TYPE: what the receiver knows. */
export const GpsFixType = {
  NO_GPS: 0,
  NO_FIX: 1,
  "2D_FIX": 2,
  "3D_FIX": 3,
  DGPS: 4,
  RTK_FLOAT: 5,
  RTK_FIXED: 6,
  STATIC: 7,
  PPP: 8,
} as const;
export type GpsFixType = (typeof GpsFixType)[keyof typeof GpsFixType];

/** MAV_BATTERY_CHARGE_STATE: what a smart battery asks of the vehicle. */
export const MavBatteryChargeState = {
  UNDEFINED: 0,
  OK: 1,
  LOW: 2,
  CRITICAL: 3,
  EMERGENCY: 4,
  FAILED: 5,
  UNHEALTHY: 6,
  CHARGING: 7,
} as const;
export type MavBatteryChargeState =
  (typeof MavBatteryChargeState)[keyof typeof MavBatteryChargeState];
