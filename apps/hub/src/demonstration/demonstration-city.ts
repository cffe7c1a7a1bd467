import {
  type AssetId,
  assetId,
  type EpochMs,
  type LngLat,
  organisationId,
  personId,
  siteId,
  trialId,
  type WindowRule,
} from "@pista/kernel";
import { type Bay, bayId, type ZoneId, zoneId } from "@pista/parking";
import { demonstrationHall, type Role, type Site, type Trial } from "@pista/programme";
import { kerbPlaces } from "./kerbs.ts";
import {
  corsoMarcheStreets,
  type SensorDoor,
  type StreetAxis,
  type StreetLife,
  sanSalvarioStreets,
} from "./streets.ts";

/** Who owns everything that is invented here, so that nothing of it passes for real. */
export const demonstrationOrganisation = {
  organisationId: organisationId("demo-company"),
  name: "Demonstration company",
} as const;

/** Two neighbourhoods, each with its kerbs, its life by day and night, and a trial of its own. */
const corsoMarche = {
  zoneId: zoneId("demo-corso-marche"),
  name: "Corso Marche (demonstration)",
  life: "offices",
  streets: corsoMarcheStreets,
} as const;

const sanSalvario = {
  zoneId: zoneId("demo-san-salvario"),
  name: "San Salvario (demonstration)",
  life: "night-life",
  streets: sanSalvarioStreets,
} as const;

type DemonstrationZone = {
  readonly zoneId: ZoneId;
  readonly name: string;
  readonly life: StreetLife;
  readonly streets: readonly StreetAxis[];
};

export const demonstrationZones: readonly DemonstrationZone[] = [corsoMarche, sanSalvario];

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

const fourDigits = (number: number): string => String(number).padStart(4, "0");

const places = demonstrationZones.flatMap((zone) =>
  kerbPlaces(zone.streets).map((place) => ({ ...place, zoneId: zone.zoneId })),
);

/** Some 1,200 bays, each with a sensor, numbered through both neighbourhoods. */
export const demonstrationBays: readonly Bay[] = places.map(
  ({ zoneId: id, label, kerb }, index) => ({
    bayId: bayId(`demo-bay-${fourDigits(index + 1)}`),
    zoneId: id,
    organisationId: demonstrationOrganisation.organisationId,
    label,
    kerb,
    deviceId: assetId(`demo-sensor-${fourDigits(index + 1)}`),
  }),
);

/** How a bay's sensor reaches the hub; a network server knows it by its EUI. */
export type SensorLink = { readonly door: SensorDoor; readonly devEui: string | undefined };

/** An EUI that is no maker's: its first byte says "locally administered", the next spell PISTA. */
const euiOf = (number: number): string => `025049535441${number.toString(16).padStart(4, "0")}`;

export const demonstrationLinks: ReadonlyMap<string, SensorLink> = new Map(
  places.map(({ street: { door } }, index) => {
    const isHeard = door === "tts" || door === "chirpstack";
    const devEui = isHeard ? euiOf(index + 1) : undefined;
    return [`demo-bay-${fourDigits(index + 1)}`, { door, devEui }];
  }),
);

const sensorsOf = (zone: DemonstrationZone): readonly AssetId[] =>
  demonstrationBays
    .filter((bay) => bay.zoneId === zone.zoneId)
    .flatMap(({ deviceId }) => deviceId ?? []);

/** The hall's south-west corner. */
const hallOrigin: LngLat = { lngDeg: 7.61492, latDeg: 45.08018 };

export const demonstrationSite: Site = {
  siteId: siteId("demo-site"),
  version: 1,
  name: "Aerospace hall and Corso Marche (demonstration)",
  ring: [
    { lngDeg: 7.6129, latDeg: 45.0778 },
    { lngDeg: 7.6195, latDeg: 45.0778 },
    { lngDeg: 7.6195, latDeg: 45.0824 },
    { lngDeg: 7.6129, latDeg: 45.0824 },
  ],
  heightBandM: { lowM: 0, highM: 9 },
  indoor: { origin: hallOrigin, ...demonstrationHall },
};

export const sanSalvarioSite: Site = {
  siteId: siteId("demo-site-san-salvario"),
  version: 1,
  name: "San Salvario (demonstration)",
  ring: [
    { lngDeg: 7.6793, latDeg: 45.0614 },
    { lngDeg: 7.6769, latDeg: 45.0563 },
    { lngDeg: 7.6837, latDeg: 45.0547 },
    { lngDeg: 7.6861, latDeg: 45.0598 },
  ],
  heightBandM: { lowM: 0, highM: 9 },
  indoor: undefined,
};

/** Open around the clock, so that whoever starts the demonstration may fly at once. */
const alwaysOpen: WindowRule = {
  timeZone: "Europe/Rome",
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  fromMinute: 0,
  toMinute: 1_440,
  firstDay: "2026-01-01",
  lastDay: "2099-12-31",
};

export const demonstrationTrial = (sinceMs: EpochMs): Trial => ({
  trialId: trialId("demo-trial"),
  version: 1,
  organisationId: demonstrationOrganisation.organisationId,
  title: "Remote flight in the hall, sensed parking outside",
  site: { siteId: demonstrationSite.siteId, version: demonstrationSite.version },
  window: alwaysOpen,
  assetIds: [demonstrationDrone.assetId, ...sensorsOf(corsoMarche)],
  grants: [
    {
      personId: personId("demo-pilot"),
      action: "drone.fly",
      assetId: demonstrationDrone.assetId,
    },
  ],
  progress: { state: "activated", sinceMs },
  isDemonstration: true,
});

export const sanSalvarioTrial = (sinceMs: EpochMs): Trial => ({
  trialId: trialId("demo-trial-san-salvario"),
  version: 1,
  organisationId: demonstrationOrganisation.organisationId,
  title: "Sensed parking by day and by night",
  site: { siteId: sanSalvarioSite.siteId, version: sanSalvarioSite.version },
  window: alwaysOpen,
  assetIds: sensorsOf(sanSalvario),
  grants: [],
  progress: { state: "activated", sinceMs },
  isDemonstration: true,
});
