import type { EnuM, EnuMps } from "@pista/kernel";

/** The box within which the vehicle must stay, in the site's local frame. */
export type Fence = {
  readonly westM: number;
  readonly southM: number;
  readonly eastM: number;
  readonly northM: number;
  readonly floorM: number;
  readonly topM: number;
};

/** What the guard may assume of the vehicle. */
export type VehicleBounds = {
  /** [LG6] T1: from a set-point leaving the guard to the vehicle's motion. */
  readonly guardToMotionS: number;
  /** [LG6] a: declared deceleration. */
  readonly decelerationMps2: number;
};

/** [LG6] What is kept free of everything, beside three standard deviations. */
const standOffM = 0.3;

/** How far it is to the fence along a direction; 0 outside. Infinite for no direction at all. */
export function roomTo(fence: Fence, position: EnuM, direction: EnuMps): number {
  const along = (from: number, low: number, high: number, speed: number): number => {
    if (speed === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, speed > 0 ? (high - from) / speed : (low - from) / speed);
  };
  const seconds = Math.min(
    along(position.eastM, fence.westM, fence.eastM, direction.eastMps),
    along(position.northM, fence.southM, fence.northM, direction.northMps),
    along(position.upM, fence.floorM, fence.topM, direction.upMps),
  );
  const speed = Math.hypot(direction.eastMps, direction.northMps, direction.upMps);
  return speed === 0 ? Number.POSITIVE_INFINITY : seconds * speed;
}

/**
 * [LG6] (a) The greatest speed v with v T1 + v^2 / 2a + 3 sigma + 0.3 m <= room: the positive root
 * of the quadratic, 0 where the room is used up.
 */
export function speedForRoom(room: { roomM: number; sigmaM: number }, vehicle: VehicleBounds) {
  const freeM = room.roomM - 3 * room.sigmaM - standOffM;
  if (freeM <= 0) return 0;
  if (freeM === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  const { guardToMotionS: delayS, decelerationMps2: a } = vehicle;
  return Math.sqrt((a * delayS) ** 2 + 2 * a * freeM) - a * delayS;
}
