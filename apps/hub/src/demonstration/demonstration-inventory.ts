import type { LngLat } from "@pista/kernel";
import type { Bay } from "@pista/parking";
import {
  demonstrationBays,
  demonstrationSite,
  demonstrationZones,
  sanSalvarioSite,
} from "./demonstration-city.ts";

/** Of each so many bays one is for disabled people and one for loading. */
const markedEvery = 60;
const markedAt = { disabled: 20, loading: 40 } as const;

const weekdays = [1, 2, 3, 4, 5, 6];
const policies = [
  {
    id: "demo-disabled",
    name: "For holders of a disabled permit",
    priority: 5,
    rules: [
      { activity: "parking", userClasses: ["disabled_parking_permit"] },
      { activity: "no-parking" },
    ],
  },
  {
    id: "demo-loading",
    name: "Loading by day",
    priority: 10,
    rules: [
      { activity: "loading", userClasses: ["delivery"], maxStayMinutes: 30 },
      { activity: "no-parking" },
    ],
    timeSpans: [{ window: { weekdays, fromMinute: 480, toMinute: 1_170 } }],
  },
  {
    id: "demo-day",
    name: "Parking by day, two hours",
    priority: 20,
    rules: [{ activity: "parking", maxStayMinutes: 120 }],
    timeSpans: [{ window: { weekdays, fromMinute: 480, toMinute: 1_170 } }],
  },
  { id: "demo-free", name: "Free parking", priority: 90, rules: [{ activity: "parking" }] },
];

const pair = ({ lngDeg, latDeg }: LngLat): [number, number] => [lngDeg, latDeg];

/** Each zone covers what its trial's site does. */
const ringOf = (index: number): readonly [number, number][] => {
  const { ring } = index === 0 ? demonstrationSite : sanSalvarioSite;
  return [...ring, ...ring.slice(0, 1)].map(pair);
};

const drawn = ({ bayId, zoneId, label, kerb }: Bay, index: number) => {
  const bay = { id: bayId, zoneId, label, kerb: kerb.map(pair) };
  switch (index % markedEvery) {
    case markedAt.disabled:
      return { ...bay, kind: "disabled", policyIds: ["demo-disabled"] };
    case markedAt.loading:
      return { ...bay, kind: "loading", policyIds: ["demo-loading"] };
    default:
      return bay;
  }
};

/** The invented city's inventory, in the form that anybody's is imported in. */
export const demonstrationInventory = {
  replaces: "everything",
  policies,
  zones: demonstrationZones.map(({ zoneId, name }, index) => ({
    ...{ id: zoneId, name, ring: ringOf(index) },
    ...{ policyIds: ["demo-day", "demo-free"], parkingAngle: "parallel" },
  })),
  bays: demonstrationBays.map(drawn),
  /** One where each street begins. */
  curbObjects: demonstrationZones.flatMap(({ zoneId, streets }) =>
    streets.map(({ name, from }, index) => ({
      id: `${zoneId}-meter-${index + 1}`,
      zoneId,
      objectType: "pay_station",
      name: `Pay station, ${name}`,
      position: pair(from),
    })),
  ),
};
