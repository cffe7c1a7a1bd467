import type { EpochMs } from "@pista/kernel";
import { endLeaseRow, readOpenLeases, seatLeaseRow } from "../store/leases.ts";
import type { HubContext } from "./context.ts";
import type { LeaseDesk } from "./lease-desk.ts";

/**
 * [AU2] A lease ends at its gateway whether or not the store is there to write it down. What ended
 * while it was away would be in force on paper for ever, and nobody could take that drone again.
 */
export async function endLostLeases(
  { clock, db }: HubContext,
  desk: LeaseDesk,
  outage: { lostAtMs: EpochMs },
): Promise<void> {
  for (const { lease, isAwaited } of await readOpenLeases(db)) {
    const { leaseId, assetId, issuedAtMs } = lease;
    const held = desk.find({ assetId, leaseId });
    const atMs = clock.nowMs();
    // [AU3] A handover may have been completed meanwhile.
    const isSeated = held && isAwaited && held.awaitedUntilMs === undefined;
    if (isSeated) await seatLeaseRow(db, { assetId, leaseId, atMs });
    // One that was granted since may be on its way from the store to the desk.
    if (held || issuedAtMs >= outage.lostAtMs) continue;
    await endLeaseRow(db, { leaseId, atMs, cause: "ended while the store was away" });
  }
}
