import { type Lease, leaseLifetimeMs } from "@pista/flight";
import { driftPpmMax } from "./storm-clocks.ts";
import type { StormPlan } from "./storm-plan.ts";

/** By how much two clocks may disagree after 15 s, and the rounding of the hub's. */
export const clockToleranceMs = (2 * leaseLifetimeMs * driftPpmMax) / 1e6 + 1;

/** [AU2] [AU5] When the hub truly last signed each lease, by the storm's own time. */
export class StormLeases {
  private readonly signedLast = new Map<number, { renewal: number; atMs: number }>();
  private readonly livesMs: number;

  constructor({ clocks, hub }: StormPlan) {
    // A clock that was set says nothing true of a lease, which then lives 15 s from its coming in.
    const delayMs = clocks.hub.jumps.length > 0 ? hub.delayMs : 0;
    this.livesMs = leaseLifetimeMs + delayMs + clockToleranceMs;
  }

  /** A repeated copy prolongs nothing. */
  signed({ epoch, renewal }: Lease, atMs: number): void {
    const known = this.signedLast.get(epoch);
    if (!known || renewal > known.renewal) this.signedLast.set(epoch, { renewal, atMs });
  }

  isOver(epoch: number, atMs: number): boolean {
    return atMs > (this.signedLast.get(epoch)?.atMs ?? 0) + this.livesMs;
  }
}
