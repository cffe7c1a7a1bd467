import type { VehicleView } from "@pista/flight";
import {
  CopterMode,
  type Heartbeat,
  MavAutopilot,
  MavLandedState,
  MavModeFlag,
  MavType,
} from "@pista/mavlink";

/** Vehicles that ArduPilot Copter flies; another ArduPilot numbers its modes differently. */
const copterTypes: ReadonlySet<number> = new Set([
  MavType.QUADROTOR,
  MavType.COAXIAL,
  MavType.HELICOPTER,
  MavType.HEXAROTOR,
  MavType.OCTOROTOR,
  MavType.TRICOPTER,
  MavType.DODECAROTOR,
  MavType.DECAROTOR,
]);

export type HeartbeatKind = "copter" | "other-autopilot" | "no-autopilot";

/** Ground stations, cameras and radios send heartbeats too. */
export function kindOf(heartbeat: Heartbeat): HeartbeatKind {
  if (heartbeat.autopilot === MavAutopilot.INVALID) return "no-autopilot";
  const isCopter =
    heartbeat.autopilot === MavAutopilot.ARDUPILOTMEGA && copterTypes.has(heartbeat.type);
  return isCopter ? "copter" : "other-autopilot";
}

/** [AU4] Anything but GUIDED and LAND means that somebody else has the vehicle. */
export function modeOf(customMode: number): VehicleView["mode"] {
  if (customMode === CopterMode.GUIDED) return "guided";
  return customMode === CopterMode.LAND ? "landing" : "other";
}

/** The mode's own name, for people. */
export const modeName = (customMode: number): string =>
  Object.entries(CopterMode).find(([, number]) => number === customMode)?.[0] ??
  `mode ${customMode}`;

export const isArmed = ({ baseMode }: Heartbeat): boolean =>
  (baseMode & MavModeFlag.SAFETY_ARMED) !== 0;

/** Undefined while the autopilot does not know. */
export function landedFrom(landedState: number): boolean | undefined {
  switch (landedState) {
    case MavLandedState.ON_GROUND:
      return true;
    case MavLandedState.IN_AIR:
    case MavLandedState.TAKEOFF:
    case MavLandedState.LANDING:
      return false;
    default:
      return undefined;
  }
}
