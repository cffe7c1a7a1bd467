import { ApiRefusal, type LeaseView, type Problem } from "@pista/contracts";
import { leaseLifetimeMs, leaseRenewalMs } from "@pista/flight";
import { type Cancel, type Clock, type MonotonicMs, monotonicMs } from "@pista/kernel";

/** What the keeper asks of the hub. */
export type LeaseDesk = {
  readonly renew: (lease: LeaseView) => Promise<LeaseView>;
  readonly release: (lease: LeaseView) => Promise<unknown>;
};

export type LeaseEnd =
  | { readonly kind: "released" }
  /** The hub says why. */
  | { readonly kind: "refused"; readonly problem: Problem }
  /** The hub was not reached in time. */
  | { readonly kind: "expired" };

export type HeldLease = { readonly lease: LeaseView; readonly endsAtMs: MonotonicMs };

export type LeaseKeeperEvents = {
  readonly renewed: (held: HeldLease) => void;
  readonly ended: (end: LeaseEnd) => void;
};

export type LeaseKeeper = {
  readonly held: () => HeldLease;
  /** Asks at once: something happened that the hub may know the reason of. */
  readonly askNow: () => void;
  readonly release: () => Promise<void>;
  readonly stop: () => void;
};

/** These end the lease; any other refusal is the hub's trouble, and the next renewal may succeed. */
const endingCodes = new Set([
  "lease-ended",
  "handed-over",
  "not-permitted",
  "not-signed-in",
  "not-found",
]);

/** After one that failed: a hub that was away for 10 s has as little as 2 s left to be found. */
const retryMs = 500;

/**
 * [AU2] Renews a lease every 3 s until it is given back, refused, or not renewed for 15 s. Deadlines
 * are absolute, and a renewal that hangs holds up none of the later ones.
 */
export function keepLease(
  first: LeaseView,
  takenAtMs: MonotonicMs,
  parts: { readonly desk: LeaseDesk; readonly clock: Clock; readonly events: LeaseKeeperEvents },
): LeaseKeeper {
  const { desk, clock, events } = parts;
  let held = heldFrom(first, takenAtMs);
  let isOver = false;
  let cancel: Cancel = () => undefined;
  let dueMs = takenAtMs + leaseRenewalMs;

  const end = (how: LeaseEnd): void => {
    if (isOver) return;
    isOver = true;
    cancel();
    events.ended(how);
  };

  const renew = async (): Promise<void> => {
    const askedAtMs = clock.monotonicMs();
    try {
      const lease = await desk.renew(held.lease);
      // An answer overtaken by a later one brings nothing new.
      if (isOver || lease.renewal <= held.lease.renewal) return;
      held = heldFrom(lease, askedAtMs);
      events.renewed(held);
    } catch (cause) {
      if (cause instanceof ApiRefusal && endingCodes.has(cause.problem.code)) {
        end({ kind: "refused", problem: cause.problem });
      }
      // Anything else is the network's or the hub's trouble: time decides whether it lasts too long.
      if (isOver) return;
      dueMs = Math.min(dueMs, clock.monotonicMs() + retryMs);
      cancel();
      schedule();
    }
  };

  const tick = (): void => {
    if (clock.monotonicMs() >= held.endsAtMs) {
      end({ kind: "expired" });
      return;
    }
    void renew();
    // Renewals that a sleeping laptop missed are not made up for.
    dueMs = Math.max(dueMs + leaseRenewalMs, clock.monotonicMs() + 1);
    schedule();
  };
  const schedule = (): void => {
    const wakeAtMs = Math.min(dueMs, held.endsAtMs);
    cancel = clock.after(wakeAtMs - clock.monotonicMs(), tick);
  };
  schedule();

  return {
    held: () => held,
    askNow: () => {
      if (!isOver) void renew();
    },
    async release() {
      if (isOver) return;
      end({ kind: "released" });
      await desk.release(held.lease);
    },
    stop() {
      isOver = true;
      cancel();
    },
  };
}

/** Counted from the asking, so that the page never believes in a lease longer than the gateway. */
const heldFrom = (lease: LeaseView, askedAtMs: MonotonicMs): HeldLease => ({
  lease,
  endsAtMs: monotonicMs(askedAtMs + leaseLifetimeMs),
});
