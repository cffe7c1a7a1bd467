import { fromLocal, type LngLat } from "@pista/kernel";
import { type BayId, bayId } from "@pista/parking";
import type { IndoorFrame } from "@pista/programme";

export type DemonstrationBay = {
  readonly bayId: BayId;
  readonly deviceId: string;
  readonly label: string;
  readonly kerb: readonly [LngLat, LngLat];
};

/**
 * One kerb of some 140 m beside Corso Marche in Turin. The line was laid out by hand for the
 * demonstration: it is copied from no map, and no such bays need stand there.
 */
const kerbStart: LngLat = { lngDeg: 7.6165, latDeg: 45.0735 };
/** Clockwise from north: Corso Marche runs nearly north. */
const kerbBearingDeg = 3;
const bayLengthM = 5;
const bayGapM = 0.8;
const bayCount = 24;

const alongKerb = (distanceM: number): LngLat => {
  const bearing = (kerbBearingDeg * Math.PI) / 180;
  return fromLocal(kerbStart, {
    eastM: distanceM * Math.sin(bearing),
    northM: distanceM * Math.cos(bearing),
  });
};

export const demonstrationBays: readonly DemonstrationBay[] = Array.from(
  { length: bayCount },
  (_, index) => {
    const number = String(index + 1).padStart(2, "0");
    const fromM = index * (bayLengthM + bayGapM);
    return {
      bayId: bayId(`demo-bay-${number}`),
      deviceId: `demo-sensor-${number}`,
      label: `Corso Marche ${101 + index}`,
      kerb: [alongKerb(fromM), alongKerb(fromM + bayLengthM)],
    };
  },
);

export const demonstrationDroneId = "demo-drone";

/** An empty hall beside the street; the drone lands where it can be charged. */
export const demonstrationHall: IndoorFrame = {
  origin: fromLocal(kerbStart, { eastM: 60, northM: 20 }),
  sizeM: { eastM: 60, northM: 30, upM: 10 },
  obstacles: [],
  landingSpots: [
    { eastM: 5, northM: 15 },
    { eastM: 55, northM: 15 },
  ],
};
