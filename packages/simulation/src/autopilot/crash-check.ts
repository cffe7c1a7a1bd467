import { axesOf } from "../vehicle/rotation.ts";
import type { VehicleState } from "../vehicle/vehicle.ts";
import { type AutopilotNotice, type AutopilotState, hold } from "./autopilot-state.ts";

/** ArduCopter, crash_check.cpp: CRASH_CHECK_TRIGGER_SEC. */
const triggerS = 2;
/** The cosine of 60 degrees: farther than it ever leans on purpose, and ArduPilot's error of 30. */
const leanCosineMin = 0.5;

const silence: readonly AutopilotNotice[] = [];

/** Whoever lies tipped over for two seconds stops trying: its motors only press it to the floor. */
export function checkCrash(
  state: AutopilotState,
  vehicle: VehicleState,
  dtS: number,
): { readonly state: AutopilotState; readonly notices: readonly AutopilotNotice[] } {
  const isTipped = state.armed && axesOf(vehicle.attitude).up.z < leanCosineMin;
  if (!isTipped) {
    const known = state.tippedS === 0 ? state : { ...state, tippedS: 0 };
    return { state: known, notices: silence };
  }
  const tippedS = state.tippedS + dtS;
  if (tippedS < triggerS) return { state: { ...state, tippedS }, notices: silence };
  const off = { ...state, tippedS: 0, armed: false, aim: hold, holdAt: undefined };
  return { state: off, notices: [{ severity: "critical", text: "Crash: Disarming" }] };
}
