import { type EpochMs, epochMs } from "@pista/kernel";
import type { GatewayId, LeaseId } from "./identity.ts";
import type { Lease } from "./lease.ts";
import { leaseLifetimeMs } from "./limits.ts";

/** A lease as the hub holds it; whoever keeps these adds whose it is. */
export type HeldLease = {
  readonly lease: Lease;
  /** [AU2] No renewal goes beyond it. */
  readonly windowEndsAtMs: EpochMs;
  /** [AU3] Until when whoever takes over may prove what a pilot needs; undefined once they fly. */
  readonly awaitedUntilMs: EpochMs | undefined;
};

export type EndedLease = {
  readonly gatewayId: GatewayId;
  readonly leaseId: LeaseId;
  readonly reason: string;
};

/** Who controls one asset, by the hub that grants it. Times are the hub's own. */
export type AssetLeases<Held extends HeldLease = HeldLease> = {
  readonly inForce: Held | undefined;
  /** [AU3] Beside it: whoever is to take over from its pilot. */
  readonly awaited: Held | undefined;
  /** The last two that are over, for gateways and pilots that were away when they ended. */
  readonly lastEnded: readonly EndedLease[];
};

/**
 * What a hub does about it, in this order: the gateway hears of an end before it is written, for a
 * stop does not wait for a disk (AU5). A new lease is on the disk before it comes here (AU7).
 */
export type LeaseEffect =
  | { readonly kind: "send-lease"; readonly lease: Lease }
  | { readonly kind: "send-end"; readonly ended: EndedLease }
  | { readonly kind: "write-end"; readonly lease: Lease; readonly cause: string }
  | { readonly kind: "write-seat"; readonly lease: Lease };

export type LeaseStep<Held extends HeldLease> = {
  readonly leases: AssetLeases<Held>;
  readonly effects: readonly LeaseEffect[];
};

/** Why a lease is over: a code for the hub's record, and words for the gateway's. */
export type LeaseEnd = { readonly cause: string; readonly reason: string };

/** What a gateway tells of a lease. */
export type LeaseWord = {
  readonly leaseId: string;
  readonly state: "awaited" | "held" | "refused" | "ended";
  readonly cause: string | null;
};

/** [AU3] A receiver who has not proved what a pilot needs by then does not take over. */
export const handoverMsMax = 20_000;

/** What becomes of a giver's lease, at the hub and at the gateway. */
export const handedOver = "handed-over";

const unrenewed: LeaseEnd = { cause: "expired", reason: "it was not renewed in time" };
const unproved: LeaseEnd = {
  cause: "handover-expired",
  reason: "the receiver was not ready in time",
};

export const noLeases: AssetLeases<never> = {
  inForce: undefined,
  awaited: undefined,
  lastEnded: [],
};

/** [AU2] Fifteen seconds, and never past the window. */
export const leaseExpiry = (nowMs: EpochMs, windowEndsAtMs: EpochMs): EpochMs =>
  epochMs(Math.min(nowMs + leaseLifetimeMs, windowEndsAtMs));

/** In force, and awaited. */
export const heldOf = <Held extends HeldLease>(leases: AssetLeases<Held>): readonly Held[] =>
  [leases.inForce, leases.awaited].filter((held) => held !== undefined);

export const findHeld = <Held extends HeldLease>(
  leases: AssetLeases<Held>,
  leaseId: string,
): Held | undefined => heldOf(leases).find(({ lease }) => lease.leaseId === leaseId);

/** A new lease, whose epoch is durable (AU7): in force, or awaited beside the giver's. */
export const grantLease = <Held extends HeldLease>(
  leases: AssetLeases<Held>,
  held: Held,
): LeaseStep<Held> => ({
  leases: withHeld(leases, held),
  effects: [{ kind: "send-lease", lease: held.lease }],
});

/** [AU2] Undefined where it is over, even when nobody has come by yet to write that down. */
export function renewLease<Held extends HeldLease>(
  leases: AssetLeases<Held>,
  leaseId: string,
  { nowMs, windowEndsAtMs }: { readonly nowMs: EpochMs; readonly windowEndsAtMs: EpochMs },
): LeaseStep<Held> | undefined {
  const held = findHeld(leases, leaseId);
  if (!held || held.lease.expiresAtMs <= nowMs) return undefined;
  const lease = {
    ...held.lease,
    issuedAtMs: nowMs,
    expiresAtMs: leaseExpiry(nowMs, windowEndsAtMs),
    // By the clock, so that it still rises after a restart of the hub.
    renewal: Math.max(held.lease.renewal + 1, nowMs),
  };
  return grantLease(leases, { ...held, lease, windowEndsAtMs });
}

/** Given back, taken back, or over: nothing happens where it was over already. */
export function endLease<Held extends HeldLease>(
  leases: AssetLeases<Held>,
  leaseId: string,
  { cause, reason }: LeaseEnd,
): LeaseStep<Held> {
  const held = findHeld(leases, leaseId);
  if (!held) return { leases, effects: [] };
  const { lease } = held;
  const ended = endedLease(lease, reason);
  return {
    leases: {
      inForce: leases.inForce === held ? undefined : leases.inForce,
      awaited: leases.awaited === held ? undefined : leases.awaited,
      lastEnded: remembered(leases, ended),
    },
    effects: [
      { kind: "send-end", ended },
      { kind: "write-end", lease, cause },
    ],
  };
}

/** [AU2] [AU3] Ends what nobody renewed, and a handover that took too long. */
export function expireLeases<Held extends HeldLease>(
  leases: AssetLeases<Held>,
  nowMs: EpochMs,
): LeaseStep<Held> {
  let step: LeaseStep<Held> = { leases, effects: [] };
  for (const { lease, awaitedUntilMs } of heldOf(leases)) {
    const isUnproved = (awaitedUntilMs ?? Number.POSITIVE_INFINITY) <= nowMs;
    const end = lease.expiresAtMs <= nowMs ? unrenewed : isUnproved ? unproved : undefined;
    if (!end) continue;
    const next = endLease(step.leases, lease.leaseId, end);
    step = { leases: next.leases, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

/** The gateway says how a lease went: over, refused, or that whoever was awaited flies (AU3). */
export function hearLease<Held extends HeldLease>(
  leases: AssetLeases<Held>,
  { leaseId, state, cause }: LeaseWord,
): LeaseStep<Held> {
  const held = findHeld(leases, leaseId);
  const unchanged = { leases, effects: [] };
  // Of an older copy it refused the copy, and not the lease.
  if (!held || state === "awaited" || cause === "older-renewal") return unchanged;
  const heir = leases.awaited;
  const isSeated = state === "held" ? held === heir : cause === handedOver;
  if (heir && isSeated) return seat(leases, heir);
  if (state === "held") return unchanged;
  const why = cause ?? state;
  return endLease(leases, leaseId, { cause: `gateway: ${why}`, reason: why });
}

/** [AU3] The gateway has seated whoever was awaited; the lease before is over there already. */
function seat<Held extends HeldLease>(leases: AssetLeases<Held>, heir: Held): LeaseStep<Held> {
  const giver = leases.inForce?.lease;
  const ended = giver && endedLease(giver, handedOver);
  return {
    leases: {
      inForce: { ...heir, awaitedUntilMs: undefined },
      awaited: undefined,
      lastEnded: ended ? remembered(leases, ended) : leases.lastEnded,
    },
    effects: [{ kind: "write-seat", lease: heir.lease }],
  };
}

/** A gateway has connected: it is told how things stand. */
export const greetGateway = (leases: AssetLeases): readonly LeaseEffect[] => [
  ...heldOf(leases).map(({ lease }) => ({ kind: "send-lease", lease }) as const),
  ...leases.lastEnded.map((ended) => ({ kind: "send-end", ended }) as const),
];

/** [AU2] After a restart of the hub it lives on for one lifetime, or until it is renewed. */
export function restoreLease<Held extends HeldLease>(
  leases: AssetLeases<Held>,
  held: Held,
  nowMs: EpochMs,
): AssetLeases<Held> {
  const expiresAtMs = leaseExpiry(nowMs, held.windowEndsAtMs);
  return withHeld(leases, { ...held, lease: { ...held.lease, expiresAtMs } });
}

const withHeld = <Held extends HeldLease>(
  leases: AssetLeases<Held>,
  held: Held,
): AssetLeases<Held> =>
  held.awaitedUntilMs === undefined ? { ...leases, inForce: held } : { ...leases, awaited: held };

const endedLease = ({ gatewayId, leaseId }: Lease, reason: string): EndedLease => ({
  gatewayId,
  leaseId,
  reason,
});

const remembered = ({ lastEnded }: AssetLeases, ended: EndedLease): readonly EndedLease[] =>
  [...lastEnded, ended].slice(-2);
