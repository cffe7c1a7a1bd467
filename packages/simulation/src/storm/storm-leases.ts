import { type Lease, leaseLifetimeMs } from "@pista/flight";
import { driftPpmMax } from "./storm-clocks.ts";
import type { StormPlan } from "./storm-plan.ts";

/** By how much two clocks may disagree after 15 s, and the rounding of the hub's. */
export const clockToleranceMs = (2 * leaseLifetimeMs * driftPpmMax) / 1e6 + 1;

/** [AU2] [AU5] Until when each lease may truly be obeyed, by the storm's own time. */
export class StormLeases {
  private readonly signedLast = new Map<number, Pick<Lease, "renewal" | "expiresAtMs">>();
  private readonly overAtMs = new Map<number, number>();
  private readonly livesMs: number;
  private readonly windowEndsAtMs: number;

  constructor({ clocks, hub }: StormPlan) {
    // A clock that was set says nothing true of a lease, which then lives 15 s from its coming in.
    const isSet = clocks.hub.jumps.length > 0;
    this.livesMs = leaseLifetimeMs + (isSet ? hub.delayMs : 0) + clockToleranceMs;
    this.windowEndsAtMs = isSet ? Number.POSITIVE_INFINITY : hub.windowEndsAtMs + clockToleranceMs;
  }

  /** A copy prolongs nothing. */
  signed({ epoch, renewal, expiresAtMs }: Lease, atMs: number): void {
    const known = this.signedLast.get(epoch);
    // [AU2] A hub that was killed begins anew with the lease as it was granted, for 15 s more.
    const isCopy = known && known.renewal >= renewal && known.expiresAtMs >= expiresAtMs;
    if (isCopy) return;
    this.signedLast.set(epoch, { renewal, expiresAtMs });
    this.overAtMs.set(epoch, Math.min(atMs + this.livesMs, this.windowEndsAtMs));
  }

  isOver(epoch: number, atMs: number): boolean {
    return atMs > (this.overAtMs.get(epoch) ?? 0);
  }
}
