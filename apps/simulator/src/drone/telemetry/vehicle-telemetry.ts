import {
  EkfStatusFlags,
  MavAutopilot,
  MavBatteryChargeState,
  MavLandedState,
  MavModeFlag,
  MavProtocolCapability,
  MavState,
  MavSysStatusSensor,
  MavType,
  MavVtolState,
} from "@pista/mavlink";
import {
  attitudeOf,
  batteryPct,
  batteryVoltageV,
  type CopterState,
  landedStateOf,
  positionModes,
} from "@pista/simulation";
import type { Telemetry } from "../drone-view.ts";
import { customModeOf } from "../modes.ts";

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Flags as ArduPilot Copter's base_mode sets them (GCS_MAVLINK_Copter). */
export const heartbeat: Telemetry = ({ autopilot }) => ({
  name: "HEARTBEAT",
  type: MavType.QUADROTOR,
  autopilot: MavAutopilot.ARDUPILOTMEGA,
  baseMode:
    MavModeFlag.CUSTOM_MODE_ENABLED |
    MavModeFlag.STABILIZE_ENABLED |
    MavModeFlag.MANUAL_INPUT_ENABLED |
    (positionModes.has(autopilot.mode) ? MavModeFlag.GUIDED_ENABLED : 0) |
    (autopilot.armed ? MavModeFlag.SAFETY_ARMED : 0),
  customMode: customModeOf[autopilot.mode],
  systemStatus:
    autopilot.batteryIsLow || autopilot.stationIsLost || autopilot.positionFailsafe
      ? MavState.CRITICAL
      : autopilot.landed
        ? MavState.STANDBY
        : MavState.ACTIVE,
  mavlinkVersion: 3,
});

/**
 * The frame's origin is the hall's south-west corner, as an indoor positioning system gives it.
 * ArduPilot goes on telling it by inertia when readings cease, and stops when it gives it up.
 */
export const localPosition: Telemetry = ({ vehicle, estimate }, bootMs) =>
  estimate === "unaided"
    ? undefined
    : {
        name: "LOCAL_POSITION_NED",
        timeBootMs: bootMs,
        x: vehicle.position.northM,
        y: vehicle.position.eastM,
        z: -vehicle.position.upM,
        vx: vehicle.velocity.northMps,
        vy: vehicle.velocity.eastMps,
        vz: -vehicle.velocity.upMps,
      };

export const attitude: Telemetry = ({ vehicle }, bootMs) => {
  const { rollDeg, pitchDeg, rollRateDegps, pitchRateDegps, yawRateDegps } = attitudeOf(vehicle);
  const { headingDeg } = vehicle;
  return {
    name: "ATTITUDE",
    timeBootMs: bootMs,
    roll: radians(rollDeg),
    pitch: radians(pitchDeg),
    // ATTITUDE.yaw runs from -pi to pi.
    yaw: radians(headingDeg > 180 ? headingDeg - 360 : headingDeg),
    rollspeed: radians(rollRateDegps),
    pitchspeed: radians(pitchRateDegps),
    yawspeed: radians(yawRateDegps),
  };
};

const sensors =
  MavSysStatusSensor.SENSOR_3D_GYRO |
  MavSysStatusSensor.SENSOR_3D_ACCEL |
  MavSysStatusSensor.SENSOR_3D_MAG |
  MavSysStatusSensor.SENSOR_VISION_POSITION |
  MavSysStatusSensor.SENSOR_ANGULAR_RATE_CONTROL |
  MavSysStatusSensor.SENSOR_ATTITUDE_STABILIZATION |
  MavSysStatusSensor.SENSOR_YAW_POSITION |
  MavSysStatusSensor.SENSOR_Z_ALTITUDE_CONTROL |
  MavSysStatusSensor.SENSOR_XY_POSITION_CONTROL |
  MavSysStatusSensor.SENSOR_MOTOR_OUTPUTS |
  MavSysStatusSensor.AHRS |
  MavSysStatusSensor.SENSOR_BATTERY |
  MavSysStatusSensor.PREARM_CHECK;

const electric = ({ body, vehicle }: CopterState) => ({
  millivolts: Math.round(batteryVoltageV(body, vehicle.battery) * 1_000),
  centiamps: Math.round(vehicle.battery.currentA * 100),
  remainingPct: Math.round(batteryPct(body, vehicle.battery)),
});

export const systemStatus: Telemetry = (copter) => {
  const { millivolts, centiamps, remainingPct } = electric(copter);
  const { battery } = copter.vehicle;
  const { hasPosition, parameters } = copter.autopilot;
  const canArm = hasPosition && battery.leftMah >= parameters.BATT_ARM_MAH;
  const ill =
    (canArm ? 0 : MavSysStatusSensor.PREARM_CHECK) |
    (copter.estimate === "aided" ? 0 : MavSysStatusSensor.SENSOR_VISION_POSITION) |
    (hasPosition ? 0 : MavSysStatusSensor.SENSOR_XY_POSITION_CONTROL);
  return {
    name: "SYS_STATUS",
    onboardControlSensorsPresent: sensors,
    onboardControlSensorsEnabled: sensors,
    onboardControlSensorsHealth: sensors & ~ill,
    load: 100,
    voltageBattery: millivolts,
    currentBattery: centiamps,
    batteryRemaining: remainingPct,
    dropRateComm: 0,
    errorsComm: 0,
    errorsCount1: 0,
    errorsCount2: 0,
    errorsCount3: 0,
    errorsCount4: 0,
  };
};

/** UINT16_MAX: "cell is not there", which the message wants in the places it does not need. */
const noCell = 65_535;

export const batteryStatus: Telemetry = (copter) => {
  const { millivolts, centiamps, remainingPct } = electric(copter);
  const { body, vehicle, autopilot } = copter;
  const cell = Math.round(millivolts / 4);
  return {
    name: "BATTERY_STATUS",
    id: 0,
    batteryFunction: 0,
    type: 1,
    temperature: 2_500,
    voltages: [cell, cell, cell, cell, noCell, noCell, noCell, noCell, noCell, noCell],
    currentBattery: centiamps,
    currentConsumed: Math.round(body.batteryMah - vehicle.battery.leftMah),
    energyConsumed: -1,
    batteryRemaining: remainingPct,
    chargeState: autopilot.batteryIsLow ? MavBatteryChargeState.LOW : MavBatteryChargeState.OK,
  };
};

const landedStates = {
  "on-ground": MavLandedState.ON_GROUND,
  "taking-off": MavLandedState.TAKEOFF,
  "in-air": MavLandedState.IN_AIR,
  landing: MavLandedState.LANDING,
} as const;

export const extendedSystemState: Telemetry = ({ autopilot }) => ({
  name: "EXTENDED_SYS_STATE",
  vtolState: MavVtolState.UNDEFINED,
  landedState: landedStates[landedStateOf(autopilot)],
});

/** Flags as NavEKF3_core::updateFilterStatus sets them for external navigation. */
const aidedFlags =
  EkfStatusFlags.POS_HORIZ_REL |
  EkfStatusFlags.POS_HORIZ_ABS |
  EkfStatusFlags.PRED_POS_HORIZ_REL |
  EkfStatusFlags.PRED_POS_HORIZ_ABS;

export const ekfStatus: Telemetry = ({ estimate, innovationRatio }) => ({
  name: "EKF_STATUS_REPORT",
  flags:
    EkfStatusFlags.ATTITUDE |
    EkfStatusFlags.VELOCITY_VERT |
    EkfStatusFlags.POS_VERT_ABS |
    EkfStatusFlags.POS_VERT_AGL |
    (estimate === "unaided" ? EkfStatusFlags.CONST_POS_MODE : EkfStatusFlags.VELOCITY_HORIZ) |
    (estimate === "aided" ? aidedFlags : 0),
  // ArduPilot's "variances" are innovations as a share of their gates. Only odometry errs here: the
  // others are the small figures of a healthy filter.
  velocityVariance: 0.02,
  posHorizVariance: innovationRatio,
  posVertVariance: 0.02,
  compassVariance: 0.02,
  terrainAltVariance: 0,
});

/** It calls itself 4.5.0 of type "dev" (0), so that nobody takes it for a release of ArduPilot. */
export const autopilotVersion: Telemetry = () => ({
  name: "AUTOPILOT_VERSION",
  capabilities:
    MavProtocolCapability.MISSION_INT |
    MavProtocolCapability.MISSION_FENCE |
    MavProtocolCapability.MISSION_RALLY |
    MavProtocolCapability.PARAM_FLOAT |
    MavProtocolCapability.COMMAND_INT |
    MavProtocolCapability.SET_POSITION_TARGET_LOCAL_NED |
    MavProtocolCapability.MAVLINK2,
  flightSwVersion: (4 << 24) | (5 << 16),
  middlewareSwVersion: 0,
  osSwVersion: 0,
  boardVersion: 0,
  flightCustomVersion: [0, 0, 0, 0, 0, 0, 0, 0],
  middlewareCustomVersion: [0, 0, 0, 0, 0, 0, 0, 0],
  osCustomVersion: [0, 0, 0, 0, 0, 0, 0, 0],
  vendorId: 0,
  productId: 0,
  uid: 0n,
});
