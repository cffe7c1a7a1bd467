import { fail, ok, parseRfc3339, type Result, type Weekday, type WindowRule } from "@pista/kernel";
import { checkInventory } from "./check-inventory.ts";
import {
  areaId,
  bayId,
  carParkId,
  curbObjectId,
  facilityId,
  policyId,
  zoneId,
} from "./identity.ts";
import {
  type Area,
  type BayKind,
  bayKinds,
  type CurbObject,
  type DrawnBay,
  entranceUses,
  type Inventory,
  type OffStreetFacility,
  parkingAngles,
  streetSides,
  type Zone,
} from "./inventory.ts";
import {
  FaultList,
  type InventoryFault,
  id,
  listOf,
  object,
  oneOf,
  optional,
  position,
  type Reader,
  text,
  truth,
  whole,
  word,
} from "./inventory-reader.ts";
import { activities, type Policy, type PolicyRule, type TimeSpan } from "./policy.ts";

/** What a document may hold. A city of a million bays sends many documents (`replaces`). */
export const inventoryMax = {
  policies: 2_000,
  areas: 2_000,
  zones: 20_000,
  bays: 1_000_000,
  curbObjects: 200_000,
  offStreet: 2_000,
} as const;

const ringPointsMax = 200;
const name = text(120);
const lengthCm = whole(1, 1_000_000);

/** The same value in the form that the domain wants. */
const mapped =
  <From, To>(reader: Reader<From>, map: (value: From) => To): Reader<To> =>
  (value, at, list) => {
    const read = reader(value, at, list);
    return read === undefined ? undefined : map(read);
  };

const day: Reader<string> = (value, at, list) =>
  typeof value === "string" && parseRfc3339(`${value}T00:00:00Z`) !== undefined
    ? value
    : list.add(at, "it is no day", 'Write a day of the calendar: "2026-11-22".');

const weekday: Reader<Weekday> = mapped(
  oneOf(["1", "2", "3", "4", "5", "6", "7"]),
  // The seven texts are the seven numbers.
  (digit) => Number(digit) as Weekday,
);

const weekdays = listOf<Weekday>((value, at, list) => weekday(String(value), at, list), {
  min: 1,
  max: 7,
});

const everyDay: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

const windowRule: Reader<WindowRule> = (value, at, list) => {
  const read = object({
    timeZone: optional(oneOf(["Europe/Rome"])),
    weekdays: optional(weekdays),
    fromMinute: optional(whole(0, 1_439)),
    toMinute: optional(whole(1, 1_440)),
    firstDay: optional(day),
    lastDay: optional(day),
  })(value, at, list);
  if (!read) return undefined;
  const rule = {
    timeZone: "Europe/Rome" as const,
    ...{ weekdays: everyDay, fromMinute: 0, toMinute: 1_440 },
    ...{ firstDay: "2000-01-01", lastDay: "2099-12-31" },
    ...read,
  };
  if (rule.fromMinute >= rule.toMinute) {
    return list.add(at, "it ends before it begins", "Write a night as two windows, with midnight.");
  }
  if (rule.firstDay > rule.lastDay) {
    return list.add(at, "its last day is before its first", "Correct firstDay or lastDay.");
  }
  return rule;
};

const timeSpan: Reader<TimeSpan> = object({
  window: windowRule,
  months: optional(listOf(whole(1, 12), { min: 1, max: 12 })),
  daysOfMonth: optional(listOf(whole(1, 31), { min: 1, max: 31 })),
});

const rule: Reader<PolicyRule> = object({
  activity: oneOf(activities),
  userClasses: listOf(word, { max: 10 }),
  maxStayMinutes: optional(whole(1, 525_600)),
  noReturnMinutes: optional(whole(1, 525_600)),
  rateIds: optional(listOf(id(String), { max: 20 })),
});

const policyIds = listOf(id(policyId), { max: 20 });

const policy: Reader<Policy> = mapped(
  object({
    id: id(policyId),
    name,
    description: optional(text(1_000)),
    priority: whole(0, 1_000_000),
    rules: listOf(rule, { min: 1, max: 20 }),
    timeSpans: optional(listOf(timeSpan, { min: 1, max: 50 })),
  }),
  ({ id: own, ...rest }) => ({ policyId: own, ...rest }),
);

const ring = listOf(position, { min: 4, max: ringPointsMax });

const area: Reader<Area> = mapped(
  object({ id: id(areaId), name, ring }),
  ({ id: own, ...rest }) => ({ areaId: own, ...rest }),
);

const zone: Reader<Zone> = mapped(
  object({
    id: id(zoneId),
    name,
    ring: optional(ring),
    line: optional(listOf(position, { min: 2, max: ringPointsMax })),
    policyIds,
    areaIds: listOf(id(areaId), { max: 20 }),
    prevZoneIds: optional(listOf(id(zoneId), { max: 50 })),
    userZoneId: optional(text(40)),
    streetName: optional(name),
    crossStreetStartName: optional(name),
    crossStreetEndName: optional(name),
    streetSide: optional(oneOf(streetSides)),
    median: optional(truth),
    entireRoadway: optional(truth),
    parkingAngle: optional(oneOf(parkingAngles)),
    numSpaces: optional(whole(0, 100_000)),
    lengthCm: optional(lengthCm),
    widthCm: optional(lengthCm),
  }),
  ({ id: own, ...rest }) => ({ zoneId: own, ...rest }),
);

const kerb: Reader<DrawnBay["kerb"]> = (value, at, list) => {
  const [from, to] = listOf(position, { min: 2, max: 2 })(value, at, list) ?? [];
  return from && to ? [from, to] : undefined;
};

const bay: Reader<DrawnBay> = mapped(
  object({
    id: id(bayId),
    zoneId: id(zoneId),
    label: name,
    kerb,
    kind: optional(oneOf(bayKinds)),
    policyIds,
    spaceNumber: optional(whole(1, 100_000)),
    lengthCm: optional(lengthCm),
    widthCm: optional(lengthCm),
  }),
  ({ id: own, ...rest }) => ({ bayId: own, kind: "general" as const, ...rest }),
);

const curbObject: Reader<CurbObject> = mapped(
  object({
    id: id(curbObjectId),
    zoneId: id(zoneId),
    bayId: optional(id(bayId)),
    policyId: optional(id(policyId)),
    objectType: word,
    name,
    position,
    description: optional(text(1_000)),
    owner: optional(name),
    operator: optional(name),
    externalId: optional(name),
    externalUrl: optional(text(500)),
  }),
  ({ id: own, ...rest }) => ({ curbObjectId: own, ...rest }),
);

const places = optional(whole(0, 100_000));
const capacity = object({
  general: places,
  disabled: places,
  loading: places,
  electric: places,
  resident: places,
  motorcycle: places,
  taxi: places,
  "car-sharing": places,
} satisfies Record<BayKind, typeof places>);

const facility: Reader<OffStreetFacility> = mapped(
  object({
    id: id(facilityId),
    name,
    address: text(200),
    entrances: listOf(object({ position, use: oneOf(entranceUses) }), { min: 1, max: 20 }),
    capacity,
    openingHours: optional(listOf(windowRule, { min: 1, max: 50 })),
    maxHeightCm: optional(whole(1, 10_000)),
    operator: optional(name),
    carParkId: optional(id(carParkId)),
  }),
  ({ id: own, ...rest }) => ({ facilityId: own, ...rest }),
);

const inventory: Reader<Inventory> = object({
  replaces: oneOf(["everything", "listed-zones"]),
  endedZoneIds: listOf(id(zoneId), { max: inventoryMax.zones }),
  policies: listOf(policy, { max: inventoryMax.policies }),
  areas: listOf(area, { max: inventoryMax.areas }),
  zones: listOf(zone, { max: inventoryMax.zones }),
  bays: listOf(bay, { max: inventoryMax.bays }),
  curbObjects: listOf(curbObject, { max: inventoryMax.curbObjects }),
  offStreet: listOf(facility, { max: inventoryMax.offStreet }),
});

/**
 * [IV1] Reads an inventory from its JSON form, which docs/import-the-inventory.md shows: all of it,
 * or the faults with their places. [IV2] What its parts say of one another is checked once each of
 * them can be read.
 */
export function parseInventory(document: unknown): Result<Inventory, readonly InventoryFault[]> {
  const list = new FaultList();
  const read = inventory(document, "", list);
  if (read) checkInventory(read, list);
  return read && list.faults.length === 0 ? ok(read) : fail(list.faults);
}
