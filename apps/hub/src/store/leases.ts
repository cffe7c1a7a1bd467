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

/** Two grants at once meet the unique epoch or the one lease in force. */
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

/** Leases that no end was written for: after a restart they go on until they expire (AU2). */
export async function readLeasesInForce(db: Kysely<Tables>): Promise<readonly Lease[]> {
  const rows = await db.selectFrom("lease").select("body").where("ended_at", "is", null).execute();
  return rows.map((row) => row.body as Lease); // Only insertLease writes this column.
}
