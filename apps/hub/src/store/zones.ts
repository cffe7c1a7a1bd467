import { type ZoneId, zoneId } from "@pista/parking";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export type Zone = { readonly zoneId: ZoneId; readonly name: string };

/** In the order of their ids. */
export async function readZones(
  db: Kysely<Tables>,
  { after, limit }: { after: string; limit: number },
): Promise<readonly Zone[]> {
  const rows = await db
    .selectFrom("zone")
    .select(["id", "name"])
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id, name }) => ({ zoneId: zoneId(id), name }));
}

export async function readZone(db: Kysely<Tables>, id: string): Promise<Zone | undefined> {
  const query = db.selectFrom("zone").select(["id", "name"]).where("id", "=", id);
  const row = await query.executeTakeFirst();
  return row && { zoneId: zoneId(row.id), name: row.name };
}

/** Bay-milliseconds, as far as each bay's next report has come (OC3). */
export type SlotSum = { readonly freeMs: number; readonly occupiedMs: number };

/** [OC2] The sums of a zone by the moment at which their slot begins. */
export async function readOccupancy(
  db: Kysely<Tables>,
  span: { readonly zoneId: ZoneId; readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<number, SlotSum>> {
  const rows = await db
    .selectFrom("zone_occupancy")
    .select(["slot_at", "free_ms", "occupied_ms"])
    .where("zone_id", "=", span.zoneId)
    .where("slot_at", ">=", new Date(span.fromMs))
    .where("slot_at", "<", new Date(span.toMs))
    .execute();
  return new Map(
    rows.map((row) => [
      row.slot_at.getTime(),
      { freeMs: row.free_ms, occupiedMs: row.occupied_ms },
    ]),
  );
}
