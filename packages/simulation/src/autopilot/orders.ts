import { assertNever } from "@pista/kernel";
import type { VehicleState } from "../vehicle/vehicle.ts";
import {
  type AutopilotNotice,
  type AutopilotOrder,
  type AutopilotState,
  type AutopilotStep,
  type FlightMode,
  hold,
} from "./autopilot-state.ts";

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
  if (vehicle.battery.leftMah < state.parameters.BATT_ARM_MAH) {
    return refuse(state, "PreArm: Battery 1 below minimum arming capacity");
  }
  return accept({ ...state, armed: true, aim: hold, restingS: 0 }, "Arming motors");
}

/** ArduPilot refuses to disarm in flight over MAVLink (AP_Arming_Copter::disarm), unless by force. */
function disarm(state: AutopilotState, order: OrderOf<"disarm">): AutopilotStep {
  if (!state.armed) return accept(state);
  if (!state.landed && !order.byForce) return refuse(state);
  return accept({ ...state, armed: false, aim: hold, holdAt: undefined }, "Disarming motors");
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
function setMode(state: AutopilotState, order: OrderOf<"set-mode">): AutopilotStep {
  if (order.mode === state.mode) return accept(state);
  return accept({ ...state, mode: order.mode, aim: hold, holdAt: undefined });
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

/** Off and "Enabled always Land": ArduPilot's other answers return home, which no hall has. */
const stationFailsafes: ReadonlySet<number> = new Set([0, 5]);

function setParameter(state: AutopilotState, order: OrderOf<"set-parameter">): AutopilotStep {
  if (!Number.isFinite(order.value)) return refuse(state);
  if (order.name === "FS_GCS_ENABLE" && !stationFailsafes.has(order.value)) return refuse(state);
  return accept({ ...state, parameters: { ...state.parameters, [order.name]: order.value } });
}
