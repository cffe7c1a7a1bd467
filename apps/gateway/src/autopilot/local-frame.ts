import type { Pose } from "@pista/flight";
import type { EnuMps } from "@pista/kernel";
import {
  type Address,
  type LocalPositionNed,
  MavFrame,
  type OutgoingMessage,
  PositionTargetTypemask,
} from "@pista/mavlink";

const degPerRad = 180 / Math.PI;

/** Everything but the three velocities and the yaw rate is left unsaid. */
const velocityAndYawRate =
  PositionTargetTypemask.X_IGNORE |
  PositionTargetTypemask.Y_IGNORE |
  PositionTargetTypemask.Z_IGNORE |
  PositionTargetTypemask.AX_IGNORE |
  PositionTargetTypemask.AY_IGNORE |
  PositionTargetTypemask.AZ_IGNORE |
  PositionTargetTypemask.YAW_IGNORE;

/**
 * [LG9] A velocity of the site's frame as the autopilot takes it: MAVLink's local frame is north,
 * east, down (MAV_FRAME_LOCAL_NED), so a yaw rate about "down" turns clockwise seen from above, as
 * ours does.
 */
export function velocitySetPoint(
  { velocity, yawRateDegps }: { readonly velocity: EnuMps; readonly yawRateDegps: number },
  { target, timeBootMs }: { readonly target: Address; readonly timeBootMs: number },
): OutgoingMessage {
  return {
    name: "SET_POSITION_TARGET_LOCAL_NED",
    timeBootMs: Math.floor(timeBootMs) >>> 0,
    targetSystem: target.systemId,
    targetComponent: target.componentId,
    coordinateFrame: MavFrame.LOCAL_NED,
    typeMask: velocityAndYawRate,
    x: 0,
    y: 0,
    z: 0,
    vx: velocity.northMps,
    vy: velocity.eastMps,
    vz: 0 - velocity.upMps,
    afx: 0,
    afy: 0,
    afz: 0,
    yaw: 0,
    yawRate: yawRateDegps / degPerRad,
  };
}

/** The autopilot's local origin is the site's: the vehicle is switched on with that agreed. */
export function poseFrom(
  position: LocalPositionNed,
  yawRad: number,
  sigmaM: number | undefined,
): Pose {
  return {
    position: { eastM: position.y, northM: position.x, upM: 0 - position.z },
    velocity: { eastMps: position.vy, northMps: position.vx, upMps: 0 - position.vz },
    headingDeg: headingDegFrom(yawRad),
    sigmaM,
  };
}

/** MAVLink's yaw is clockwise from north within half a turn either way; a heading is 0 to 360. */
export const headingDegFrom = (yawRad: number): number => (yawRad * degPerRad + 360) % 360;
