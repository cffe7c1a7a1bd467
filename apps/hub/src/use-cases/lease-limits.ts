import type { Lease } from "@pista/flight";
import type { Site } from "@pista/programme";

/** Walking pace: what a pilot behind an ocean still follows with the eye. */
const speedMpsMax = 2;

/** How far from a wall the fence stands; the guard's own stand-off comes on top (LG6). */
const wallDistanceM = 0.5;

/** [AU2] What a lease says of its site: the hall less a step from each wall, within the band. */
export function leaseLimits(site: Site): Lease["limits"] {
  const size = site.indoor?.sizeM;
  if (!size) {
    // A site without a local frame has no mapped wall: its lease allows no movement.
    const point = { westM: 0, southM: 0, eastM: 0, northM: 0, floorM: 0, topM: 0 };
    return { speedMpsMax: 0, fence: point };
  }
  return {
    speedMpsMax,
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
