import type { Lease } from "@pista/flight";
import type { Site } from "@pista/programme";

/** Walking pace: what a pilot behind an ocean still follows with the eye. */
const speedMpsMax = 2;

/** [LG6] (b) What a pilot who looks ahead can be trusted to see is free. */
const clearViewM = 3;

/** How far from a wall or obstacle its limit stands; the guard's own stand-off comes on top (LG6). */
const wallDistanceM = 0.5;

const unmapped = { obstacles: [], landingSpots: [], clearViewM: 0 } as const;

/** [AU2] What a lease says of its site: the hall less a step from each wall and obstacle. */
export function leaseLimits(site: Site): Lease["limits"] {
  if (!site.indoor) {
    // A site without a local frame has no mapped wall: its lease allows no movement.
    const point = { westM: 0, southM: 0, eastM: 0, northM: 0, floorM: 0, topM: 0 };
    return { ...unmapped, speedMpsMax: 0, fence: point };
  }
  const { sizeM: size, obstacles, landingSpots } = site.indoor;
  return {
    speedMpsMax,
    clearViewM,
    landingSpots,
    obstacles: obstacles.map((box) => ({
      westM: box.westM - wallDistanceM,
      southM: box.southM - wallDistanceM,
      eastM: box.eastM + wallDistanceM,
      northM: box.northM + wallDistanceM,
      topM: box.topM + wallDistanceM,
    })),
    fence: {
      westM: wallDistanceM,
      southM: wallDistanceM,
      eastM: size.eastM - wallDistanceM,
      northM: size.northM - wallDistanceM,
      floorM: site.heightBandM.lowM,
      topM: Math.min(site.heightBandM.highM, size.upM - wallDistanceM),
    },
  };
}
