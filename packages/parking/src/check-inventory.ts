import type { LngLat } from "@pista/kernel";
import type { DrawnBay, Inventory, Zone } from "./inventory.ts";
import type { FaultList } from "./inventory-reader.ts";
import { crossesItself, distanceOutsideM } from "./line-geometry.ts";
import type { Policy } from "./policy.ts";
import { mayOverlap } from "./policy-in-force.ts";

/** Kerbs and zones are drawn from different surveys; beyond this one of them is wrong. */
export const bayOutsideZoneMMax = 10;

/** [IV2] [IV3] What no single item shows: ids taken twice, references to nothing, odd shapes. */
export function checkInventory(inventory: Inventory, list: FaultList): void {
  const { areas, bays, curbObjects, offStreet, policies, zones } = inventory;
  const policyOf = indexed(policies, "policies", (one) => one.policyId, list);
  const areaOf = indexed(areas, "areas", (one) => one.areaId, list);
  const zoneOf = indexed(zones, "zones", (one) => one.zoneId, list);
  const bayOf = indexed(bays, "bays", (one) => one.bayId, list);
  indexed(curbObjects, "curbObjects", (one) => one.curbObjectId, list);
  indexed(offStreet, "offStreet", (one) => one.facilityId, list);

  inventory.endedZoneIds.forEach((zoneId, index) => {
    if (inventory.replaces === "listed-zones" && !zoneOf.has(zoneId)) return;
    const what = `${zoneId} cannot be ended here`;
    list.add(
      `endedZoneIds[${index}]`,
      what,
      "Name zones that are not listed, and replace listed ones.",
    );
  });
  policies.forEach((policy, index) => {
    checkRules(policy, `policies[${index}]`, list);
  });
  areas.forEach(({ ring }, index) => {
    checkRing(ring, `areas[${index}].ring`, list);
  });
  zones.forEach((zone, index) => {
    const at = `zones[${index}]`;
    checkShape(zone, at, list);
    refer(zone.areaIds, areaOf, `${at}.areaIds`, "area", list);
    refer(zone.policyIds, policyOf, `${at}.policyIds`, "policy", list);
    checkPriorities(zone.policyIds, [], policyOf, `${at}.policyIds`, list);
  });
  const numbersOf = new Map<Zone, Set<number>>();
  bays.forEach((bay, index) => {
    const at = `bays[${index}]`;
    refer(bay.policyIds, policyOf, `${at}.policyIds`, "policy", list);
    const zone = refer([bay.zoneId], zoneOf, `${at}.zoneId`, "zone", list);
    if (!zone) return;
    checkPriorities(bay.policyIds, zone.policyIds, policyOf, `${at}.policyIds`, list);
    checkBay(bay, zone, at, list);
    checkNumber(bay, zone, numbersOf, at, list);
  });
  curbObjects.forEach((one, index) => {
    const at = `curbObjects[${index}]`;
    refer([one.zoneId], zoneOf, `${at}.zoneId`, "zone", list);
    if (one.policyId) refer([one.policyId], policyOf, `${at}.policyId`, "policy", list);
    const bay = one.bayId && refer([one.bayId], bayOf, `${at}.bayId`, "bay", list);
    if (bay && bay.zoneId !== one.zoneId) {
      list.add(`${at}.bayId`, `${bay.bayId} is in another zone`, "Name the zone of that bay.");
    }
  });
}

function indexed<Item>(
  items: readonly Item[],
  at: string,
  idOf: (item: Item) => string,
  list: FaultList,
): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>();
  items.forEach((item, index) => {
    const id = idOf(item);
    if (found.has(id))
      list.add(`${at}[${index}].id`, `${id} is there twice`, "Give it another id.");
    found.set(id, item);
  });
  return found;
}

/** The first of what the ids name; a fault for each that names nothing. */
function refer<Item>(
  ids: readonly string[],
  known: ReadonlyMap<string, Item>,
  at: string,
  what: string,
  list: FaultList,
): Item | undefined {
  for (const id of ids) {
    if (known.has(id)) continue;
    list.add(at, `the document has no ${what} ${id}`, `Add the ${what}, or correct the id.`);
  }
  return known.get(ids[0] ?? "");
}

function checkShape(zone: Zone, at: string, list: FaultList): void {
  if ((zone.ring === undefined) === (zone.line === undefined)) {
    list.add(at, "it has no shape, or two", "Draw either a ring or a line.");
  }
  if (zone.ring) checkRing(zone.ring, `${at}.ring`, list);
  if (zone.entireRoadway && zone.streetSide) {
    list.add(`${at}.streetSide`, "the whole roadway has no side", "Take one of the two out.");
  }
}

function checkRing(ring: readonly LngLat[], at: string, list: FaultList): void {
  const [first, last] = [ring[0], ring.at(-1)];
  if (first?.lngDeg !== last?.lngDeg || first?.latDeg !== last?.latDeg) {
    list.add(at, "it is open", "Let it end at its first position.");
  } else if (crossesItself(ring)) {
    list.add(at, "it crosses or touches itself", "Draw it around the place once, point by point.");
  }
}

/** [IV3] A bay far from its zone was drawn, or filed, in the wrong place. */
function checkBay(bay: DrawnBay, zone: Zone, at: string, list: FaultList): void {
  const farthestM = Math.max(...bay.kerb.map((end) => distanceOutsideM(end, zone)));
  if (farthestM <= bayOutsideZoneMMax || !Number.isFinite(farthestM)) return;
  const what = `it lies ${Math.round(farthestM)} m outside its zone ${zone.zoneId}`;
  list.add(`${at}.kerb`, what, `Correct its kerb, its zone, or the zone's shape.`);
}

/** CDS 1.1, "Curb Space": no two bays of a zone share a number. */
function checkNumber(
  { spaceNumber }: DrawnBay,
  zone: Zone,
  numbersOf: Map<Zone, Set<number>>,
  at: string,
  list: FaultList,
): void {
  if (spaceNumber === undefined) return;
  const taken = numbersOf.get(zone) ?? new Set();
  numbersOf.set(zone, taken);
  if (taken.has(spaceNumber)) {
    const what = `number ${spaceNumber} is taken in zone ${zone.zoneId}`;
    list.add(`${at}.spaceNumber`, what, "Number the bays of a zone one by one.");
  }
  taken.add(spaceNumber);
}

const classesOf = ({ userClasses }: { userClasses: readonly string[] }): string =>
  [...new Set(userClasses)].sort().join(" ");

/** CDS 1.1, "Policy": rules of one policy concern different users. */
function checkRules({ rules }: Policy, at: string, list: FaultList): void {
  const seen = new Set<string>();
  rules.forEach((rule, index) => {
    if (seen.has(classesOf(rule))) {
      const what = "another rule of this policy concerns the same users";
      list.add(`${at}.rules[${index}].userClasses`, what, "Make a policy of its own of it.");
    }
    seen.add(classesOf(rule));
  });
}

/** [IV4] Of two policies for the same users at the same time, the priorities must tell which holds. */
function checkPriorities(
  ids: readonly string[],
  /** Checked among themselves elsewhere. */
  besides: readonly string[],
  policyOf: ReadonlyMap<string, Policy>,
  at: string,
  list: FaultList,
): void {
  const policiesOf = (some: readonly string[]): readonly Policy[] =>
    [...new Set(some)].flatMap((id) => policyOf.get(id) ?? []);
  const others = policiesOf(besides.filter((id) => !ids.includes(id)));
  policiesOf(ids).forEach((one, index, own) => {
    for (const other of [...own.slice(index + 1), ...others]) {
      if (one.priority !== other.priority || !mayOverlap(one, other)) continue;
      const users = new Set(one.rules.map(classesOf));
      if (!other.rules.some((rule) => users.has(classesOf(rule)))) continue;
      const what = `${one.policyId} and ${other.policyId} have one priority and meet`;
      list.add(at, what, "Give the one that prevails a lower priority number.");
    }
  });
}
