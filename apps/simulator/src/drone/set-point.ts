import { MavFrame, PositionTargetTypemask, type SetPositionTargetLocalNed } from "@pista/mavlink";
import type { AutopilotOrder } from "@pista/simulation";

const bits = PositionTargetTypemask;
const ignoredPosition = bits.X_IGNORE | bits.Y_IGNORE | bits.Z_IGNORE;
const ignoredVelocity = bits.VX_IGNORE | bits.VY_IGNORE | bits.VZ_IGNORE;
const ignoredAcceleration = bits.AX_IGNORE | bits.AY_IGNORE | bits.AZ_IGNORE;

const northFrames: readonly number[] = [MavFrame.LOCAL_NED, MavFrame.LOCAL_OFFSET_NED];
const bodyFrames: readonly number[] = [MavFrame.BODY_NED, MavFrame.BODY_OFFSET_NED];

/**
 * A velocity or a place of the local frame in the vehicle's words. ArduPilot takes the frames LOCAL_NED, LOCAL_OFFSET_NED,
 * BODY_NED and BODY_OFFSET_NED, in the last two with x forward and y to the right ("Copter Commands
 * in Guided Mode", SET_POSITION_TARGET_LOCAL_NED); anything else stops it.
 */
export function orderOfSetPoint(
  message: SetPositionTargetLocalNed,
  headingDeg: number,
): AutopilotOrder {
  const { coordinateFrame, typeMask, vx, vy, vz } = message;
  const isPlace =
    coordinateFrame === MavFrame.LOCAL_NED &&
    (typeMask & ignoredPosition) === 0 &&
    (typeMask & ignoredVelocity) === ignoredVelocity;
  if (isPlace) {
    return { kind: "fly-to", place: { eastM: message.y, northM: message.x, upM: -message.z } };
  }
  const inBody = bodyFrames.includes(coordinateFrame);
  const isVelocity =
    (typeMask & ignoredPosition) === ignoredPosition &&
    (typeMask & ignoredVelocity) === 0 &&
    (typeMask & ignoredAcceleration) === ignoredAcceleration;
  if (!isVelocity || (!inBody && !northFrames.includes(coordinateFrame))) {
    return { kind: "unknown-set-point" };
  }
  const heading = inBody ? (headingDeg * Math.PI) / 180 : 0;
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  const turns = (typeMask & bits.YAW_RATE_IGNORE) === 0;
  return {
    kind: "velocity",
    velocity: { eastMps: vx * sin + vy * cos, northMps: vx * cos - vy * sin, upMps: -vz },
    // Around the axis that points down, so clockwise seen from above.
    yawRateDegps: turns ? (message.yawRate * 180) / Math.PI : 0,
  };
}
