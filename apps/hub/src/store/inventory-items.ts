import { epochMs, type OrganisationId, organisationId } from "@pista/kernel";
import {
  type InventoryChanges,
  type InventoryItem,
  type ItemKind,
  type ItemVersion,
  zoneId,
} from "@pista/parking";
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from "kysely";
import { listed } from "./inventory.ts";
import type { Tables } from "./tables.ts";

/** A version with its tenant. */
export type StoredItem = ItemVersion & { readonly organisationId: OrganisationId };

/**
 * Rows of one statement. The embedded store does one thing at a time, and a statement of this many
 * keeps a report waiting for some 30 ms.
 */
export const itemsPerStatement = 500;

type Query = SelectQueryBuilder<Tables, "inventory_item", Selectable<Tables["inventory_item"]>>;

const versionsOf = (db: Kysely<Tables>, kind: ItemKind): Query =>
  db.selectFrom("inventory_item").selectAll().where("kind", "=", kind);

async function read(query: Query): Promise<readonly StoredItem[]> {
  return (await query.execute()).map((row) => ({
    kind: row.kind,
    id: row.id,
    version: row.version,
    organisationId: organisationId(row.organisation_id),
    zoneId: row.zone_id === null ? undefined : zoneId(row.zone_id),
    // Only writeVersions writes it, from items that were read from a document.
    body: row.body as InventoryItem["body"],
    validFromMs: epochMs(row.valid_from.getTime()),
    validToMs: row.valid_to ? epochMs(row.valid_to.getTime()) : undefined,
  }));
}

export type ItemPage = { readonly after: string; readonly limit: number };

/** What is in force, in the order of ids: of everybody, of one organisation or of one zone. */
export function readInForce(
  db: Kysely<Tables>,
  kind: ItemKind,
  page: ItemPage & { readonly organisationId?: OrganisationId; readonly zoneId?: string },
): Promise<readonly StoredItem[]> {
  let query = versionsOf(db, kind).where("valid_to", "is", null).where("id", ">", page.after);
  if (page.organisationId) query = query.where("organisation_id", "=", page.organisationId);
  if (page.zoneId) query = query.where("zone_id", "=", page.zoneId);
  return read(query.orderBy("id").limit(page.limit));
}

/** The newest version of each of these, in force or ended. */
export const readLatest = (
  db: Kysely<Tables>,
  kind: ItemKind,
  ids: readonly string[],
): Promise<readonly StoredItem[]> =>
  read(
    versionsOf(db, kind)
      .distinctOn("id")
      .where("id", "in", listed(ids))
      .orderBy("id")
      .orderBy("version", "desc"),
  );

/** The history of one item, newest first. */
export const readVersions = (
  db: Kysely<Tables>,
  kind: ItemKind,
  page: { readonly id: string; readonly before: number; readonly limit: number },
): Promise<readonly StoredItem[]> =>
  read(
    versionsOf(db, kind)
      .where("id", "=", page.id)
      .where("version", "<", page.before)
      .orderBy("version", "desc")
      .limit(page.limit),
  );

/** Somebody else has changed an item since it was read. */
export class ItemJustChanged extends Error {
  override readonly name = "ItemJustChanged";
}

/** What becomes of one item: it begins, ends, or goes on as its next version. */
export type VersionStep = {
  readonly before?: ItemVersion | undefined;
  readonly after?: ItemVersion | undefined;
};

/**
 * [IV5] The changes in the order in which they may be written. A bay needs its zone: zones begin first
 * and end last.
 */
export function stepsOf({ added, changed, ended }: InventoryChanges): readonly VersionStep[] {
  const begun: readonly VersionStep[] = [...added.map((after) => ({ after })), ...changed];
  const ends: readonly VersionStep[] = ended.map((before) => ({ before }));
  const isZone = ({ before, after }: VersionStep): boolean => (after ?? before)?.kind === "zone";
  const isOther = (step: VersionStep): boolean => !isZone(step);
  return [
    ...begun.filter(isZone),
    ...begun.filter(isOther),
    ...ends.filter(isOther),
    ...ends.filter(isZone),
  ];
}

/**
 * [IV5] Writes steps to the history, and keeps the tables of zones and bays, from which boards are
 * loaded, in step. Call it in a transaction. @throws ItemJustChanged, and a unique violation where
 * two begin the same version.
 */
export async function writeSteps(
  transaction: Kysely<Tables>,
  owner: OrganisationId,
  steps: readonly VersionStep[],
): Promise<void> {
  for (const some of chunksOf(steps)) {
    const begun = some.flatMap(({ after }) => after ?? []);
    await endItems(
      transaction,
      some.flatMap(({ before }) => before ?? []),
    );
    await beginItems(transaction, owner, begun);
    const of = (items: readonly ItemVersion[], kind: ItemKind) =>
      items.filter((item) => item.kind === kind);
    await putZones(transaction, owner, of(begun, "zone"));
    await putBays(transaction, owner, of(begun, "bay"));
    const gone = some.flatMap(({ before, after }) => (after ? [] : (before ?? [])));
    await remove(transaction, "bay", of(gone, "bay"));
    await remove(transaction, "zone", of(gone, "zone"));
  }
}

export function chunksOf<Item>(
  items: readonly Item[],
  length = itemsPerStatement,
): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / length);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  );
}

/** One JSON parameter for many rows, as reports.ts has it. */
const rowsOf = (items: readonly ItemVersion[]): string =>
  JSON.stringify(
    items.map(({ kind, id, version, zoneId: zone, body, validFromMs, validToMs }) => ({
      ...{ k: kind, i: id, v: version, z: zone, b: body, f: validFromMs, t: validToMs },
    })),
  );

const columns = sql`(k text, i text, v integer, z text, b jsonb, f double precision,
  t double precision)`;

async function endItems(db: Kysely<Tables>, items: readonly ItemVersion[]): Promise<void> {
  if (items.length === 0) return;
  const { numAffectedRows } = await sql`
    update inventory_item set valid_to = to_timestamp(t / 1000.0)
    from json_to_recordset(${rowsOf(items)}::json) as row ${columns}
    where kind = k and id = i and version = v and valid_to is null`.execute(db);
  if (numAffectedRows !== BigInt(items.length)) throw new ItemJustChanged();
}

async function beginItems(
  db: Kysely<Tables>,
  owner: OrganisationId,
  items: readonly ItemVersion[],
): Promise<void> {
  if (items.length === 0) return;
  await sql`
    insert into inventory_item (kind, id, version, organisation_id, zone_id, body, valid_from)
    select k, i, v, ${owner}::text, z, b, to_timestamp(f / 1000.0)
    from json_to_recordset(${rowsOf(items)}::json) as row ${columns}`.execute(db);
}

async function putZones(
  db: Kysely<Tables>,
  owner: OrganisationId,
  zones: readonly ItemVersion[],
): Promise<void> {
  if (zones.length === 0) return;
  await sql`
    insert into zone (id, organisation_id, name) select i, ${owner}::text, b ->> 'name'
    from json_to_recordset(${rowsOf(zones)}::json) as row ${columns}
    on conflict (id) do update set name = excluded.name`.execute(db);
}

/** A bay that is there keeps its sensor. */
async function putBays(
  db: Kysely<Tables>,
  owner: OrganisationId,
  bays: readonly ItemVersion[],
): Promise<void> {
  if (bays.length === 0) return;
  const coordinate = (path: string) => sql`(b #>> ${sql.lit(path)})::double precision`;
  await sql`
    insert into bay (id, organisation_id, zone_id, label, from_lng, from_lat, to_lng, to_lat)
    select i, ${owner}::text, z, b ->> 'label', ${coordinate("{kerb,0,0}")},
      ${coordinate("{kerb,0,1}")}, ${coordinate("{kerb,1,0}")}, ${coordinate("{kerb,1,1}")}
    from json_to_recordset(${rowsOf(bays)}::json) as row ${columns}
    on conflict (id) do update set zone_id = excluded.zone_id, label = excluded.label,
      from_lng = excluded.from_lng, from_lat = excluded.from_lat, to_lng = excluded.to_lng,
      to_lat = excluded.to_lat`.execute(db);
}

async function remove(
  db: Kysely<Tables>,
  table: "bay" | "zone",
  items: readonly ItemVersion[],
): Promise<void> {
  if (items.length === 0) return;
  await sql`
    delete from ${sql.table(table)} where id in
      (select i from json_to_recordset(${rowsOf(items)}::json) as row ${columns})`.execute(db);
}
