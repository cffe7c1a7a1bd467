import type { EpochMs } from "@pista/kernel";
import { endLeaseRow, readLeasesInForce } from "../store/leases.ts";
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
  for (const { leaseId, assetId, issuedAtMs } of await readLeasesInForce(db)) {
    const isHeld = desk.inForce(assetId)?.lease.leaseId === leaseId;
    // One that was granted since may be on its way from the store to the desk.
    if (isHeld || issuedAtMs >= outage.lostAtMs) continue;
    await endLeaseRow(db, {
      leaseId,
      atMs: clock.nowMs(),
      cause: "ended while the store was away",
    });
  }
}
