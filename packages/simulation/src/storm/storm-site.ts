import { clearanceM, isColumnFree, type LandingSpot, type LeaseLimits } from "@pista/flight";
import type { Random } from "@pista/kernel";
import { demonstrationHall } from "@pista/programme";
import { demonstrationBody, type VehicleBody } from "../vehicle/vehicle-body.ts";
import type { StormPlan, VehiclePlan } from "./storm-plan.ts";

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
export function stormBody(plan: VehiclePlan): VehicleBody {
  const { inertia, rotor, drag } = demonstrationBody;
  return {
    ...demonstrationBody,
    inertia: {
      massKg: inertia.massKg * plan.mass,
      level: inertia.level * plan.mass,
      vertical: inertia.vertical * plan.mass,
    },
    rotor: {
      ...rotor,
      thrustNMax: rotor.thrustNMax * plan.thrust,
      lagS: rotor.lagS * plan.motorLag,
    },
    drag: { linear: drag.linear * plan.drag, quadratic: drag.quadratic * plan.drag },
    draught: plan.draught,
    gustSigmaMps: plan.gustSigmaMps,
  };
}

/** Where the autopilot tells no sigma, the guard takes this much (SPEC.md, LG6). */
const assumedSigmaM = 0.1;
/** How far a gust of 1 m/s takes a vehicle before its autopilot has answered. */
const gustDriftS = 0.25;

/**
 * [LG6] How far beyond a limit the vehicle may truly come, known before the storm begins: what
 * odometry and air take, less what the guard sets aside. The vehicle itself takes nothing: a brake
 * test holds every one that a storm may draw to the declared bounds, the way of a command included.
 */
export function boundM(plan: Pick<StormPlan, "vehicle" | "odometry">): number {
  const { errorMMax, jumpsAtMs, saysSigmaM = assumedSigmaM } = plan.odometry;
  const airM = gustDriftS * plan.vehicle.gustSigmaMps;
  // A jump may tell a place two errors nearer; the autopilot holds it there, and when the next jump
  // or drift takes the error back, it flies to where that place then truly is (storm seed 9110).
  const wandersM = jumpsAtMs.length > 0 ? 3 * errorMMax : errorMMax;
  return Math.max(0, wandersM + airM - clearanceM(saysSigmaM));
}
