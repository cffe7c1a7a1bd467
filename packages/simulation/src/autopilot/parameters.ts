/**
 * The parameters that the model obeys, under ArduPilot Copter's names and units (Copter documentation,
 * "Complete Parameter List"). A parameter that would be stored and then ignored is left out, so that
 * reading one back proves something (LG10); a failsafe that the model has not is 0 and stays so. FS_EKF_ACTION, FS_GCS_*, GUID_TIMEOUT, DISARM_DELAY and
 * LAND_SPEED start at ArduPilot's defaults; the speeds, the waypoints' radius and the battery's limits are set as for a vehicle in a hall.
 */
export const defaultParameters = {
  /** mAh left below which arming is refused. */
  BATT_ARM_MAH: 750,
  /** 0: it knows a low battery, and no critical one. */
  BATT_FS_CRT_ACT: 0,
  /** 1: land when the battery is low, ArduPilot's "Land"; 0: only say so. */
  BATT_FS_LOW_ACT: 1,
  /** mAh left below which the battery is low. */
  BATT_LOW_MAH: 500,
  /** Seconds on the floor after which the motors stop on their own; 0 for never. */
  DISARM_DELAY: 10,
  /** 0: it has no fence. */
  FENCE_ACTION: 0,
  /** 0: it does not go on by dead reckoning. */
  FS_DR_ENABLE: 0,
  /** When it no longer knows where it is, 1: land from modes that fly by a position; 3: from any. */
  FS_EKF_ACTION: 1,
  /** 5: land when the ground station falls silent, ArduPilot's "Enabled always Land"; 0: go on. */
  FS_GCS_ENABLE: 0,
  /** Seconds without a heartbeat of the ground station after which it is lost. */
  FS_GCS_TIMEOUT: 5,
  /** 0: it has no transmitter to lose. */
  FS_THR_ENABLE: 0,
  /** Seconds without a set-point in GUIDED after which the vehicle stops. */
  GUID_TIMEOUT: 3,
  /** cm/s */
  LAND_SPEED: 50,
  /** The system id of the ground station that it obeys; 255 is theirs by convention. */
  SYSID_MYGCS: 255,
  /** The vehicle's MAVLink system id. */
  SYSID_THISMAV: 1,
  /** cm: this near to a waypoint it is reached. */
  WPNAV_RADIUS: 20,
  /** cm/s: the fastest level flight that a set-point may ask for. */
  WPNAV_SPEED: 500,
  /** cm/s: the fastest descent that a set-point may ask for. */
  WPNAV_SPEED_DN: 100,
  /** cm/s: the climb of a take-off, and the fastest that a set-point may ask for. */
  WPNAV_SPEED_UP: 100,
} as const satisfies Readonly<Record<string, number>>;

export type ParameterName = keyof typeof defaultParameters;
export type Parameters = Readonly<Record<ParameterName, number>>;

/** In alphabetical order: the index by which PARAM_REQUEST_READ may ask. */
export const parameterNames: readonly ParameterName[] =
  // Object.keys forgets the keys' type; the object above has no others.
  (Object.keys(defaultParameters) as ParameterName[]).sort();

export const isParameterName = (name: string): name is ParameterName =>
  Object.hasOwn(defaultParameters, name);

/** ArduPilot never waits less than a tenth of a second (ModeGuided::get_timeout_ms). */
export const guidedTimeoutS = (parameters: Parameters): number =>
  Math.max(0.1, parameters.GUID_TIMEOUT);
