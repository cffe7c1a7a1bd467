import { isColumnFree, type LandingSpot, type LeaseLimits, standOffM } from "@pista/flight";
import type { Random } from "@pista/kernel";
import { demonstrationHall } from "@pista/programme";
import {
  demonstrationBody,
  demonstrationBounds,
  type VehicleBody,
} from "../vehicle/vehicle-body.ts";
import type { StormPlan } from "./storm-plan.ts";

/** The fence leaves a metre to the hall's walls; low enough that a landing takes seconds. */
const { sizeM, obstacles } = demonstrationHall;
export const stormFence = {
  westM: 1,
  southM: 1,
  eastM: sizeM.eastM - 1,
  northM: sizeM.northM - 1,
  floorM: 0,
  topM: 3.5,
};

/** What a lease keeps free around an obstacle, for the vehicle's own half width. */
const obstacleMarginM = 0.5;
export const stormObstacles = obstacles.map((box) => ({
  westM: box.westM - obstacleMarginM,
  southM: box.southM - obstacleMarginM,
  eastM: box.eastM + obstacleMarginM,
  northM: box.northM + obstacleMarginM,
  topM: box.topM + obstacleMarginM,
}));
/** Truly beyond a limit by more than this, the cage may touch what the limit is for. */
export const contactMarginM = obstacleMarginM - demonstrationBody.radiusM;

const stormMap = { fence: stormFence, obstacles: stormObstacles };

/** A place whose column is free: to take off from, or to mark for landing. */
export function drawFreePlace(random: Random): LandingSpot {
  for (let attempt = 0; attempt < 50; attempt++) {
    const place = { eastM: random.between(3, 57), northM: random.between(3, 27) };
    if (isColumnFree(stormMap, place)) return place;
  }
  return { eastM: 5, northM: 15 };
}

const reach = (metres: number, low: number, high: number): number =>
  Math.max(low - metres, 0, metres - high);

/** How far it is from a place to the nearest thing on the map. */
function nearestM({ eastM, northM }: LandingSpot): number {
  const { westM, southM, eastM: eastLimitM, northM: northLimitM } = stormFence;
  const toFence = [eastM - westM, eastLimitM - eastM, northM - southM, northLimitM - northM];
  const toObstacles = stormObstacles.map((box) =>
    Math.hypot(reach(eastM, box.westM, box.eastM), reach(northM, box.southM, box.northM)),
  );
  return Math.min(...toFence, ...toObstacles);
}

/** Where a storm begins: a free place that leaves the limits within reach, and a metre for the air. */
export function drawStart(random: Random): LandingSpot {
  const places = Array.from({ length: 6 }, () => drawFreePlace(random));
  const [nearest] = places
    .filter((place) => nearestM(place) > 1)
    .sort((one, other) => nearestM(one) - nearestM(other));
  return nearest ?? { eastM: 5, northM: 15 };
}

export const stormLimits = ({ speedMpsMax, clearViewM, spots }: StormPlan["hub"]): LeaseLimits => ({
  ...stormMap,
  speedMpsMax,
  landingSpots: [...demonstrationHall.landingSpots, ...spots],
  clearViewM,
});

/** A vehicle of the same make, and yet another. The guard is told the declared bounds alone. */
export function stormBody({ lag, acceleration, gustSigmaMps2 }: StormPlan["vehicle"]): VehicleBody {
  const body = demonstrationBody;
  return {
    ...body,
    velocityLagS: body.velocityLagS * lag,
    tiltLagS: body.tiltLagS * lag,
    yawLagS: body.yawLagS * lag,
    levelAccelerationMps2Max: body.levelAccelerationMps2Max * acceleration,
    climbAccelerationMps2Max: body.climbAccelerationMps2Max * acceleration,
    gustSigmaMps2,
  };
}

/** Where the autopilot tells no sigma, the guard takes this much (SPEC.md, LG6). */
const assumedSigmaM = 0.1;
/** The wire both ways, a period of the guard and the age of its pose. */
const pathS = 0.05;

/**
 * [LG6] How far beyond a limit the vehicle may truly come, known before the storm begins: what
 * odometry, air and a vehicle that is slower than declared take, less what the guard sets aside.
 */
export function boundM(plan: Pick<StormPlan, "vehicle" | "odometry">): number {
  const { velocityLagS, tiltLagS, levelAccelerationMps2Max, gustSigmaMps2 } = stormBody(
    plan.vehicle,
  );
  const { guardToMotionS, decelerationMps2 } = demonstrationBounds;
  const { errorMMax, saysSigmaM = assumedSigmaM } = plan.odometry;
  const lateS = velocityLagS + tiltLagS + pathS - guardToMotionS;
  const squareShare = 1 / (2 * levelAccelerationMps2Max) - 1 / (2 * decelerationMps2);
  const speeds = Array.from({ length: 31 }, (_, index) => index / 10);
  const excessM = Math.max(...speeds.map((mps) => mps * lateS + mps ** 2 * squareShare));
  // The air pushes for about the second that a gust lasts, against the autopilot's hold.
  const airM = gustSigmaMps2;
  return Math.max(0, errorMMax + airM + Math.max(0, excessM) - 3 * saysSigmaM - standOffM);
}
