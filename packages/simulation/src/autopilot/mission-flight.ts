import type { EnuM } from "@pista/kernel";
import type { VehicleState } from "../vehicle/vehicle.ts";
import {
  type AutopilotNotice,
  type AutopilotState,
  type GuidedAim,
  hold,
  itemOfLeg,
  legAt,
  type MissionLeg,
  reached,
} from "./autopilot-state.ts";

const silence: readonly AutopilotNotice[] = [];

/** The names that ArduPilot announces a command by (AP_Mission::Mission_Command::type). */
const names = { "take-off": "Takeoff", "fly-to": "WP", land: "Land" } as const;

const metresBetween = (one: EnuM, other: EnuM): number =>
  Math.hypot(one.eastM - other.eastM, one.northM - other.northM, one.upM - other.upM);

function aimOf(leg: MissionLeg, vehicle: VehicleState): GuidedAim {
  switch (leg.kind) {
    case "take-off":
      return { kind: "take-off", heightM: leg.heightM };
    case "fly-to":
      return { kind: "place", place: leg.place };
    case "land": {
      const { eastM, northM } = leg.over ?? vehicle.position;
      return { kind: "place", place: { eastM, northM, upM: vehicle.position.upM } };
    }
  }
}

/**
 * AUTO, one command after the other. On the floor it waits for MISSION_START, as ArduPilot does for
 * a throttle stick that this vehicle has not got (Copter::update_auto_armed).
 */
export function followMission(
  state: AutopilotState,
  vehicle: VehicleState,
): { readonly state: AutopilotState; readonly notices: readonly AutopilotNotice[] } {
  const { mission, leg } = state;
  const current = mission[leg];
  if (state.mode !== "auto" || !state.armed || current === undefined) {
    return { state, notices: silence };
  }
  if (state.legState === "waiting") {
    if (state.landed && !state.missionStarted) return { state, notices: silence };
    return {
      state: { ...state, aim: aimOf(current, vehicle), holdAt: undefined, legState: "flying" },
      notices: [{ severity: "info", text: `Mission: ${itemOfLeg(leg)} ${names[current.kind]}` }],
    };
  }
  const flown = flyLeg(state, current, vehicle);
  if (flown !== "done") return { state: flown, notices: silence };
  return {
    state: { ...state, aim: hold, ...legAt(leg + 1) },
    notices: [reached(leg)],
  };
}

function flyLeg(
  state: AutopilotState,
  leg: MissionLeg,
  vehicle: VehicleState,
): AutopilotState | "done" {
  const { aim } = state;
  const isThere =
    aim.kind === "place" &&
    metresBetween(aim.place, vehicle.position) <= state.parameters.WPNAV_RADIUS / 100;
  switch (leg.kind) {
    case "take-off":
      return aim.kind === "take-off" ? state : "done";
    case "land":
      return isThere ? { ...state, aim: { kind: "land" } } : state;
    case "fly-to": {
      if (!isThere && state.legReachedAtS === undefined) return state;
      const reachedAtS = state.legReachedAtS ?? state.timeS;
      if (state.timeS - reachedAtS >= leg.staysS) return "done";
      return state.legReachedAtS === undefined ? { ...state, legReachedAtS: reachedAtS } : state;
    }
  }
}
