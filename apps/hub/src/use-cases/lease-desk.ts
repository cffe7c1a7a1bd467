import type { FromHub } from "@pista/contracts";
import {
  type GatewayId,
  type Lease,
  type LeaseId,
  leaseId,
  leaseLifetimeMs,
  signLease,
} from "@pista/flight";
import {
  type AssetId,
  type EpochMs,
  epochMs,
  fail,
  type OrganisationId,
  ok,
  personId,
  type Result,
} from "@pista/kernel";
import type { Decision, Site, Subject } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { QueryError, sqlStates } from "../store/errors.ts";
import { endLeaseRow, insertLease, nextEpoch } from "../store/leases.ts";
import { actorOf, commitAudited, type HubContext, newId } from "./context.ts";
import { leaseLimits } from "./lease-limits.ts";

export type LeaseInForce = {
  readonly lease: Lease;
  readonly subject: Subject;
  readonly pilotName: string;
  readonly windowEndsAtMs: EpochMs;
};

/** How leases reach gateways. */
export interface GatewayPort {
  isConnected(gatewayId: GatewayId): boolean;
  send(gatewayId: GatewayId, message: FromHub): boolean;
}

export type LeaseWish = {
  readonly assetId: AssetId;
  readonly gatewayId: GatewayId;
  readonly owner: OrganisationId;
  readonly dtlsFingerprint: string;
  readonly keyThumbprint: string;
};

type Allowed = Extract<Decision, { answer: "allow" }>;

type LeaseRef = { readonly assetId: AssetId; readonly leaseId: string };

/** Who controls which drone now. A lease is signed here and nowhere else. */
export class LeaseDesk {
  readonly #context: HubContext;
  readonly #gateways: GatewayPort;
  readonly #leaseKey: Uint8Array;
  readonly #byAsset = new Map<AssetId, LeaseInForce>();
  /** The last lease that was taken back, for gateways that were away when it was. */
  readonly #lastRevoked = new Map<AssetId, { leaseId: LeaseId; reason: string }>();

  constructor(context: HubContext, gateways: GatewayPort, leaseKey: Uint8Array) {
    this.#context = context;
    this.#gateways = gateways;
    this.#leaseKey = leaseKey;
  }

  inForce(assetId: AssetId): LeaseInForce | undefined {
    return this.#byAsset.get(assetId);
  }

  /** [AU1] A new lease under the next epoch, or the same browser's own lease once more. */
  async take(
    asker: Asker,
    allowed: Allowed,
    wish: LeaseWish,
  ): Promise<Result<LeaseInForce, Refusal>> {
    const site = siteOf(this.#context, allowed);
    if (!asker.person || !allowed.trialId || !site) {
      return fail({ kind: "not-permitted", detail: "A lease is a person's, under a trial." });
    }
    if (!this.#gateways.isConnected(wish.gatewayId)) return fail(offline);
    const held = this.#byAsset.get(wish.assetId);
    if (held) {
      const isSame = isPilot(asker, held) && isSameBrowser(held.lease, wish);
      return isSame ? ok(this.#put(this.#renewed(held, allowed))) : fail(taken(held.pilotName));
    }
    const nowMs = this.#context.clock.nowMs();
    const draft: Omit<Lease, "epoch"> = {
      leaseId: leaseId(newId(this.#context, "lease")),
      assetId: wish.assetId,
      gatewayId: wish.gatewayId,
      trialId: allowed.trialId,
      pilotId: personId(asker.person.personId),
      renewal: nowMs,
      issuedAtMs: nowMs,
      expiresAtMs: expiryOf(nowMs, allowed.validUntilMs),
      site: { siteId: site.siteId, version: site.version },
      limits: leaseLimits(site),
      view: "telemetry",
      dtlsFingerprint: wish.dtlsFingerprint,
      keyThumbprint: wish.keyThumbprint,
    };
    const lease = await this.#store(asker, draft, wish.owner);
    if (!lease) {
      const winner = this.#byAsset.get(wish.assetId);
      return fail(taken(winner?.pilotName ?? "Somebody else"));
    }
    const granted: LeaseInForce = {
      lease,
      subject: asker.subject,
      pilotName: asker.person.name,
      windowEndsAtMs: allowed.validUntilMs,
    };
    this.#put(granted);
    this.#show(wish.assetId);
    // The trial may have been suspended while the epoch was on its way to the disk.
    await this.decideAgain();
    return this.#byAsset.get(wish.assetId) === granted ? ok(granted) : fail(gone);
  }

  renew(asker: Asker, allowed: Allowed, wish: LeaseRef): Result<LeaseInForce, Refusal> {
    const held = this.#find(wish);
    const nowMs = this.#context.clock.nowMs();
    // Over is over, even when the sweep that writes it down has not come by yet.
    if (!held || !isPilot(asker, held) || held.lease.expiresAtMs <= nowMs) return fail(gone);
    return ok(this.#put(this.#renewed(held, allowed)));
  }

  async release(asker: Asker, wish: LeaseRef): Promise<Result<null, Refusal>> {
    const held = this.#find(wish);
    if (!held || !isPilot(asker, held)) return fail(gone);
    await this.#end(held, "released", "the pilot gave it back");
    return ok(null);
  }

  /** The city takes the drone from whoever flies it. */
  async revoke(
    asker: Asker,
    wish: { assetId: AssetId; reason: string },
  ): Promise<Result<null, Refusal>> {
    const held = this.#byAsset.get(wish.assetId);
    if (!held) return fail(gone);
    const line = {
      action: "lease.revoke",
      subject: { kind: "drone", id: wish.assetId },
      detail: { reason: wish.reason, leaseId: held.lease.leaseId },
    };
    const end = this.#endOf(held, "revoked");
    await commitAudited(this.#context, actorOf(asker), line, (transaction) =>
      endLeaseRow(transaction, end),
    );
    this.#drop(held, wish.reason);
    return ok(null);
  }

  /** [DC3] A trial changed: every lease that it no longer allows is taken back, now. */
  async decideAgain(): Promise<void> {
    const lost = [...this.#byAsset.values()].flatMap((held) => {
      const { subject, lease } = held;
      const question = { subject, action: "drone.fly", assetId: lease.assetId } as const;
      const decision = this.#context.permits.decide(question);
      return decision.answer === "deny" ? [{ held, reason: wordsOf(decision.reasons) }] : [];
    });
    await Promise.all(lost.map(({ held, reason }) => this.#end(held, "permit-lost", reason)));
  }

  /** [AU2] Ends the leases that nobody renewed. */
  async expire(): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    const over = [...this.#byAsset.values()].filter(({ lease }) => lease.expiresAtMs <= nowMs);
    await Promise.all(over.map((held) => this.#end(held, "expired", "it was not renewed in time")));
  }

  /** The gateway says that it does not, or no longer, obey a lease. */
  async ended(lease: LeaseRef, cause: string): Promise<void> {
    const held = this.#find(lease);
    if (held) await this.#end(held, `gateway: ${cause}`, cause);
  }

  /** A gateway has connected: it is told how things stand. */
  greet(gatewayId: GatewayId, assetId: AssetId): void {
    const held = this.#byAsset.get(assetId);
    const revoked = this.#lastRevoked.get(assetId);
    if (held) this.#send(held);
    else if (revoked) this.#gateways.send(gatewayId, { op: "revoke", ...revoked });
  }

  /** [AU2] After a restart the leases in force live on for one lifetime, or until they are renewed. */
  restore(leases: readonly LeaseInForce[]): void {
    const nowMs = this.#context.clock.nowMs();
    for (const held of leases) {
      const expiresAtMs = expiryOf(nowMs, held.windowEndsAtMs);
      this.#byAsset.set(held.lease.assetId, { ...held, lease: { ...held.lease, expiresAtMs } });
      this.#show(held.lease.assetId);
    }
  }

  /** [AU7] The epoch is durable before the lease leaves; undefined when somebody was quicker. */
  async #store(
    asker: Asker,
    draft: Omit<Lease, "epoch">,
    owner: OrganisationId,
  ): Promise<Lease | undefined> {
    const line = {
      action: "lease.take",
      subject: { kind: "drone", id: draft.assetId },
      detail: { trialId: draft.trialId, leaseId: draft.leaseId },
    };
    try {
      return await commitAudited(this.#context, actorOf(asker), line, async (transaction) => {
        const epoch = await nextEpoch(transaction, draft.assetId);
        const lease: Lease = { ...draft, epoch };
        await insertLease(transaction, lease, owner);
        return lease;
      });
    } catch (cause) {
      if (cause instanceof QueryError && cause.sqlState === sqlStates.uniqueViolation) {
        return undefined;
      }
      throw cause;
    }
  }

  #find(wish: LeaseRef): LeaseInForce | undefined {
    const held = this.#byAsset.get(wish.assetId);
    return held?.lease.leaseId === wish.leaseId ? held : undefined;
  }

  #renewed(held: LeaseInForce, allowed: Allowed): LeaseInForce {
    const nowMs = this.#context.clock.nowMs();
    const lease = {
      ...held.lease,
      issuedAtMs: nowMs,
      expiresAtMs: expiryOf(nowMs, allowed.validUntilMs),
      // By the clock, so that it still rises after a restart of the hub.
      renewal: Math.max(held.lease.renewal + 1, nowMs),
    };
    return { ...held, lease, windowEndsAtMs: allowed.validUntilMs };
  }

  #put(held: LeaseInForce): LeaseInForce {
    this.#byAsset.set(held.lease.assetId, held);
    this.#send(held);
    return held;
  }

  #send({ lease }: LeaseInForce): void {
    this.#gateways.send(lease.gatewayId, { op: "lease", token: signLease(lease, this.#leaseKey) });
  }

  /** The gateway first, the paper after: a stop does not wait for a disk (AU5). */
  async #end(held: LeaseInForce, cause: string, reason: string): Promise<void> {
    if (this.#drop(held, reason)) await endLeaseRow(this.#context.db, this.#endOf(held, cause));
  }

  /** False when it was over already. */
  #drop({ lease }: LeaseInForce, reason: string): boolean {
    const { assetId, gatewayId, leaseId: id } = lease;
    if (this.#byAsset.get(assetId)?.lease.leaseId !== id) return false;
    this.#byAsset.delete(assetId);
    this.#lastRevoked.set(assetId, { leaseId: id, reason });
    this.#gateways.send(gatewayId, { op: "revoke", leaseId: id, reason });
    this.#show(assetId);
    return true;
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

/** [AU2] Fifteen seconds, and never past the window. */
const expiryOf = (nowMs: EpochMs, validUntilMs: EpochMs): EpochMs =>
  epochMs(Math.min(nowMs + leaseLifetimeMs, validUntilMs));

function siteOf(context: HubContext, allowed: Allowed): Site | undefined {
  const bound = allowed.obligations.find(({ kind }) => kind === "stay-within-site");
  return bound && context.permits.site(bound.siteId, bound.siteVersion);
}

const isSameBrowser = (
  lease: Lease,
  wish: Pick<LeaseWish, "dtlsFingerprint" | "keyThumbprint">,
): boolean =>
  lease.dtlsFingerprint === wish.dtlsFingerprint && lease.keyThumbprint === wish.keyThumbprint;

const gone: Refusal = { kind: "lease-ended", detail: "This lease is over: ask for a new one." };
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
