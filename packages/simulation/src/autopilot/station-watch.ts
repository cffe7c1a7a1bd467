import {
  type AutopilotNotice,
  type AutopilotState,
  disarmed,
  type FlightMode,
  hold,
} from "./autopilot-state.ts";

/** Modes that a person flies: FS_OPTIONS, as ArduPilot comes, leaves the vehicle to them. */
const pilotedModes: ReadonlySet<FlightMode> = new Set(["stabilize", "loiter", "brake"]);

const silence: readonly AutopilotNotice[] = [];

/**
 * [LG10] ArduPilot's failsafe for a ground station that fell silent (Copter::failsafe_gcs_check and
 * failsafe_gcs_on_event): armed only by FS_GCS_ENABLE, and only once a station was heard.
 */
export function watchStation(state: AutopilotState): {
  readonly state: AutopilotState;
  readonly notices: readonly AutopilotNotice[];
} {
  const { stationHeardAtS, parameters } = state;
  const watches = parameters.FS_GCS_ENABLE !== 0 && stationHeardAtS !== undefined;
  const stationIsLost = watches && state.timeS - stationHeardAtS > parameters.FS_GCS_TIMEOUT;
  if (stationIsLost === state.stationIsLost) return { state, notices: silence };
  const told = { ...state, stationIsLost };
  const say = (text: string): readonly AutopilotNotice[] => [{ severity: "warning", text }];
  if (!stationIsLost) return { state: told, notices: say("GCS Failsafe Cleared") };
  if (!state.armed) return { state: told, notices: say("GCS Failsafe") };
  if (state.landed) {
    return { state: disarmed(told), notices: say("GCS Failsafe - Disarming") };
  }
  if (pilotedModes.has(state.mode)) {
    return { state: told, notices: say("GCS Failsafe - Continuing Pilot Control") };
  }
  const landing = { ...told, mode: "land", aim: hold, holdAt: undefined } as const;
  return { state: landing, notices: say("GCS Failsafe") };
}
