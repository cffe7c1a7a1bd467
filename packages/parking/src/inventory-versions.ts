import type { EpochMs } from "@pista/kernel";
import { epochMs } from "@pista/kernel";
import type { ZoneId } from "./identity.ts";
import type { Inventory } from "./inventory.ts";

/** In the order in which they may come to be: what is referred to comes first. */
export const itemKinds = ["policy", "area", "zone", "bay", "curb-object", "off-street"] as const;
export type ItemKind = (typeof itemKinds)[number];

/** One item of an inventory as its document writes it. */
export type InventoryItem = {
  readonly kind: ItemKind;
  readonly id: string;
  /** The zone that it belongs to, where it belongs to one; a zone belongs to itself. */
  readonly zoneId: ZoneId | undefined;
  /** The item in the document's form, without its id. */
  readonly body: Readonly<Record<string, unknown>>;
};

/** [IV5] What an item was from one moment to another; `validToMs` undefined is until now. */
export type ItemVersion = InventoryItem & {
  /** From 1. */
  readonly version: number;
  readonly validFromMs: EpochMs;
  readonly validToMs: EpochMs | undefined;
};

export type InventoryChanges = {
  readonly added: readonly ItemVersion[];
  readonly changed: readonly { readonly before: ItemVersion; readonly after: ItemVersion }[];
  readonly ended: readonly ItemVersion[];
  readonly unchanged: number;
};

/**
 * [IV5] What must be written so that what holds becomes what is wanted. `latest` is the newest
 * version of each item in question, in force or ended. History is only added to: a change ends the
 * version in force and begins the next at the same moment, and an item that comes back goes on
 * counting.
 */
export function nextVersions(
  latest: readonly ItemVersion[],
  wanted: readonly InventoryItem[],
  nowMs: EpochMs,
): InventoryChanges {
  const latestOf = new Map(latest.map((one) => [keyOf(one), one]));
  const wantedKeys = new Set(wanted.map(keyOf));
  const added: ItemVersion[] = [];
  const changed: InventoryChanges["changed"][number][] = [];
  let unchanged = 0;
  for (const item of wanted) {
    const known = latestOf.get(keyOf(item));
    const version = (known?.version ?? 0) + 1;
    const validFromMs = known ? afterVersion(known, nowMs) : nowMs;
    const next = { ...item, version, validFromMs, validToMs: undefined };
    if (!known || known.validToMs !== undefined) added.push(next);
    else if (isSame(known.body, item.body)) unchanged += 1;
    else changed.push({ before: { ...known, validToMs: validFromMs }, after: next });
  }
  const ended = latest
    .filter((one) => one.validToMs === undefined && !wantedKeys.has(keyOf(one)))
    .map((one) => ({ ...one, validToMs: afterVersion(one, nowMs) }));
  return { added, changed, ended, unchanged };
}

export const keyOf = ({ kind, id }: Pick<InventoryItem, "kind" | "id">): string => `${kind} ${id}`;

/** Versions follow one another also where a clock was set back in between. */
const afterVersion = ({ validFromMs, validToMs }: ItemVersion, nowMs: EpochMs): EpochMs =>
  epochMs(Math.max(nowMs, validToMs ?? validFromMs + 1));

/** [IV6] The items of an inventory as its document writes them: reading them again gives the same. */
export function itemsOf(inventory: Inventory): readonly InventoryItem[] {
  return [
    ...inventory.policies.map(({ policyId, ...body }) => item("policy", policyId, body)),
    ...inventory.areas.map(({ areaId, ...body }) => item("area", areaId, body)),
    ...inventory.zones.map(({ zoneId, ...body }) => item("zone", zoneId, body, zoneId)),
    ...inventory.bays.map(({ bayId, ...body }) => item("bay", bayId, body, body.zoneId)),
    ...inventory.curbObjects.map(({ curbObjectId, ...body }) =>
      item("curb-object", curbObjectId, body, body.zoneId),
    ),
    ...inventory.offStreet.map(({ facilityId, ...body }) => item("off-street", facilityId, body)),
  ];
}

/** [IV6] The document that these items make: the inverse of reading and `itemsOf`. */
export function documentOf(
  { replaces, endedZoneIds }: Pick<Inventory, "replaces" | "endedZoneIds">,
  items: readonly InventoryItem[],
) {
  const of = (kind: ItemKind): object[] =>
    items.filter((one) => one.kind === kind).map(({ id, body }) => ({ id, ...body }));
  return {
    replaces,
    endedZoneIds: [...endedZoneIds],
    policies: of("policy"),
    areas: of("area"),
    zones: of("zone"),
    bays: of("bay"),
    curbObjects: of("curb-object"),
    offStreet: of("off-street"),
  };
}

const item = (kind: ItemKind, id: string, body: object, zoneId?: ZoneId): InventoryItem => ({
  kind,
  id,
  zoneId,
  body: Object.fromEntries(Object.entries(body).map(([name, value]) => [name, written(value)])),
});

/** Positions become [longitude, latitude]; the rest is written as it is. */
function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  const { lngDeg, latDeg } = value as { lngDeg?: unknown; latDeg?: unknown }; // Perhaps a LngLat.
  if (lngDeg !== undefined && latDeg !== undefined) return [lngDeg, latDeg];
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one)]));
}

/** Whether two JSON values say the same, in whatever order their members stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [entries, others] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    entries.length === others.size &&
    entries.every(([name, value]) => others.has(name) && isSame(value, others.get(name)))
  );
}
