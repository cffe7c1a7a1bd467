import { type Heartbeat, MavAutopilot, MavLandedState, MavModeFlag, MavType } from "@pista/mavlink";
import { copterDialect } from "./copter-dialect.ts";
import type { Dialect } from "./dialect.ts";
import { px4Dialect } from "./px4-dialect.ts";

/** What hovers; a plane, a rover or a boat of the same autopilots has other modes. */
const hoveringTypes: ReadonlySet<number> = new Set([
  MavType.QUADROTOR,
  MavType.COAXIAL,
  MavType.HELICOPTER,
  MavType.HEXAROTOR,
  MavType.OCTOROTOR,
  MavType.TRICOPTER,
  MavType.DODECAROTOR,
  MavType.DECAROTOR,
]);

/** Ground stations, cameras and radios send heartbeats too. */
export const isAutopilot = ({ autopilot }: Heartbeat): boolean =>
  autopilot !== MavAutopilot.INVALID;

/** Undefined for a vehicle that this gateway does not fly. */
export function dialectOf({ autopilot, type }: Heartbeat): Dialect | undefined {
  if (!hoveringTypes.has(type)) return undefined;
  if (autopilot === MavAutopilot.ARDUPILOTMEGA) return copterDialect;
  return autopilot === MavAutopilot.PX4 ? px4Dialect : undefined;
}

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
