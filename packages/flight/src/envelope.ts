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

/** An upright box on the floor that the vehicle's centre must not enter, grown by whoever maps it. */
export type Obstacle = {
  readonly westM: number;
  readonly southM: number;
  readonly eastM: number;
  readonly northM: number;
  readonly topM: number;
};

/** What is mapped of a site, in its local frame: all that the guard knows to avoid. */
export type SiteMap = {
  readonly fence: Fence;
  readonly obstacles: readonly Obstacle[];
};

/** A place on the floor, marked and kept free for landing. */
export type LandingSpot = { readonly eastM: number; readonly northM: number };

/** What the guard may assume of the vehicle. */
export type VehicleBounds = {
  /** [LG6] T1: from a set-point leaving the guard to the vehicle's motion. */
  readonly guardToMotionS: number;
  /** [LG6] a: declared deceleration. */
  readonly decelerationMps2: number;
  /** [LG6] A braking took more way than was declared: no take-off until others are declared. */
  readonly isContradicted?: boolean;
};

/** [LG6] What is left of bounds that a braking contradicts: never more than there was. */
export const tightened = (bounds: VehicleBounds, decelerationMps2: number): VehicleBounds => ({
  ...bounds,
  decelerationMps2: Math.min(bounds.decelerationMps2, decelerationMps2),
  isContradicted: true,
});

/** [LG6] What is kept free of everything, beside three standard deviations. */
export const standOffM = 0.3;

/** [LG6] How far to keep from everything mapped, on every side, with odometry so unsure. */
export const clearanceM = (sigmaM: number): number => 3 * sigmaM + standOffM;

/**
 * How far it is along a direction until something mapped is nearer than `keepM`, on whatever side: at
 * a shallow angle that is long before the way itself meets it. Infinite for no direction at all.
 */
export function roomTo(
  { fence, obstacles }: SiteMap,
  position: EnuM,
  direction: EnuMps,
  keepM: number,
): number {
  const speed = Math.hypot(direction.eastMps, direction.northMps, direction.upMps);
  if (speed === 0) return Number.POSITIVE_INFINITY;
  const toObstacles = obstacles.map((obstacle) =>
    secondsToObstacle(obstacle, position, direction, keepM),
  );
  return Math.min(secondsToFence(fence, position, direction, keepM), ...toObstacles) * speed;
}

/** A heading of exactly east has a cosine of 6e-17: that much is along a face, not off it. */
const alongMpsMax = 1e-9;

/** 0 outside, unless the way leads back in. */
function secondsToFence(fence: Fence, position: EnuM, direction: EnuMps, keepM: number): number {
  const along = (from: number, low: number, high: number, speed: number): number => {
    if (speed === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, speed > 0 ? (high - keepM - from) / speed : (low + keepM - from) / speed);
  };
  return Math.min(
    along(position.eastM, fence.westM, fence.eastM, direction.eastMps),
    along(position.northM, fence.southM, fence.northM, direction.northMps),
    along(position.upM, fence.floorM, fence.topM, direction.upMps),
  );
}

/**
 * The slab method for a ray and the box grown by `keepM`. Nearer than that, where drift may have put
 * the vehicle, the only ways are those that do not bring it nearer to the face that parts them; and
 * within the box itself, those out by its nearest face.
 */
function secondsToObstacle(
  box: Obstacle,
  position: EnuM,
  direction: EnuMps,
  keepM: number,
): number {
  const slabs = [
    { from: position.eastM, low: box.westM, high: box.eastM, speed: direction.eastMps },
    { from: position.northM, low: box.southM, high: box.northM, speed: direction.northMps },
    { from: position.upM, low: Number.NEGATIVE_INFINITY, high: box.topM, speed: direction.upMps },
  ];
  let entersS = 0;
  let leavesS = Number.POSITIVE_INFINITY;
  let isPast = false;
  let face = { awayM: Number.NEGATIVE_INFINITY, outwardMps: 0 };
  for (const { from, low, high, speed } of slabs) {
    const awayM = Math.max(low - from, from - high);
    if (awayM > face.awayM)
      face = { awayM, outwardMps: from - high >= low - from ? speed : -speed };
    if (speed === 0) {
      isPast ||= awayM >= keepM;
      continue;
    }
    const [lowS, highS] = [(low - keepM - from) / speed, (high + keepM - from) / speed];
    entersS = Math.max(entersS, Math.min(lowS, highS));
    leavesS = Math.min(leavesS, Math.max(lowS, highS));
  }
  if (face.awayM < keepM) {
    const isAlong = Math.abs(face.outwardMps) <= alongMpsMax;
    const isFree = isAlong ? face.awayM >= 0 : face.outwardMps > 0;
    return isFree ? Number.POSITIVE_INFINITY : 0;
  }
  return !isPast && entersS < leavesS ? entersS : Number.POSITIVE_INFINITY;
}

/** [LG2] Whether nothing mapped lies below, nor within the stand-off beside the way down. */
export function isColumnFree({ fence, obstacles }: SiteMap, column: LandingSpot): boolean {
  const { eastM, northM } = column;
  const isFenced =
    eastM >= fence.westM &&
    eastM <= fence.eastM &&
    northM >= fence.southM &&
    northM <= fence.northM;
  return (
    isFenced &&
    obstacles.every(
      (box) =>
        eastM <= box.westM - standOffM ||
        eastM >= box.eastM + standOffM ||
        northM <= box.southM - standOffM ||
        northM >= box.northM + standOffM,
    )
  );
}

/** [LG6] Whether a vehicle may climb here to a height: within the fence by `keepM`, its column free. */
export function isClimbFree(
  map: SiteMap,
  from: LandingSpot,
  toUpM: number,
  keepM: number,
): boolean {
  const { westM, southM, eastM, northM, topM } = map.fence;
  return (
    isColumnFree(map, from) &&
    from.eastM >= westM + keepM &&
    from.eastM <= eastM - keepM &&
    from.northM >= southM + keepM &&
    from.northM <= northM - keepM &&
    toUpM <= topM - keepM
  );
}

/**
 * [LG6] (a) The greatest speed v with v T1 + v^2 / 2a <= free way, 0 where that is used up.
 * @param freeM what is left until something mapped is nearer than `clearanceM` (roomTo)
 * @param poseAgeS the age of the position from which that was measured: it adds to T1
 */
export const speedForRoom = (freeM: number, vehicle: VehicleBounds, poseAgeS = 0): number =>
  stoppingSpeedMps(freeM, vehicle.guardToMotionS + poseAgeS, vehicle.decelerationMps2);

/**
 * [LG6] (b) The greatest speed v with v T2 + v^2 / 2a <= clear view. T2 is the age of what the pilot
 * saw when the command of this moment was given (picture and command together), and T1.
 */
export function speedForView(
  view: { clearViewM: number; ageS: number },
  vehicle: VehicleBounds,
): number {
  const delayS = view.ageS + vehicle.guardToMotionS;
  return stoppingSpeedMps(view.clearViewM, delayS, vehicle.decelerationMps2);
}

/** The positive root of v T + v^2 / 2a = free way. */
function stoppingSpeedMps(freeM: number, delayS: number, a: number): number {
  if (freeM <= 0) return 0;
  if (freeM === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Math.sqrt((a * delayS) ** 2 + 2 * a * freeM) - a * delayS;
}
