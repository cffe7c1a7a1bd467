import {
  assetId,
  fromLocal,
  type LngLat,
  organisationId,
  personId,
  siteId,
  trialId,
} from "@pista/kernel";
import { type Bay, bayId, zoneId } from "@pista/parking";
import type { Role, Site, Trial } from "@pista/programme";

/** Who owns everything that is invented here, so that nothing of it passes for real. */
export const demonstrationOrganisation = {
  organisationId: organisationId("demo-company"),
  name: "Demonstration company",
} as const;

export const demonstrationZone = {
  zoneId: zoneId("demo-corso-marche"),
  name: "Corso Marche (demonstration)",
} as const;

export const demonstrationPeople = [
  { id: "demo-admin", name: "Demo administrator", roles: ["administrator"] },
  { id: "demo-steward", name: "Demo steward", roles: ["steward"] },
  { id: "demo-pilot", name: "Demo pilot", roles: ["pilot"] },
  { id: "demo-manager", name: "Demo parking manager", roles: ["manager"] },
] as const satisfies readonly { id: string; name: string; roles: readonly Role[] }[];

export const demonstrationDrone = {
  assetId: assetId("demo-drone"),
  name: "Demonstration drone",
  model: "Simulated quadrotor",
} as const;

const bayCount = 24;
const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** A stretch of Corso Marche, from south to north, as one reads it off any map. */
const streetAxis = { south: { lngDeg: 7.61452, latDeg: 45.08 }, kerbM: 8 } as const;
const bayLengthM = 5.2;
const bayPitchM = 6.6;

/** Twelve bays on either side, the first half of the numbers in the west. */
export const demonstrationBays: readonly Bay[] = Array.from({ length: bayCount }, (_, index) => {
  const number = twoDigits(index + 1);
  const isWest = index < bayCount / 2;
  const eastM = isWest ? -streetAxis.kerbM : streetAxis.kerbM;
  const southM = (index % (bayCount / 2)) * bayPitchM;
  const at = (northM: number): LngLat => fromLocal(streetAxis.south, { eastM, northM });
  return {
    bayId: bayId(`demo-bay-${number}`),
    zoneId: demonstrationZone.zoneId,
    organisationId: demonstrationOrganisation.organisationId,
    label: `Corso Marche, ${isWest ? "west" : "east"} ${(index % (bayCount / 2)) + 1}`,
    kerb: [at(southM), at(southM + bayLengthM)],
    deviceId: assetId(`demo-sensor-${number}`),
  };
});

/** The hall's south-west corner. */
const hallOrigin: LngLat = { lngDeg: 7.61492, latDeg: 45.08018 };

export const demonstrationSite: Site = {
  siteId: siteId("demo-site"),
  version: 1,
  name: "Aerospace hall and Corso Marche (demonstration)",
  ring: [
    { lngDeg: 7.6142, latDeg: 45.0798 },
    { lngDeg: 7.6159, latDeg: 45.0798 },
    { lngDeg: 7.6159, latDeg: 45.0809 },
    { lngDeg: 7.6142, latDeg: 45.0809 },
  ],
  heightBandM: { lowM: 0, highM: 9 },
  indoor: {
    origin: hallOrigin,
    sizeM: { eastM: 60, northM: 30, upM: 10 },
    obstacles: [],
    landingSpots: [
      { eastM: 10, northM: 15 },
      { eastM: 50, northM: 15 },
    ],
  },
};

/** Open around the clock, so that whoever starts the demonstration may fly at once. */
export const demonstrationTrial = (sinceMs: Parameters<typeof activated>[0]): Trial => ({
  trialId: trialId("demo-trial"),
  version: 1,
  organisationId: demonstrationOrganisation.organisationId,
  title: "Remote flight in the hall, sensed parking outside",
  site: { siteId: demonstrationSite.siteId, version: demonstrationSite.version },
  window: {
    timeZone: "Europe/Rome",
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    fromMinute: 0,
    toMinute: 1_440,
    firstDay: "2026-01-01",
    lastDay: "2099-12-31",
  },
  assetIds: [
    demonstrationDrone.assetId,
    ...demonstrationBays.flatMap(({ deviceId }) => deviceId ?? []),
  ],
  grants: [
    {
      personId: personId("demo-pilot"),
      action: "drone.fly",
      assetId: demonstrationDrone.assetId,
    },
  ],
  progress: activated(sinceMs),
  isDemonstration: true,
});

const activated = (sinceMs: Extract<Trial["progress"], { state: "activated" }>["sinceMs"]) =>
  ({ state: "activated", sinceMs }) as const;
