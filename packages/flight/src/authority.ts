import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import { emptyClockWindow } from "./clock-estimate.ts";
import {
  type Change,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  recorded,
  unchanged,
} from "./gateway-state.ts";
import { bottomLadder } from "./ladder.ts";
import { type Lease, verifyLease } from "./lease.ts";
import { leaseLifetimeMs } from "./limits.ts";
import { isProved } from "./pilot-proof.ts";

type EventOf<Kind extends GatewayEvent["kind"]> = Extract<GatewayEvent, { kind: Kind }>;

/** The lease in force, if one is. */
export const heldLease = (state: GatewayState): Lease | undefined =>
  state.authority.state === "held" ? state.authority.lease : undefined;

const refuseLease = (state: GatewayState, cause: string, lease?: Lease): Change => ({
  state,
  effects: [
    recorded({ kind: "lease-refused", cause }),
    ...(lease
      ? [{ kind: "report-lease", leaseId: lease.leaseId, state: "refused", cause } as const]
      : []),
  ],
});

/** [AU1] [AU2] [AU6] [AU7] A lease or its renewal came in, by whatever way. */
export function receiveLease(state: GatewayState, event: EventOf<"lease-received">): Change {
  const verified = verifyLease(event.token, state.setup.leasePublicKey);
  if (!verified.ok) return refuseLease(state, verified.fault.kind);
  return receiveVerified(state, verified.value, event);
}

function receiveVerified(
  state: GatewayState,
  lease: Lease,
  event: EventOf<"lease-received">,
): Change {
  const { setup, authority, successor } = state;
  if (lease.assetId !== setup.assetId || lease.gatewayId !== setup.gatewayId) {
    return refuseLease(state, "another-gateway", lease);
  }
  if (successor && leaseOf(successor)?.leaseId === lease.leaseId) {
    const heard = receiveVerified(successor, lease, event);
    return { state: { ...state, successor: heard.state }, effects: heard.effects };
  }
  const newestEpoch = newestEpochOf(state);
  const known =
    authority.state === "held" || authority.state === "storing-epoch" ? authority : undefined;
  const isKnown = known?.lease.leaseId === lease.leaseId;
  // [AU3] The lease in force is renewed until its successor has taken over.
  if (lease.epoch < newestEpoch && !isKnown) return refuseLease(state, "older-epoch", lease);
  // Before its age: of an old copy the hub must not hear that the lease itself ran out.
  if (isKnown && lease.renewal <= known.lease.renewal) {
    return refuseLease(state, "older-renewal", lease);
  }
  const leftMs = lease.expiresAtMs - event.hubNowMs;
  if (leftMs <= 0) return refuseLease(state, "already-expired", lease);
  // [AU5] A hub whose clock was set back signs for longer; without it, 15 s is the most.
  const expiresAtMs = monotonicMs(event.atMs + Math.min(leftMs, leaseLifetimeMs));

  const storeEpoch: GatewayEffect = { kind: "store-epoch", epoch: lease.epoch };
  if (lease.epoch > newestEpoch) {
    const storing = { state: "storing-epoch", lease, expiresAtMs } as const;
    const isHandover = authority.state === "held" && authority.lease.leaseId === lease.succeeds;
    const next = isHandover
      ? { ...state, successor: awaiting(state, storing) }
      : { ...state, authority: storing };
    return { state: next, effects: [storeEpoch] };
  }
  if (!known || !isKnown) {
    // A withdrawn lease does not come back under its epoch; nor does one from before a restart.
    return refuseLease(state, "epoch-spent", lease);
  }
  const limits = known.state === "held" ? lease.limits : state.limits;
  const renewed = { ...state, limits, authority: { ...known, lease, expiresAtMs } };
  // [AU7] Where storing failed, each renewal tries again.
  return { state: renewed, effects: known.state === "storing-epoch" ? [storeEpoch] : [] };
}

/** [AU1] What is on its way to the disk counts too: an older lease must not slip in meanwhile. */
export const newestEpochOf = ({ authority, highestEpoch, successor }: GatewayState): number =>
  Math.max(
    highestEpoch,
    authority.state === "storing-epoch" ? authority.lease.epoch : 0,
    successor ? newestEpochOf(successor) : 0,
  );

/** The lease that is held or about to be. */
export const leaseOf = ({ authority }: GatewayState): Lease | undefined =>
  authority.state === "held" || authority.state === "storing-epoch" ? authority.lease : undefined;

/** [AU3] Somebody who has proved nothing yet. */
const awaiting = (state: GatewayState, authority: GatewayState["authority"]): GatewayState => ({
  ...state,
  authority,
  peer: { state: "closed" },
  ...untrustedPilot(state),
  view: undefined,
  beacons: [],
  beaconSequence: 0,
  successor: undefined,
});

/** [AU7] Only now that the epoch outlives a crash is its lease obeyed. */
export function epochStored(state: GatewayState, event: EventOf<"epoch-stored">): Change {
  const { authority } = state;
  const highestEpoch = Math.max(state.highestEpoch, event.epoch);
  if (authority.state !== "storing-epoch" || authority.lease.epoch !== event.epoch) {
    return unchanged({ ...state, highestEpoch });
  }
  const { lease, expiresAtMs } = authority;
  const effects: GatewayEffect[] = [
    recorded({ kind: "lease-held", leaseId: lease.leaseId, epoch: lease.epoch }),
    { kind: "report-lease", leaseId: lease.leaseId, state: "held", cause: undefined },
  ];
  if (state.peer.state === "open") effects.push({ kind: "close-peer", cause: "new-lease" });
  return {
    state: {
      ...state,
      highestEpoch,
      authority: { state: "held", lease, expiresAtMs },
      limits: lease.limits,
      peer: { state: "closed" },
      ...untrustedPilot(state),
      view: undefined,
    },
    effects,
  };
}

/**
 * Whoever comes next starts at the bottom of the ladder, with clocks not yet compared. A page counts
 * its stops from 0, but a stop that stands survives the page and the lease: only a deliberate act
 * releases it (LG4).
 */
const untrustedPilot = (state: GatewayState) =>
  ({
    acting: undefined,
    clock: emptyClockWindow,
    ladder: bottomLadder,
    stop: { ...state.stop, sequence: 0 },
  }) as const;

/** [AU8] What is in force stays so; from here on nothing is obeyed but what the new key signed. */
export const pinLeaseKey = (
  state: GatewayState,
  { leasePublicKey }: EventOf<"lease-key-pinned">,
): Change => unchanged({ ...state, setup: { ...state.setup, leasePublicKey } });

/** [AU5] The hub takes the lease back. */
export function revokeLease(state: GatewayState, event: EventOf<"lease-revoked">): Change {
  const { authority } = state;
  const isInForce = authority.state === "held" || authority.state === "storing-epoch";
  if (!isInForce || authority.lease.leaseId !== event.leaseId) return unchanged(state);
  return endLease(state, "authority-withdrawn", event.reason);
}

/** [AU2] Nobody renewed it in time. Asked before anything else: after a freeze no tick comes first. */
export function expireLease(state: GatewayState, atMs: MonotonicMs): Change {
  const { authority } = state;
  const isOver = authority.state === "held" && atMs >= authority.expiresAtMs;
  if (!isOver) return unchanged(state);
  return endLease(state, "lease-expired", "the lease was not renewed in time");
}

function endLease(
  state: GatewayState,
  cause: "authority-withdrawn" | "lease-expired",
  reason: string,
): Change {
  const { authority } = state;
  if (authority.state !== "held" && authority.state !== "storing-epoch") return unchanged(state);
  const { leaseId, epoch } = authority.lease;
  // The peer stays open, so that its page can say why; nothing it sends is obeyed any more.
  return {
    state: {
      ...state,
      // [AU1] Its epoch is spent, stored or not: a copy that comes late does not bring it back.
      highestEpoch: Math.max(state.highestEpoch, epoch),
      authority: { state: "withdrawn", cause, reason },
      acting: undefined,
      ladder: bottomLadder,
    },
    effects: [
      recorded({ kind: "lease-ended", cause, reason }),
      { kind: "report-lease", leaseId, state: "ended", cause },
    ],
  };
}

/** [AU2] A browser connected: it must hold the certificate that the lease names. */
export function openPeer(state: GatewayState, event: EventOf<"peer-opened">): Change {
  const lease = heldLease(state);
  const cause = !lease
    ? "no-lease"
    : lease.dtlsFingerprint !== event.dtlsFingerprint
      ? "wrong-fingerprint"
      : undefined;
  if (cause) {
    return {
      state: { ...state, peer: { state: "closed" } },
      effects: [recorded({ kind: "peer-refused", cause }), { kind: "close-peer", cause }],
    };
  }
  const { dtlsFingerprint, challenge } = event;
  return {
    state: {
      ...state,
      peer: { state: "open", dtlsFingerprint, challenge, proved: false },
      ...untrustedPilot(state),
    },
    effects: [{ kind: "send-challenge", challenge }],
  };
}

export const closePeer = (state: GatewayState): Change =>
  unchanged({ ...state, peer: { state: "closed" }, acting: undefined });

/** [AU2] The browser answers the challenge with the key that the lease names. */
export function receiveProof(state: GatewayState, event: EventOf<"proof-received">): Change {
  const lease = heldLease(state);
  if (!lease || state.peer.state !== "open") return unchanged(state);
  // To verify takes milliseconds: a page that proves itself again and again would hold up every tick.
  if (state.peer.proved) return unchanged(state);
  if (!isProved(lease, state.peer.challenge, event.proof)) {
    return {
      state: { ...state, peer: { state: "closed" } },
      effects: [
        recorded({ kind: "peer-refused", cause: "wrong-proof" }),
        { kind: "close-peer", cause: "wrong-proof" },
      ],
    };
  }
  return {
    state: { ...state, peer: { ...state.peer, proved: true } },
    effects: [{ kind: "send-welcome", epoch: lease.epoch }],
  };
}
