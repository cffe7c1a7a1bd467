import type { EnuM, EnuMps } from "@pista/kernel";
import type { VehicleBody } from "./vehicle-body.ts";

/** One step of the way, as far as solid things let it go. */
export type Moved = {
  readonly position: EnuM;
  readonly velocity: EnuMps;
  /** On the floor, or on top of an obstacle. */
  readonly onFloor: boolean;
  readonly touchesWall: boolean;
  /** How fast it ran into a wall, the ceiling or an obstacle's side: 0 for not at all. */
  readonly impactMps: number;
};

/** How much of its speed the cage keeps when it bounces; below the least it stays where it is. */
const bounce = { share: 0.3, leastMps: 0.3 } as const;

/** What is left of a speed into something solid. */
const bounced = (mps: number): number =>
  Math.abs(mps) < bounce.leastMps ? 0 : -bounce.share * mps;

/** The hall and what stands in it are solid: the cage bounces off them, the feet stand on them. */
export function contain(body: VehicleBody, from: EnuM, velocity: EnuMps, dtS: number): Moved {
  const { hallM, radiusM, heightM } = body;
  let { eastMps, northMps, upMps } = velocity;
  let eastM = from.eastM + eastMps * dtS;
  let northM = from.northM + northMps * dtS;
  let upM = from.upM + upMps * dtS;
  let impactMps = 0;
  let touchesWall = false;
  let onFloor = false;

  const stopEast = (atM: number): void => {
    eastM = atM;
    impactMps = Math.max(impactMps, Math.abs(eastMps));
    eastMps = bounced(eastMps);
    touchesWall = true;
  };
  const stopNorth = (atM: number): void => {
    northM = atM;
    impactMps = Math.max(impactMps, Math.abs(northMps));
    northMps = bounced(northMps);
    touchesWall = true;
  };
  const stand = (atM: number): void => {
    upM = atM;
    upMps = 0;
    onFloor = true;
  };

  if (eastM <= radiusM) stopEast(radiusM);
  else if (eastM >= hallM.eastM - radiusM) stopEast(hallM.eastM - radiusM);
  if (northM <= radiusM) stopNorth(radiusM);
  else if (northM >= hallM.northM - radiusM) stopNorth(hallM.northM - radiusM);
  if (upM >= hallM.upM - heightM) {
    upM = hallM.upM - heightM;
    impactMps = Math.max(impactMps, Math.abs(upMps));
    upMps = bounced(upMps);
    touchesWall = true;
  }
  if (upM <= 0) stand(0);
  for (const box of body.obstacles) {
    const westM = eastM - (box.westM - radiusM);
    const eastwardM = box.eastM + radiusM - eastM;
    const southM = northM - (box.southM - radiusM);
    const northwardM = box.northM + radiusM - northM;
    const downM = box.topM - upM;
    // On the face itself counts as touching, or what stands on a box would fall and stand in turn.
    if (westM <= 0 || eastwardM <= 0 || southM <= 0 || northwardM <= 0 || downM < 0) continue;
    const leastM = Math.min(westM, eastwardM, southM, northwardM, downM);
    if (leastM === downM) stand(box.topM);
    else if (leastM === westM) stopEast(box.westM - radiusM);
    else if (leastM === eastwardM) stopEast(box.eastM + radiusM);
    else if (leastM === southM) stopNorth(box.southM - radiusM);
    else stopNorth(box.northM + radiusM);
  }
  return {
    position: { eastM, northM, upM },
    velocity: { eastMps, northMps, upMps },
    onFloor,
    touchesWall,
    impactMps,
  };
}
