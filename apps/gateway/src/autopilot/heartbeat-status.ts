import {
  type Heartbeat,
  MavAutopilot,
  MavLandedState,
  MavType,
  type SysStatus,
} from "@pista/mavlink";
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

/** Undefined for a vehicle that this gateway does not fly. */
export function dialectOf({ autopilot, type }: Heartbeat): Dialect | undefined {
  if (!hoveringTypes.has(type)) return undefined;
  if (autopilot === MavAutopilot.ARDUPILOTMEGA) return copterDialect;
  return autopilot === MavAutopilot.PX4 ? px4Dialect : undefined;
}

/** -1 means that the autopilot does not know (SYS_STATUS, "battery_remaining"). */
export const batteryFrom = ({ batteryRemaining }: SysStatus): number | undefined =>
  batteryRemaining < 0 ? undefined : Math.min(100, batteryRemaining);

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
