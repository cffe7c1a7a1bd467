import {
  type AutopilotNotice,
  type AutopilotState,
  type FlightMode,
  hold,
} from "./autopilot-state.ts";

/** Modes that fly by a position (Mode::requires_GPS); LAND comes down without one. */
export const positionModes: ReadonlySet<FlightMode> = new Set([
  "guided",
  "auto",
  "loiter",
  "brake",
]);

/** EKF_CHECK_ITERATIONS_MAX of ekf_check.cpp: ten at 10 Hz. */
const patienceS = 1;
/** FS_EKF_ACTION: "Land even in STABILIZE"; its other value lands from the modes above alone. */
const landAlways = 3;

const silence: readonly AutopilotNotice[] = [];

/**
 * ArduPilot's check of its own estimate (Copter::ekf_check, failsafe_ekf_event): armed and without a
 * position for a second, a mode that flies by one becomes LAND.
 */
export function watchPosition(
  before: AutopilotState,
  hasPosition: boolean,
  dtS: number,
): { readonly state: AutopilotState; readonly notices: readonly AutopilotNotice[] } {
  const state = hasPosition === before.hasPosition ? before : { ...before, hasPosition };
  if (state.positionLostS === 0 && (hasPosition || !state.armed)) {
    return { state, notices: silence };
  }
  const counted = state.positionLostS + (hasPosition ? -dtS : dtS);
  const positionLostS = state.armed ? Math.max(0, Math.min(patienceS, counted)) : 0;
  const watched = { ...state, positionLostS };
  if (state.positionFailsafe) {
    if (positionLostS > 0) return { state: watched, notices: silence };
    return {
      state: { ...watched, positionFailsafe: false },
      notices: [{ severity: "critical", text: "EKF Failsafe Cleared" }],
    };
  }
  if (positionLostS < patienceS) return { state: watched, notices: silence };
  const variance = { severity: "critical", text: "EKF variance" } as const;
  const failed = { ...watched, positionFailsafe: true };
  const lands =
    positionModes.has(state.mode) ||
    (state.mode === "stabilize" && state.parameters.FS_EKF_ACTION === landAlways);
  if (!lands) return { state: failed, notices: [variance] };
  return {
    state: { ...failed, mode: "land", aim: hold, holdAt: undefined },
    notices: [variance, { severity: "critical", text: "EKF Failsafe: changed to LAND Mode" }],
  };
}
