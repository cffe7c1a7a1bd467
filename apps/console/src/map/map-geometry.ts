import type { BayView, CarParkView, TrialView } from "@pista/contracts";
import { fromLocal } from "@pista/kernel";

export type Bounds = [west: number, south: number, east: number, north: number];
type Point = readonly [number, number];

/** As much of RFC 7946 as the map draws. */
export type MapFeature = {
  type: "Feature";
  properties: Record<string, string | number | boolean | null>;
  geometry:
    | { type: "Point"; coordinates: number[] }
    | { type: "LineString"; coordinates: number[][] }
    | { type: "Polygon"; coordinates: number[][][] };
};

/** The city of Turin; what is shown while nothing else is known. */
export const cityBounds: Bounds = [7.5778, 45.0068, 7.7733, 45.1404];

export function boundsOf(points: readonly Point[]): Bounds | undefined {
  if (points.length === 0) return undefined;
  const lngs = points.map(([lng]) => lng);
  const lats = points.map(([, lat]) => lat);
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}

/** Between two bays one sees the kerb: each is drawn a little shorter than it is. */
const gapShare = 0.07;

/** What is left in the middle of a hollow bay. */
const coreGapShare = 0.16;

/** Each bay and its core; both bear the bay's id, so that they share its state. */
export const bayFeatures = (bays: readonly BayView[]): MapFeature[] =>
  bays.flatMap((bay) => [bayPart(bay, "bay", gapShare), bayPart(bay, "core", coreGapShare)]);

const bayPart = ({ id, kerb: [from, to] }: BayView, part: string, gap: number): MapFeature => ({
  type: "Feature",
  properties: { id, part },
  geometry: {
    type: "LineString",
    coordinates: [between(from, to, gap), between(from, to, 1 - gap)],
  },
});

const between = (from: Point, to: Point, share: number): [number, number] => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
];

export const parkFeatures = (carParks: readonly CarParkView[]): MapFeature[] =>
  carParks.map(({ id, position, freeSpaces, spaces }) => ({
    type: "Feature",
    properties: { id, free: freeSpaces, spaces },
    geometry: { type: "Point", coordinates: [...position] },
  }));

/** One polygon for each site, though several trials may share it, and one for its hall. */
export const siteFeatures = (trials: readonly TrialView[]): MapFeature[] =>
  sitesOf(trials).flatMap(({ site }) => {
    const hall = hallRing(site);
    const area = polygon({ id: site.id, isHall: false }, site.ring);
    return hall.length > 0 ? [area, polygon({ id: site.id, isHall: true }, hall)] : [area];
  });

/** The walls of an indoor site's hall on the map; empty where there is none. */
export function hallRing({ indoor }: TrialView["site"]): readonly Point[] {
  if (!indoor) return [];
  const [lngDeg, latDeg] = indoor.origin;
  const { eastM, northM } = indoor.sizeM;
  return [
    { eastM: 0, northM: 0 },
    { eastM, northM: 0 },
    { eastM, northM },
    { eastM: 0, northM },
  ].map((corner) => {
    const at = fromLocal({ lngDeg, latDeg }, corner);
    return [at.lngDeg, at.latDeg];
  });
}

const polygon = (properties: MapFeature["properties"], ring: readonly Point[]): MapFeature => ({
  type: "Feature",
  properties,
  geometry: {
    type: "Polygon",
    // GeoJSON closes its rings (RFC 7946, section 3.1.6).
    coordinates: [[...ring, ...ring.slice(0, 1)].map((point) => [...point])],
  },
});

export const sitesOf = (trials: readonly TrialView[]): readonly TrialView[] => [
  ...new Map(trials.map((trial) => [trial.site.id, trial])).values(),
];

const gridStepM = 500;
const gridLines = 40;

/** A grid of 500 m: on a ground without streets it says how far things are. */
export function gridFeatures(): MapFeature[] {
  const [west, south] = cityBounds;
  const origin = { lngDeg: west, latDeg: south };
  const at = (column: number, row: number): [number, number] => {
    const offset = { eastM: column * gridStepM, northM: row * gridStepM };
    const { lngDeg, latDeg } = fromLocal(origin, offset);
    return [lngDeg, latDeg];
  };
  const line = (from: [number, number], to: [number, number]): MapFeature => ({
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates: [from, to] },
  });
  return Array.from({ length: gridLines }, (_, step) => [
    line(at(step - 4, -4), at(step - 4, gridLines - 4)),
    line(at(-4, step - 4), at(gridLines - 4, step - 4)),
  ]).flat();
}
