import { assertNever, type EnuM, type EnuMps, speedOf } from "@pista/kernel";
import type { VehicleState } from "../vehicle/vehicle.ts";
import {
  type AutopilotNotice,
  type AutopilotState,
  disarmed,
  type FlightMode,
  type GuidedAim,
  hold,
  reached,
} from "./autopilot-state.ts";
import { checkCrash } from "./crash-check.ts";
import { followMission } from "./mission-flight.ts";
import { guidedTimeoutS } from "./parameters.ts";
import { watchPosition } from "./position-watch.ts";
import { watchStation } from "./station-watch.ts";
import type { FlightCommand } from "./velocity-controller.ts";

export type AutopilotFlight = {
  readonly state: AutopilotState;
  readonly command: FlightCommand;
  readonly notices: readonly AutopilotNotice[];
};

const still: EnuMps = { eastMps: 0, northMps: 0, upMps: 0 };
const silence: readonly AutopilotNotice[] = [];

/** ArduCopter, land_detector.cpp: LAND_DETECTOR_TRIGGER_SEC. */
const landDetectorS = 1;
/** Higher than this nobody calls it standing on the floor. */
const liftedM = 0.05;
/** Slower than this it has come to rest, and keeps the place where it is. */
const restMps = 0.1;
/** How fast it goes back to the place that it keeps: per second of distance, and at most. */
const holdGainPerS = 1;
const holdSpeedMpsMax = 0.5;
/** A take-off slows down towards its height by the same gain and ends this near it. */
const heightReachedM = 0.05;

/**
 * One step of the autopilot's own loop: what it asks of the motors now.
 * @param vehicle as the autopilot believes it to be
 */
export function flyAutopilot(
  before: AutopilotState,
  vehicle: VehicleState,
  dtS: number,
  hasPosition = true,
): AutopilotFlight {
  const battery = watchBattery({ ...before, timeS: before.timeS + dtS }, vehicle);
  const station = watchStation(battery.state);
  const crash = checkCrash(station.state, vehicle, dtS);
  const position = watchPosition(crash.state, hasPosition, dtS);
  const { state, notices: told } = followMission(position.state, vehicle);
  const notices = [
    ...battery.notices,
    ...station.notices,
    ...crash.notices,
    ...position.notices,
    ...told,
  ];
  if (!state.armed) return idle(state, notices);
  const wish = wishOf(state, vehicle);
  const detected = detectLanding(state, vehicle, wish, dtS);
  if (!detected.armed) {
    const isLast = state.mode === "auto" && state.aim.kind === "land";
    const over = isLast ? [reached(state.leg)] : silence;
    return idle(detected, [...notices, ...over, { severity: "info", text: "Disarming motors" }]);
  }
  if (detected.landed) return { state: detected, command: { kind: "idle" }, notices };
  const { yawRateDegps, aim } = wish;
  const isStill = wish.velocity === still;
  const holdAt = !isStill
    ? undefined
    : (detected.holdAt ?? (speedOf(vehicle.velocity) < restMps ? vehicle.position : undefined));
  const holdUpM = holdAt?.upM ?? heightToKeep(detected, vehicle, wish);
  const velocity = holdAt
    ? returnTo(holdAt, vehicle.position)
    : keepHeight(wish.velocity, holdUpM, vehicle.position.upM);
  const isKnown =
    aim === detected.aim && holdAt === detected.holdAt && holdUpM === detected.holdUpM;
  return {
    state: isKnown ? detected : { ...detected, aim, holdAt, holdUpM },
    command: { kind: "velocity", velocity, yawRateDegps },
    notices,
  };
}

/**
 * While it goes level it keeps the height at which it began to. ArduPilot integrates the wished
 * velocity into a place and steers to it (ModeGuided::velaccel_control_run), so that moving air
 * does not let a level flight sink; of that, the height is what matters here.
 */
function heightToKeep(
  state: AutopilotState,
  vehicle: VehicleState,
  wish: Wish,
): number | undefined {
  if (wish.aim.kind !== "velocity" || wish.velocity.upMps !== 0) return undefined;
  // What is left of a climb runs out first.
  const isLevel = Math.abs(vehicle.velocity.upMps) < restMps;
  return state.holdUpM ?? (isLevel ? vehicle.position.upM : undefined);
}

function keepHeight(velocity: EnuMps, holdUpM: number | undefined, upM: number): EnuMps {
  if (holdUpM === undefined) return velocity;
  const upMps = (holdUpM - upM) * holdGainPerS;
  return { ...velocity, upMps: Math.max(-holdSpeedMpsMax, Math.min(holdSpeedMpsMax, upMps)) };
}

const idle = (state: AutopilotState, notices: readonly AutopilotNotice[]): AutopilotFlight => ({
  state,
  command: { kind: "motors-off" },
  notices,
});

type Wish = {
  /** The constant `still` itself where it is to stand still. */
  readonly velocity: EnuMps;
  readonly yawRateDegps: number;
  readonly aim: GuidedAim;
};

function wishOf(state: AutopilotState, vehicle: VehicleState): Wish {
  switch (state.mode) {
    case "guided":
    case "auto":
      return guidedWish(state, vehicle);
    case "land":
      return { velocity: descent(state), yawRateDegps: 0, aim: hold };
    // The safety pilot has a switch and no sticks here: in these modes the vehicle stands still, as
    // it would under a safety pilot who lets his sticks go (LOITER, BRAKE) or balances it.
    case "stabilize":
    case "loiter":
    case "brake":
      return { velocity: still, yawRateDegps: 0, aim: hold };
    default:
      return assertNever(state.mode, "A flight mode");
  }
}

const descent = ({ parameters }: AutopilotState): EnuMps => ({
  ...still,
  upMps: -parameters.LAND_SPEED / 100,
});

function guidedWish(state: AutopilotState, vehicle: VehicleState): Wish {
  const { aim } = state;
  switch (aim.kind) {
    case "hold":
      return { velocity: still, yawRateDegps: 0, aim };
    case "take-off": {
      const leftM = aim.heightM - vehicle.position.upM;
      if (leftM <= heightReachedM) return { velocity: still, yawRateDegps: 0, aim: hold };
      const upMps = Math.min(state.parameters.WPNAV_SPEED_UP / 100, leftM * 2 * holdGainPerS);
      return { velocity: { ...still, upMps }, yawRateDegps: 0, aim };
    }
    case "place":
      return { velocity: wayTo(state, aim.place, vehicle.position), yawRateDegps: 0, aim };
    case "land":
      return { velocity: descent(state), yawRateDegps: 0, aim };
    case "velocity": {
      // [LG10] "set velocity to zero and stop rotating if no updates received" within GUID_TIMEOUT
      // (ArduCopter, ModeGuided::velaccel_control_run).
      const isOver = state.timeS - aim.heardAtS > guidedTimeoutS(state.parameters);
      if (isOver) return { velocity: still, yawRateDegps: 0, aim: hold };
      const velocity = speedOf(aim.velocity) === 0 ? still : aim.velocity;
      return { velocity, yawRateDegps: aim.yawRateDegps, aim };
    }
    default:
      return assertNever(aim, "A GUIDED aim");
  }
}

/** Straight to a place, slower towards it, within the limits that hold for set-points too. */
function wayTo({ parameters }: AutopilotState, place: EnuM, from: EnuM): EnuMps {
  const eastM = place.eastM - from.eastM;
  const northM = place.northM - from.northM;
  const upMps = (place.upM - from.upM) * holdGainPerS;
  const levelMps = Math.hypot(eastM, northM) * holdGainPerS;
  const scale = holdGainPerS * Math.min(1, parameters.WPNAV_SPEED / 100 / Math.max(levelMps, 1e-9));
  return {
    eastMps: eastM * scale,
    northMps: northM * scale,
    upMps: Math.max(
      -parameters.WPNAV_SPEED_DN / 100,
      Math.min(parameters.WPNAV_SPEED_UP / 100, upMps),
    ),
  };
}

/** Back to the place it keeps, gently. */
function returnTo(place: EnuM, from: EnuM): EnuMps {
  const back = {
    eastMps: (place.eastM - from.eastM) * holdGainPerS,
    northMps: (place.northM - from.northM) * holdGainPerS,
    upMps: (place.upM - from.upM) * holdGainPerS,
  };
  const scale = Math.min(1, holdSpeedMpsMax / Math.max(speedOf(back), 1e-9));
  return {
    eastMps: back.eastMps * scale,
    northMps: back.northMps * scale,
    upMps: back.upMps * scale,
  };
}

/**
 * ArduPilot's land detector in short: a second on the floor with no wish to climb. A landing then disarms
 * at once, other modes after DISARM_DELAY. On the floor GUIDED obeys a take-off and no velocity
 * (ModeGuided::velaccel_control_run leaves at is_disarmed_or_landed).
 */
function detectLanding(
  state: AutopilotState,
  vehicle: VehicleState,
  wish: Wish,
  dtS: number,
): AutopilotState {
  const liftsOff = wish.aim.kind === "take-off";
  const lands = state.mode === "land" || wish.aim.kind === "land";
  if (!vehicle.onFloor || liftsOff) {
    const isLifted = !vehicle.onFloor && vehicle.position.upM > liftedM;
    const landed = state.landed && !isLifted && !liftsOff;
    return landed === state.landed && state.restingS === 0
      ? state
      : { ...state, landed, restingS: 0 };
  }
  const restsOn = state.landed || wish.velocity.upMps <= 0;
  const restingS = restsOn ? state.restingS + dtS : 0;
  const landed = state.landed || restingS >= landDetectorS;
  const delayS = state.parameters.DISARM_DELAY;
  const isDone = landed && (lands ? restingS >= landDetectorS : delayS > 0 && restingS >= delayS);
  if (!isDone) return { ...state, landed, restingS };
  return { ...disarmed(state), landed, restingS };
}

/** A low battery is said once; in flight it also ends the flight (BATT_FS_LOW_ACT). */
function watchBattery(
  state: AutopilotState,
  vehicle: VehicleState,
): { state: AutopilotState; notices: readonly AutopilotNotice[] } {
  const batteryIsLow = vehicle.battery.leftMah < state.parameters.BATT_LOW_MAH;
  if (batteryIsLow === state.batteryIsLow) return { state, notices: silence };
  if (!batteryIsLow) return { state: { ...state, batteryIsLow }, notices: silence };
  const lands = state.armed && !state.landed && state.parameters.BATT_FS_LOW_ACT === 1;
  const mode: FlightMode = lands ? "land" : state.mode;
  const text = "Battery 1 is low";
  return {
    state: { ...state, batteryIsLow, mode, ...(lands ? { aim: hold, holdAt: undefined } : {}) },
    notices: [{ severity: "warning", text }],
  };
}
