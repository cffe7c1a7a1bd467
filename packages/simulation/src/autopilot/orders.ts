import { assertNever } from "@pista/kernel";
import type { VehicleState } from "../vehicle/vehicle.ts";
import {
  type AutopilotNotice,
  type AutopilotOrder,
  type AutopilotState,
  type AutopilotStep,
  disarmed,
  type FlightMode,
  hold,
  legAt,
} from "./autopilot-state.ts";
import type { ParameterName } from "./parameters.ts";
import { positionModes } from "./position-watch.ts";

type OrderOf<Kind extends AutopilotOrder["kind"]> = Extract<AutopilotOrder, { kind: Kind }>;

const accept = (state: AutopilotState, notice?: string): AutopilotStep => ({
  state,
  accepted: true,
  notices: notice ? [{ severity: "info", text: notice }] : [],
});

const refuse = (
  state: AutopilotState,
  text?: string,
  severity: AutopilotNotice["severity"] = "critical",
): AutopilotStep => ({
  state,
  accepted: false,
  notices: text ? [{ severity, text }] : [],
});

/** An order came in, from a ground station, the gateway or the safety pilot's switch. */
export function orderAutopilot(
  state: AutopilotState,
  vehicle: VehicleState,
  order: AutopilotOrder,
): AutopilotStep {
  switch (order.kind) {
    case "arm":
      return arm(state, vehicle);
    case "disarm":
      return disarm(state, order);
    case "take-off":
      return takeOff(state, vehicle, order);
    case "set-mode":
      return setMode(state, order);
    case "velocity":
      return setVelocity(state, order);
    case "fly-to":
      return flyTo(state, order);
    case "load-mission":
      return accept({
        ...state,
        mission: order.mission,
        ...legAt(state.mode === "auto" ? state.leg : 0),
      });
    case "start-mission":
      return startMission(state);
    case "go-to-leg":
      return goToLeg(state, order);
    case "station-heard":
      return accept({ ...state, stationHeardAtS: state.timeS });
    case "unknown-set-point":
      // ArduPilot: "input is not valid so stop" (handle_message_set_position_target_local_ned).
      return state.mode === "guided" ? accept({ ...state, aim: hold }) : refuse(state);
    case "set-parameter":
      return setParameter(state, order);
    default:
      return assertNever(order, "An autopilot's order");
  }
}

/**
 * The modes that ArduPilot arms in from a ground station (Mode::allows_arming), less STABILIZE: there
 * a pilot's throttle stick flies, and this vehicle's safety pilot has a switch but no sticks.
 */
const armableModes: ReadonlySet<FlightMode> = new Set(["guided", "loiter"]);

function arm(state: AutopilotState, vehicle: VehicleState): AutopilotStep {
  if (state.armed) return accept(state);
  if (!armableModes.has(state.mode)) return refuse(state, "Arm: Mode not armable");
  if (!vehicle.onFloor) return refuse(state, "Arm: In the air");
  if (!state.hasPosition) return refuse(state, "PreArm: Need Position Estimate");
  if (vehicle.battery.leftMah < state.parameters.BATT_ARM_MAH) {
    return refuse(state, "PreArm: Battery 1 below minimum arming capacity");
  }
  return accept({ ...state, armed: true, aim: hold, restingS: 0 }, "Arming motors");
}

/** ArduPilot refuses to disarm in flight over MAVLink (AP_Arming_Copter::disarm), unless by force. */
function disarm(state: AutopilotState, order: OrderOf<"disarm">): AutopilotStep {
  if (!state.armed) return accept(state);
  if (!state.landed && !order.byForce) return refuse(state);
  return accept(disarmed(state), "Disarming motors");
}

/** ArduPilot, Mode::do_user_takeoff: armed, landed, in a mode that can, and upwards. */
function takeOff(
  state: AutopilotState,
  vehicle: VehicleState,
  order: OrderOf<"take-off">,
): AutopilotStep {
  const may = state.armed && state.landed && state.mode === "guided";
  // Written so that a height that is not a number is refused too.
  if (!may || !(order.heightM > vehicle.position.upM)) return refuse(state);
  return accept({ ...state, aim: { kind: "take-off", heightM: order.heightM }, holdAt: undefined });
}

/** Entering a mode forgets what the last one aimed at; GUIDED starts by standing still. */
function setMode(state: AutopilotState, { mode }: OrderOf<"set-mode">): AutopilotStep {
  if (mode === state.mode) return accept(state);
  const fault = modeFault(state, mode);
  if (fault !== undefined) {
    const text = `Mode change to ${mode.toUpperCase()} failed: ${fault}`;
    return refuse(state, text, "warning");
  }
  if (mode === "auto" && state.armed && state.landed && state.mission[0]?.kind !== "take-off") {
    return refuse(state, "Auto: Missing Takeoff Cmd");
  }
  const entered = { ...state, mode, aim: hold, holdAt: undefined };
  // MIS_RESTART of 0: a mission that was left goes on, one that was flown begins again.
  const leg = state.leg < state.mission.length ? state.leg : 0;
  return accept(mode === "auto" ? { ...entered, ...legAt(leg), missionStarted: false } : entered);
}

/** In ArduPilot's words (Copter::set_mode, mode_change_failed). */
function modeFault(state: AutopilotState, mode: FlightMode): string | undefined {
  if (positionModes.has(mode) && !state.hasPosition) return "requires position";
  return mode === "auto" && state.mission.length === 0 ? "init failed" : undefined;
}

/** MAV_CMD_MISSION_START: into AUTO, and off the floor. */
function startMission(state: AutopilotState): AutopilotStep {
  const step = setMode(state, { kind: "set-mode", mode: "auto", by: "ground-station" });
  return step.accepted ? { ...step, state: { ...step.state, missionStarted: true } } : step;
}

function goToLeg(state: AutopilotState, { leg }: OrderOf<"go-to-leg">): AutopilotStep {
  if (state.mission[leg] === undefined) return refuse(state);
  return accept({ ...state, ...legAt(leg), aim: state.mode === "auto" ? hold : state.aim });
}

function flyTo(state: AutopilotState, { place }: OrderOf<"fly-to">): AutopilotStep {
  const isPlace = Object.values(place).every(Number.isFinite);
  if (state.mode !== "guided" || !isPlace) return refuse(state);
  return accept({ ...state, aim: { kind: "place", place }, holdAt: undefined });
}

/**
 * ArduPilot ignores set-points outside GUIDED. Within it a velocity takes the place of whatever went
 * on, a take-off included.
 */
function setVelocity(state: AutopilotState, order: OrderOf<"velocity">): AutopilotStep {
  if (state.mode !== "guided") return refuse(state);
  const { eastMps, northMps, upMps } = order.velocity;
  if (![eastMps, northMps, upMps, order.yawRateDegps].every(Number.isFinite)) return refuse(state);
  const { WPNAV_SPEED, WPNAV_SPEED_UP, WPNAV_SPEED_DN } = state.parameters;
  const scale = Math.min(1, WPNAV_SPEED / 100 / Math.hypot(eastMps, northMps, 1e-9));
  const velocity = {
    eastMps: eastMps * scale,
    northMps: northMps * scale,
    upMps: Math.max(-WPNAV_SPEED_DN / 100, Math.min(WPNAV_SPEED_UP / 100, upMps)),
  };
  const { yawRateDegps } = order;
  const aim = { kind: "velocity", velocity, yawRateDegps, heardAtS: state.timeS } as const;
  const isStill = eastMps === 0 && northMps === 0 && upMps === 0;
  return accept({ ...state, aim, holdAt: isStill ? state.holdAt : undefined });
}

/** ArduPilot's other answers return home, which no hall has, or need a mode that the model lacks. */
const failsafeActions: Partial<Record<ParameterName, ReadonlySet<number>>> = {
  BATT_FS_CRT_ACT: new Set([0]),
  BATT_FS_LOW_ACT: new Set([0, 1]),
  FENCE_ACTION: new Set([0]),
  FS_DR_ENABLE: new Set([0]),
  FS_EKF_ACTION: new Set([1, 3]),
  FS_GCS_ENABLE: new Set([0, 5]),
  FS_THR_ENABLE: new Set([0]),
};

function setParameter(state: AutopilotState, order: OrderOf<"set-parameter">): AutopilotStep {
  if (!Number.isFinite(order.value)) return refuse(state);
  if (failsafeActions[order.name]?.has(order.value) === false) return refuse(state);
  return accept({ ...state, parameters: { ...state.parameters, [order.name]: order.value } });
}
