import type { FromHub } from "@pista/contracts";
import {
  type AssetLeases,
  endLease,
  expireLeases,
  findHeld,
  type GatewayId,
  grantLease,
  greetGateway,
  type HeldLease,
  handedOver,
  handoverMsMax,
  hearLease,
  heldOf,
  type Lease,
  type LeaseEffect,
  type LeaseEnd,
  type LeaseStep,
  type LeaseWord,
  noLeases,
  renewLease,
  restoreLease,
  signLease,
} from "@pista/flight";
import { type AssetId, epochMs, fail, ok, type Result } from "@pista/kernel";
import type { Decision, Subject } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import type { LeaseKey } from "../keys/lease-key.ts";
import { endLeaseRow, seatLeaseRow } from "../store/leases.ts";
import { type Actor, actorOf, commitAudited, type HubContext } from "./context.ts";
import type { LeaseWish } from "./lease-wish.ts";
import { type Allowed, draftLease, storeLease } from "./store-lease.ts";

export type LeaseInForce = HeldLease & {
  readonly subject: Subject;
  readonly pilotName: string;
};

/** How leases reach gateways. */
export interface GatewayPort {
  isConnected(gatewayId: GatewayId): boolean;
  highestEpoch(gatewayId: GatewayId): number;
  send(gatewayId: GatewayId, message: FromHub): boolean;
}

type LeaseRef = { readonly assetId: AssetId; readonly leaseId: string };
type Leases = AssetLeases<LeaseInForce>;
type Write = Extract<LeaseEffect, { kind: "write-end" | "write-seat" }>;
type Writes = readonly Write[];
/** Who had the lease written, why, and which one it takes over from. */
type Grant = {
  readonly actor: Actor;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly giver: LeaseInForce | undefined;
};

/**
 * Who controls which drone now, as `packages/flight` decides it: here it is asked, signed, sent and
 * written. A lease is signed here and nowhere else.
 */
export class LeaseDesk {
  readonly #context: HubContext;
  readonly #gateways: GatewayPort;
  readonly #leaseKey: Pick<LeaseKey, "secretKey">;
  readonly #byAsset = new Map<AssetId, Leases>();

  constructor(context: HubContext, gateways: GatewayPort, leaseKey: Pick<LeaseKey, "secretKey">) {
    this.#context = context;
    this.#gateways = gateways;
    this.#leaseKey = leaseKey;
  }

  inForce(assetId: AssetId): LeaseInForce | undefined {
    return this.#of(assetId).inForce;
  }

  /** The lease of this id, in force or awaited. */
  find({ assetId, leaseId }: LeaseRef): LeaseInForce | undefined {
    return findHeld(this.#of(assetId), leaseId);
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
    const [held] = heldOf(this.#of(wish.assetId));
    if (held) {
      const isSame = isPilot(asker, held) && isSameBrowser(held.lease, wish);
      return isSame ? this.renew(asker, allowed, held.lease) : fail(taken(held.pilotName));
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
    const leases = this.#of(wish.assetId);
    const at = { nowMs: this.#context.clock.nowMs(), windowEndsAtMs: allowed.validUntilMs };
    const held = this.find(wish);
    const step = held && isPilot(asker, held) ? renewLease(leases, wish.leaseId, at) : undefined;
    if (step) this.#perform(wish.assetId, step);
    const renewed = step && this.find(wish);
    if (renewed) return ok(renewed);
    const end = leases.lastEnded.find(({ leaseId }) => leaseId === wish.leaseId);
    return fail(end?.reason === handedOver ? given : gone);
  }

  async release(asker: Asker, wish: LeaseRef): Promise<Result<null, Refusal>> {
    const held = this.find(wish);
    if (!held || !isPilot(asker, held)) return fail(gone);
    await this.#end(held, { cause: "released", reason: "the pilot gave it back" });
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
    const { assetId, reason } = wish;
    const both = heldOf(this.#of(assetId));
    const [held] = both;
    if (!held) return fail(gone);
    const line = {
      action: "lease.revoke",
      subject: { kind: "drone", id: assetId },
      detail: { reason, leaseId: held.lease.leaseId },
    };
    const end = { cause: "revoked", reason };
    const ends = both.flatMap(({ lease }) =>
      this.#perform(assetId, endLease(this.#of(assetId), lease.leaseId, end)),
    );
    try {
      await commitAudited(this.#context, actorOf(asker), line, (transaction) =>
        this.#write(ends, transaction),
      );
    } catch (cause) {
      // In force on paper, nobody could take the drone again. Where this fails too the store is away,
      // and endLostLeases writes it when it is back.
      await Promise.allSettled(ends.map((one) => this.#write([one])));
      throw cause;
    }
    // A handover may have begun while this was on its way to the disk.
    const late = this.#of(assetId).awaited;
    if (late) await this.#end(late, end);
    return ok(null);
  }

  /** [DC3] A trial changed: every lease that it no longer allows is taken back, now. */
  async decideAgain(): Promise<void> {
    const all = [...this.#byAsset.values()].flatMap((leases) => heldOf(leases));
    const lost = all.flatMap((held) => {
      const { subject, lease } = held;
      const question = { subject, action: "drone.fly", assetId: lease.assetId } as const;
      const decision = this.#context.permits.decide(question);
      if (decision.answer === "allow") return [];
      return [{ held, end: { cause: "permit-lost", reason: wordsOf(decision.reasons) } }];
    });
    await Promise.all(lost.map(({ held, end }) => this.#end(held, end)));
  }

  /** [AU2] [AU3] Ends the leases that nobody renewed, and the handovers that took too long. */
  async expire(): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    const all = [...this.#byAsset].flatMap(([assetId, leases]) =>
      this.#perform(assetId, expireLeases(leases, nowMs)),
    );
    await Promise.all(all.map((one) => this.#write([one])));
  }

  /** The gateway says how a lease went. */
  async heard(assetId: AssetId, word: LeaseWord): Promise<void> {
    await this.#write(this.#perform(assetId, hearLease(this.#of(assetId), word)));
  }

  /** A gateway has connected: it is told how things stand. */
  greet(assetId: AssetId): void {
    const leases = this.#of(assetId);
    this.#perform(assetId, { leases, effects: greetGateway(leases) });
  }

  /** [AU2] After a restart the leases in force live on for one lifetime, or until they are renewed. */
  restore(leases: readonly LeaseInForce[]): void {
    const nowMs = this.#context.clock.nowMs();
    for (const held of leases) {
      const { assetId } = held.lease;
      this.#byAsset.set(assetId, restoreLease(this.#of(assetId), held, nowMs));
      this.#show(assetId);
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
      const winner = heldOf(this.#of(assetId)).at(-1);
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
      await this.#write([{ kind: "write-end", lease, cause: "nobody to take over from" }]);
      return fail(gone);
    }
    this.#perform(assetId, grantLease(this.#of(assetId), granted));
    // The trial may have been suspended meanwhile.
    await this.decideAgain();
    return this.find(lease) ? ok(granted) : fail(gone);
  }

  #of(assetId: AssetId): Leases {
    return this.#byAsset.get(assetId) ?? noLeases;
  }

  async #end({ lease: { assetId, leaseId } }: LeaseInForce, end: LeaseEnd): Promise<void> {
    await this.#write(this.#perform(assetId, endLease(this.#of(assetId), leaseId, end)));
  }

  /** The gateway hears of it now; what is to be written is the caller's, for a disk takes its time. */
  #perform(assetId: AssetId, { leases, effects }: LeaseStep<LeaseInForce>): Writes {
    const isChanged = leases !== this.#of(assetId);
    this.#byAsset.set(assetId, leases);
    const writes: Write[] = [];
    for (const effect of effects) {
      if (effect.kind === "send-lease") {
        const token = signLease(effect.lease, this.#leaseKey.secretKey);
        this.#gateways.send(effect.lease.gatewayId, { op: "lease", token });
      } else if (effect.kind === "send-end") {
        const { gatewayId, leaseId, reason } = effect.ended;
        this.#gateways.send(gatewayId, { op: "revoke", leaseId, reason });
      } else writes.push(effect);
    }
    if (isChanged) this.#show(assetId);
    return writes;
  }

  async #write(writes: Writes, db: HubContext["db"] = this.#context.db): Promise<void> {
    const atMs = this.#context.clock.nowMs();
    for (const write of writes) {
      const { assetId, leaseId } = write.lease;
      if (write.kind === "write-seat") await seatLeaseRow(db, { assetId, leaseId, atMs });
      else await endLeaseRow(db, { leaseId, atMs, cause: write.cause });
    }
  }

  #show(assetId: AssetId): void {
    const held = this.inForce(assetId);
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

/** Why, for the gateway's record: the same codes that the page is told, and the city's reason. */
const wordsOf = (reasons: Extract<Decision, { answer: "deny" }>["reasons"]): string =>
  reasons
    .map((reason) => ("reason" in reason ? `${reason.kind}: ${reason.reason}` : reason.kind))
    .join("; ");
