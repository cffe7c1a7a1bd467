import { assetId, type EpochMs, epochMs, type OrganisationId, organisationId } from "@pista/kernel";
import { type Bay, bayId, type CarPark, carParkId, zoneId } from "@pista/parking";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** Every bay, or these. */
export async function readBays(
  db: Kysely<Tables>,
  ids?: readonly string[],
): Promise<readonly Bay[]> {
  const bays = db.selectFrom("bay").selectAll().orderBy("id");
  const rows = await (ids ? bays.where("id", "in", listed(ids)) : bays).execute();
  return rows.map((row) => ({
    bayId: bayId(row.id),
    zoneId: zoneId(row.zone_id),
    organisationId: organisationId(row.organisation_id),
    label: row.label,
    kerb: [
      { lngDeg: row.from_lng, latDeg: row.from_lat },
      { lngDeg: row.to_lng, latDeg: row.to_lat },
    ],
    deviceId: row.device_id === null ? undefined : assetId(row.device_id),
    watchedSinceMs: row.watched_since ? epochMs(row.watched_since.getTime()) : undefined,
  }));
}

/** Any number of texts as one parameter. */
export const listed = (texts: readonly string[]) =>
  sql<string>`(select json_array_elements_text(${JSON.stringify(texts)}::json))`;

export async function insertBays(db: Kysely<Tables>, bays: readonly Bay[]): Promise<void> {
  const rows = bays.map((bay) => ({
    id: bay.bayId,
    organisation_id: bay.organisationId,
    zone_id: bay.zoneId,
    label: bay.label,
    from_lng: bay.kerb[0].lngDeg,
    from_lat: bay.kerb[0].latDeg,
    to_lng: bay.kerb[1].lngDeg,
    to_lat: bay.kerb[1].latDeg,
    device_id: bay.deviceId ?? null,
  }));
  await db.insertInto("bay").values(rows).execute();
}

/** Binds a sensor to a bay; false when the bay has one already or does not exist. */
export async function bindDevice(
  db: Kysely<Tables>,
  binding: { bayId: string; deviceId: string; atMs: EpochMs },
): Promise<boolean> {
  const result = await db
    .updateTable("bay")
    .set({ device_id: binding.deviceId, watched_since: new Date(binding.atMs) })
    .where("id", "=", binding.bayId)
    .where("device_id", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Takes a sensor from its bay, if it has one. */
export async function releaseDevice(db: Kysely<Tables>, deviceId: string): Promise<void> {
  await db
    .updateTable("bay")
    .set({ device_id: null, watched_since: null })
    .where("device_id", "=", deviceId)
    .execute();
}

/** Binds sensors to bays that have none. */
export async function bindDevices(
  db: Kysely<Tables>,
  bindings: readonly { bayId: string; deviceId: string }[],
): Promise<void> {
  const rows = JSON.stringify(bindings.map(({ bayId: b, deviceId: d }) => ({ b, d })));
  await sql`
    update bay set device_id = d from json_to_recordset(${rows}::json) as row (b text, d text)
    where id = b and device_id is null`.execute(db);
}

export async function readCarParks(db: Kysely<Tables>): Promise<readonly CarPark[]> {
  const rows = await db.selectFrom("car_park").selectAll().orderBy("id").execute();
  return rows.map((row) => ({
    carParkId: carParkId(row.id),
    name: row.name,
    position: { lngDeg: row.lng, latDeg: row.lat },
    spaces: row.spaces,
    freeSpaces: row.free_spaces ?? undefined,
    tendency: tendencyOf(row.tendency),
    observedAtMs: epochMs(row.observed_at.getTime()),
    publishedAtMs: row.published_at ? epochMs(row.published_at.getTime()) : undefined,
    receivedAtMs: row.received_at ? epochMs(row.received_at.getTime()) : undefined,
    source: row.source,
  }));
}

const tendencyOf = (text: string): CarPark["tendency"] =>
  text === "filling" || text === "steady" || text === "emptying" ? text : "unknown";

const dateOf = (atMs: EpochMs | undefined): Date | null =>
  atMs === undefined ? null : new Date(atMs);

/** Takes in a reading of car parks; one that is older than what is known changes nothing. */
export async function upsertCarParks(
  db: Kysely<Tables>,
  carParks: readonly CarPark[],
  owner: OrganisationId,
): Promise<void> {
  const rows = carParks.map((carPark) => ({
    id: carPark.carParkId,
    organisation_id: owner,
    name: carPark.name,
    lng: carPark.position.lngDeg,
    lat: carPark.position.latDeg,
    spaces: carPark.spaces,
    free_spaces: carPark.freeSpaces ?? null,
    tendency: carPark.tendency,
    observed_at: new Date(carPark.observedAtMs),
    published_at: dateOf(carPark.publishedAtMs),
    received_at: dateOf(carPark.receivedAtMs),
    source: carPark.source,
  }));
  await db
    .insertInto("car_park")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet((excluded) => ({
          name: excluded.ref("excluded.name"),
          lng: excluded.ref("excluded.lng"),
          lat: excluded.ref("excluded.lat"),
          spaces: excluded.ref("excluded.spaces"),
          free_spaces: excluded.ref("excluded.free_spaces"),
          tendency: excluded.ref("excluded.tendency"),
          observed_at: excluded.ref("excluded.observed_at"),
          published_at: excluded.ref("excluded.published_at"),
          received_at: excluded.ref("excluded.received_at"),
          source: excluded.ref("excluded.source"),
        }))
        .whereRef("excluded.observed_at", ">=", "car_park.observed_at"),
    )
    .execute();
}
