import type { Lease } from "@pista/flight";
import type { AssetId, OrganisationId } from "@pista/kernel";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** [AU1] [AU7] The next epoch of an asset; the row lock of the insert that follows keeps it single. */
export async function nextEpoch(db: Kysely<Tables>, asset: AssetId): Promise<number> {
  const row = await db
    .selectFrom("lease")
    .select(sql<number>`coalesce(max(epoch), 0) + 1`.as("epoch"))
    .where("asset_id", "=", asset)
    .executeTakeFirstOrThrow();
  return Number(row.epoch);
}

/** Two grants at once meet the unique epoch, or the one lease in force, or the one awaited (AU3). */
export async function insertLease(
  db: Kysely<Tables>,
  lease: Lease,
  owner: OrganisationId,
): Promise<void> {
  await db
    .insertInto("lease")
    .values({
      id: lease.leaseId,
      asset_id: lease.assetId,
      organisation_id: owner,
      trial_id: lease.trialId,
      pilot_id: lease.pilotId,
      epoch: lease.epoch,
      body: JSON.stringify(lease),
      granted_at: new Date(lease.issuedAtMs),
      ended_at: null,
      end_cause: null,
      is_awaited: lease.succeeds !== undefined,
    })
    .execute();
}

export async function endLeaseRow(
  db: Kysely<Tables>,
  end: { leaseId: string; atMs: number; cause: string },
): Promise<void> {
  await db
    .updateTable("lease")
    .set({ ended_at: new Date(end.atMs), end_cause: end.cause })
    .where("id", "=", end.leaseId)
    .where("ended_at", "is", null)
    .execute();
}

/** [AU3] The receiver has taken over: one lease ends and the other is in force, both or neither. */
export async function seatLeaseRow(
  db: Kysely<Tables>,
  seat: { assetId: AssetId; leaseId: string; atMs: number },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const given = transaction
      .updateTable("lease")
      .set({ ended_at: new Date(seat.atMs), end_cause: "handed-over" })
      .where("asset_id", "=", seat.assetId)
      .where("id", "<>", seat.leaseId)
      .where("ended_at", "is", null);
    await given.execute();
    const taken = transaction.updateTable("lease").set({ is_awaited: false });
    await taken.where("id", "=", seat.leaseId).execute();
  });
}

export type OpenLease = { readonly lease: Lease; readonly isAwaited: boolean };

/** Leases that no end was written for: after a restart they go on until they expire (AU2). */
export async function readOpenLeases(db: Kysely<Tables>): Promise<readonly OpenLease[]> {
  const rows = await db
    .selectFrom("lease")
    .select(["body", "is_awaited"])
    .where("ended_at", "is", null)
    .execute();
  // Only insertLease writes this column.
  return rows.map((row) => ({ lease: row.body as Lease, isAwaited: row.is_awaited }));
}
