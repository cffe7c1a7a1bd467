import type { FromGateway, FromHub } from "@pista/contracts";
import { type GatewayId, type Lease, type LeaseId, signLease } from "@pista/flight";
import { type AssetId, type EpochMs, epochMs, fail, ok, type Result } from "@pista/kernel";
import type { Decision, Subject } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import type { LeaseKey } from "../keys/lease-key.ts";
import { endLeaseRow, seatLeaseRow } from "../store/leases.ts";
import { type Actor, actorOf, commitAudited, type HubContext } from "./context.ts";
import type { LeaseWish } from "./lease-wish.ts";
import { type Allowed, draftLease, leaseExpiry, storeLease } from "./store-lease.ts";

export type LeaseInForce = {
  readonly lease: Lease;
  readonly subject: Subject;
  readonly pilotName: string;
  readonly windowEndsAtMs: EpochMs;
  /** [AU3] Until when whoever takes over may prove what a pilot needs; undefined once they fly. */
  readonly awaitedUntilMs: EpochMs | undefined;
};

/** How leases reach gateways. */
export interface GatewayPort {
  isConnected(gatewayId: GatewayId): boolean;
  highestEpoch(gatewayId: GatewayId): number;
  send(gatewayId: GatewayId, message: FromHub): boolean;
}

type LeaseRef = { readonly assetId: AssetId; readonly leaseId: string };
type Revoked = { readonly leaseId: LeaseId; readonly reason: string };
/** Who had the lease written, why, and which one it takes over from. */
type Grant = {
  readonly actor: Actor;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly giver: LeaseInForce | undefined;
};

/** A receiver who has not proved what a pilot needs by then does not take over (AU3). */
const handoverMsMax = 20_000;
const handedOver = "handed-over";

/** Who controls which drone now. A lease is signed here and nowhere else. */
export class LeaseDesk {
  readonly #context: HubContext;
  readonly #gateways: GatewayPort;
  readonly #leaseKey: Pick<LeaseKey, "secretKey">;
  readonly #byAsset = new Map<AssetId, LeaseInForce>();
  /** [AU3] Beside the lease in force: whoever is to take over from its pilot. */
  readonly #awaited = new Map<AssetId, LeaseInForce>();
  /** The last two leases that are over, for gateways and pilots that were away when they ended. */
  readonly #lastRevoked = new Map<AssetId, readonly Revoked[]>();

  constructor(context: HubContext, gateways: GatewayPort, leaseKey: Pick<LeaseKey, "secretKey">) {
    this.#context = context;
    this.#gateways = gateways;
    this.#leaseKey = leaseKey;
  }

  inForce(assetId: AssetId): LeaseInForce | undefined {
    return this.#byAsset.get(assetId);
  }

  /** The lease of this id, in force or awaited. */
  find({ assetId, leaseId }: LeaseRef): LeaseInForce | undefined {
    const both = [this.#byAsset.get(assetId), this.#awaited.get(assetId)];
    return both.find((held) => held?.lease.leaseId === leaseId);
  }

  /** [AU1] A new lease under the next epoch, or the same browser's own lease once more. */
  async take(
    asker: Asker,
    allowed: Allowed,
    wish: LeaseWish,
  ): Promise<Result<LeaseInForce, Refusal>> {
    if (!this.#gateways.isConnected(wish.gatewayId)) return fail(offline);
    // One that ran out is not given once more, though the sweep has yet to come by.
    await this.expire();
    const held = this.#byAsset.get(wish.assetId) ?? this.#awaited.get(wish.assetId);
    if (held) {
      const isSame = isPilot(asker, held) && isSameBrowser(held.lease, wish);
      return isSame ? ok(this.#put(this.#renewed(held, allowed))) : fail(taken(held.pilotName));
    }
    const grant = { actor: actorOf(asker), action: "lease.take", detail: {}, giver: undefined };
    return this.#grant(asker, allowed, wish, grant);
  }

  /** [AU3] A lease for whoever takes over from the pilot, who flies until the gateway says held. */
  async handOver(
    asker: Asker,
    allowed: Allowed,
    wish: LeaseWish,
    grant: Grant & { readonly giver: LeaseInForce },
  ): Promise<Result<LeaseInForce, Refusal>> {
    if (!this.#gateways.isConnected(wish.gatewayId)) return fail(offline);
    return this.#grant(asker, allowed, wish, grant);
  }

  renew(asker: Asker, allowed: Allowed, wish: LeaseRef): Result<LeaseInForce, Refusal> {
    const held = this.find(wish);
    const nowMs = this.#context.clock.nowMs();
    // Over is over, even when the sweep that writes it down has not come by yet.
    if (!held || !isPilot(asker, held) || held.lease.expiresAtMs <= nowMs) {
      const end = this.#lastRevoked
        .get(wish.assetId)
        ?.find(({ leaseId: id }) => id === wish.leaseId);
      return fail(end?.reason === handedOver ? given : gone);
    }
    return ok(this.#put(this.#renewed(held, allowed)));
  }

  async release(asker: Asker, wish: LeaseRef): Promise<Result<null, Refusal>> {
    const held = this.find(wish);
    if (!held || !isPilot(asker, held)) return fail(gone);
    await this.#end(held, "released", "the pilot gave it back");
    return ok(null);
  }

  /**
   * The city takes the drone from whoever flies it, and from whoever was about to: the gateway hears
   * of it before the paper is written, for a stop does not wait for a disk (AU5). Rejects where it
   * could not be written down; the drone is stopped all the same.
   */
  async revoke(
    asker: Asker,
    wish: { assetId: AssetId; reason: string },
  ): Promise<Result<null, Refusal>> {
    const both = this.#all().filter(({ lease }) => lease.assetId === wish.assetId);
    const [held] = both;
    if (!held) return fail(gone);
    const line = {
      action: "lease.revoke",
      subject: { kind: "drone", id: wish.assetId },
      detail: { reason: wish.reason, leaseId: held.lease.leaseId },
    };
    const ends = both.map((one) => this.#endOf(one, "revoked"));
    for (const one of both) this.#drop(one, wish.reason);
    try {
      await commitAudited(this.#context, actorOf(asker), line, async (transaction) => {
        for (const end of ends) await endLeaseRow(transaction, end);
      });
    } catch (cause) {
      // In force on paper, nobody could take the drone again. Where this fails too the store is away,
      // and endLostLeases writes it when it is back.
      await Promise.allSettled(ends.map((end) => endLeaseRow(this.#context.db, end)));
      throw cause;
    }
    // A handover may have begun while this was on its way to the disk.
    const late = this.#awaited.get(wish.assetId);
    if (late) await this.#end(late, "revoked", wish.reason);
    return ok(null);
  }

  /** [DC3] A trial changed: every lease that it no longer allows is taken back, now. */
  async decideAgain(): Promise<void> {
    const lost = this.#all().flatMap((held) => {
      const { subject, lease } = held;
      const question = { subject, action: "drone.fly", assetId: lease.assetId } as const;
      const decision = this.#context.permits.decide(question);
      return decision.answer === "deny" ? [{ held, reason: wordsOf(decision.reasons) }] : [];
    });
    await Promise.all(lost.map(({ held, reason }) => this.#end(held, "permit-lost", reason)));
  }

  /** [AU2] [AU3] Ends the leases that nobody renewed, and the handovers that took too long. */
  async expire(): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    const over = this.#all().flatMap((held) => {
      if (held.lease.expiresAtMs <= nowMs) return [{ held, ...unrenewed }];
      return (held.awaitedUntilMs ?? Infinity) <= nowMs ? [{ held, ...unproved }] : [];
    });
    await Promise.all(over.map(({ held, cause, reason }) => this.#end(held, cause, reason)));
  }

  /** The gateway says how a lease went. */
  async heard(
    assetId: AssetId,
    told: Pick<Extract<FromGateway, { op: "lease-state" }>, "leaseId" | "state" | "cause">,
  ): Promise<void> {
    const held = this.find({ assetId, leaseId: told.leaseId });
    // Of an older copy it refused the copy, and not the lease.
    if (!held || told.state === "awaited" || told.cause === "older-renewal") return;
    const heir = this.#awaited.get(assetId);
    const isSeated = told.state === "held" ? held === heir : told.cause === handedOver;
    if (heir && isSeated) await this.#seat(heir);
    else if (told.state !== "held") {
      const cause = told.cause ?? told.state;
      await this.#end(held, `gateway: ${cause}`, cause);
    }
  }

  /** A gateway has connected: it is told how things stand. */
  greet(gatewayId: GatewayId, assetId: AssetId): void {
    for (const held of this.#all()) if (held.lease.assetId === assetId) this.#send(held);
    for (const revoked of this.#lastRevoked.get(assetId) ?? []) {
      this.#gateways.send(gatewayId, { op: "revoke", ...revoked });
    }
  }

  /** [AU2] After a restart the leases in force live on for one lifetime, or until they are renewed. */
  restore(leases: readonly LeaseInForce[]): void {
    const nowMs = this.#context.clock.nowMs();
    for (const held of leases) {
      const expiresAtMs = leaseExpiry(nowMs, held.windowEndsAtMs);
      this.#mapOf(held).set(held.lease.assetId, { ...held, lease: { ...held.lease, expiresAtMs } });
      this.#show(held.lease.assetId);
    }
  }

  async #grant(
    asker: Asker,
    allowed: Allowed,
    wish: LeaseWish,
    { giver, ...paper }: Grant,
  ): Promise<Result<LeaseInForce, Refusal>> {
    const { assetId } = wish;
    const draft = draftLease(this.#context, asker, allowed, wish);
    if (!draft.ok) return draft;
    const succession = giver ? { succeeds: giver.lease.leaseId } : {};
    const lease = await storeLease(
      this.#context,
      { ...paper, owner: wish.owner },
      { ...draft.value, ...succession },
      this.#gateways.highestEpoch(wish.gatewayId),
    );
    if (!lease) {
      const winner = this.#awaited.get(assetId) ?? this.#byAsset.get(assetId);
      return fail(taken(winner?.pilotName ?? "Somebody else"));
    }
    const nowMs = this.#context.clock.nowMs();
    const granted: LeaseInForce = {
      lease,
      subject: asker.subject,
      pilotName: asker.person?.name ?? "",
      windowEndsAtMs: allowed.validUntilMs,
      awaitedUntilMs: giver && epochMs(nowMs + handoverMsMax),
    };
    if (giver && !this.find(giver.lease)) {
      // The drone was given back or taken back while the epoch was on its way to the disk.
      await endLeaseRow(this.#context.db, this.#endOf(granted, "nobody to take over from"));
      return fail(gone);
    }
    this.#put(granted);
    this.#show(assetId);
    // The trial may have been suspended meanwhile.
    await this.decideAgain();
    return this.find(lease) ? ok(granted) : fail(gone);
  }

  /** [AU3] The gateway has seated whoever was awaited; the lease before is over there already. */
  async #seat(heir: LeaseInForce): Promise<void> {
    const { assetId, leaseId } = heir.lease;
    const giver = this.#byAsset.get(assetId);
    if (giver) this.#remember(assetId, { leaseId: giver.lease.leaseId, reason: handedOver });
    this.#awaited.delete(assetId);
    this.#byAsset.set(assetId, { ...heir, awaitedUntilMs: undefined });
    this.#show(assetId);
    const atMs = this.#context.clock.nowMs();
    await seatLeaseRow(this.#context.db, { assetId, leaseId, atMs });
  }

  #all(): readonly LeaseInForce[] {
    return [...this.#byAsset.values(), ...this.#awaited.values()];
  }

  #mapOf(held: LeaseInForce): Map<AssetId, LeaseInForce> {
    return held.awaitedUntilMs === undefined ? this.#byAsset : this.#awaited;
  }

  #renewed(held: LeaseInForce, allowed: Allowed): LeaseInForce {
    const nowMs = this.#context.clock.nowMs();
    const lease = {
      ...held.lease,
      issuedAtMs: nowMs,
      expiresAtMs: leaseExpiry(nowMs, allowed.validUntilMs),
      // By the clock, so that it still rises after a restart of the hub.
      renewal: Math.max(held.lease.renewal + 1, nowMs),
    };
    return { ...held, lease, windowEndsAtMs: allowed.validUntilMs };
  }

  #put(held: LeaseInForce): LeaseInForce {
    this.#mapOf(held).set(held.lease.assetId, held);
    this.#send(held);
    return held;
  }

  #send({ lease }: LeaseInForce): void {
    const token = signLease(lease, this.#leaseKey.secretKey);
    this.#gateways.send(lease.gatewayId, { op: "lease", token });
  }

  /** The gateway first, the paper after: a stop does not wait for a disk (AU5). */
  async #end(held: LeaseInForce, cause: string, reason: string): Promise<void> {
    if (this.#drop(held, reason)) await endLeaseRow(this.#context.db, this.#endOf(held, cause));
  }

  /** False when it was over already. */
  #drop(held: LeaseInForce, reason: string): boolean {
    const { assetId, gatewayId, leaseId } = held.lease;
    // Where it is now: its holder may have been seated since.
    const now = this.find(held.lease);
    if (!now) return false;
    this.#mapOf(now).delete(assetId);
    this.#remember(assetId, { leaseId, reason });
    this.#gateways.send(gatewayId, { op: "revoke", leaseId, reason });
    this.#show(assetId);
    return true;
  }

  #remember(assetId: AssetId, revoked: Revoked): void {
    const before = this.#lastRevoked.get(assetId) ?? [];
    this.#lastRevoked.set(assetId, [...before, revoked].slice(-2));
  }

  #endOf({ lease }: LeaseInForce, cause: string) {
    return { leaseId: lease.leaseId, atMs: this.#context.clock.nowMs(), cause };
  }

  #show(assetId: AssetId): void {
    const held = this.#byAsset.get(assetId);
    const pilot = held && {
      leaseId: held.lease.leaseId,
      personId: held.lease.pilotId,
      name: held.pilotName,
    };
    this.#context.drones.setPilot(assetId, pilot);
  }
}

const isPilot = (asker: Asker, held: LeaseInForce): boolean =>
  asker.person?.personId === held.lease.pilotId;

const isSameBrowser = (
  lease: Lease,
  wish: Pick<LeaseWish, "dtlsFingerprint" | "keyThumbprint">,
): boolean =>
  lease.dtlsFingerprint === wish.dtlsFingerprint && lease.keyThumbprint === wish.keyThumbprint;

const gone: Refusal = { kind: "lease-ended", detail: "This lease is over: ask for a new one." };
const given: Refusal = { kind: "handed-over", detail: "The drone is in the receiver's hands." };
const offline: Refusal = {
  kind: "gateway-offline",
  detail: "The drone's gateway is not connected.",
};
const taken = (pilotName: string): Refusal => ({
  kind: "drone-taken",
  detail: `${pilotName} flies it now.`,
});

const unrenewed = { cause: "expired", reason: "it was not renewed in time" };
const unproved = { cause: "handover-expired", reason: "the receiver was not ready in time" };

/** Why, for the gateway's record: the same codes that the page is told, and the city's reason. */
const wordsOf = (reasons: Extract<Decision, { answer: "deny" }>["reasons"]): string =>
  reasons
    .map((reason) => ("reason" in reason ? `${reason.kind}: ${reason.reason}` : reason.kind))
    .join("; ");
