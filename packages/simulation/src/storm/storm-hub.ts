import {
  gatewayId,
  type Lease,
  leaseId,
  leaseLifetimeMs,
  leasePublicKey,
  leaseRenewalMs,
  signLease,
} from "@pista/flight";
import { assetId, type EpochMs, epochMs, personId, siteId, trialId } from "@pista/kernel";
import { type ClockPlan, hubNowMs } from "./storm-clocks.ts";
import { pilotFingerprint, pilotThumbprint } from "./storm-pilot.ts";
import { isWithinAny, type StormPlan } from "./storm-plan.ts";
import { stormLimits } from "./storm-site.ts";
import type { Timeline } from "./timeline.ts";

export const stormGatewayId = gatewayId("storm-gateway");
export const stormAssetId = assetId("demo-drone");

const hubSecretKey = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const strangersKey = Uint8Array.from({ length: 32 }, () => 7);
export const hubPublicKey = leasePublicKey(hubSecretKey);

export type HubMessage =
  /** The pilot's page learns of the lease by another way than the gateway, which must verify. */
  | { readonly kind: "lease"; readonly token: string; readonly lease: Lease | undefined }
  | { readonly kind: "revocation"; readonly lease: Lease };

const firstGrantMs = 100;

/** How often a hub that was down looks what it has to renew. */
const recoveryMs = 500;

/** The hub of a storm: grants, renews, hands over, revokes, grants again, and repeats itself. */
export class StormHub {
  private readonly plan: StormPlan["hub"];
  private readonly clock: ClockPlan;
  private readonly timeline: Timeline;
  private readonly send: (atMs: number, message: HubMessage) => void;
  private readonly sent: { readonly token: string; readonly lease: Lease }[] = [];
  /** What it renews, by epoch. */
  private readonly live = new Map<number, Lease>();
  private newest: Lease | undefined;
  private epoch = 0;

  constructor(
    { hub: plan, clocks }: StormPlan,
    timeline: Timeline,
    send: (atMs: number, message: HubMessage) => void,
  ) {
    this.plan = plan;
    this.clock = clocks.hub;
    this.timeline = timeline;
    this.send = send;
    timeline.at(firstGrantMs, (nowMs) => this.grant(nowMs));
    // [AU6] Well formed, of a high epoch, and signed by somebody else.
    timeline.at(firstGrantMs + 50, (nowMs) => {
      const token = signLease(this.leaseAt(99, nowMs), strangersKey);
      send(nowMs, { kind: "lease", token, lease: undefined });
    });
    const { revokesAtMs, regrantsAtMs, handsOverAtMs, replaysAtMs } = plan;
    if (handsOverAtMs !== undefined) timeline.at(handsOverAtMs, (nowMs) => this.handOver(nowMs));
    if (revokesAtMs !== undefined) timeline.at(revokesAtMs, (nowMs) => this.revoke(nowMs));
    if (regrantsAtMs !== undefined) timeline.at(regrantsAtMs, (nowMs) => this.grant(nowMs));
    replaysAtMs.forEach((atMs, index) => {
      timeline.at(atMs, (nowMs) => {
        const old = this.sent[index % Math.max(1, this.sent.length)];
        if (old) send(nowMs, { kind: "lease", ...old });
      });
    });
  }

  /** [AU1] A new lease; those before are renewed no more. */
  grant(nowMs: number): void {
    this.live.clear();
    this.begin(this.leaseAt(++this.epoch, nowMs), nowMs);
  }

  /** [AU3] The giver's lease goes on until the gateway says that the receiver has taken over. */
  private handOver(nowMs: number): void {
    const before = this.newest;
    if (!before || !this.live.has(before.epoch)) return;
    const lease = this.leaseAt(++this.epoch, nowMs);
    this.begin({ ...lease, succeeds: before.leaseId }, nowMs);
  }

  private revoke(nowMs: number): void {
    if (!this.newest) return;
    this.send(nowMs, { kind: "revocation", lease: this.newest });
    this.live.delete(this.newest.epoch);
  }

  private begin(lease: Lease, nowMs: number): void {
    if (isWithinAny(this.plan.outages, nowMs)) return;
    this.newest = lease;
    this.sign(lease, nowMs);
    this.timeline.at(nowMs + leaseRenewalMs, (atMs) => this.renew(lease.epoch, atMs));
  }

  private renew(epoch: number, nowMs: number): void {
    const lease = this.live.get(epoch);
    if (!lease) return;
    if (isWithinAny(this.plan.outages, nowMs)) {
      this.timeline.at(nowMs + recoveryMs, (atMs) => this.renew(epoch, atMs));
      return;
    }
    // [AU2] What ran out meanwhile is not renewed but granted anew.
    if (this.nowMs(nowMs) >= lease.expiresAtMs) {
      this.grant(nowMs);
      return;
    }
    const expiresAtMs = epochMs(this.nowMs(nowMs) + leaseLifetimeMs);
    this.sign({ ...lease, renewal: lease.renewal + 1, expiresAtMs }, nowMs);
    this.timeline.at(nowMs + leaseRenewalMs, (atMs) => this.renew(epoch, atMs));
  }

  private sign(lease: Lease, nowMs: number): void {
    this.live.set(lease.epoch, lease);
    if (lease.epoch === this.newest?.epoch) this.newest = lease;
    const token = signLease(lease, hubSecretKey);
    this.sent.push({ token, lease });
    this.send(nowMs, { kind: "lease", token, lease });
  }

  private nowMs(trueMs: number): EpochMs {
    return hubNowMs(this.clock, trueMs);
  }

  private leaseAt(epoch: number, nowMs: number): Lease {
    const issuedAtMs = this.nowMs(nowMs);
    return {
      leaseId: leaseId(`lease-${epoch}`),
      assetId: stormAssetId,
      gatewayId: stormGatewayId,
      trialId: trialId("storm"),
      pilotId: personId("pilot"),
      epoch,
      renewal: 0,
      issuedAtMs,
      expiresAtMs: epochMs(issuedAtMs + leaseLifetimeMs),
      site: { siteId: siteId("hall"), version: 1 },
      limits: stormLimits(this.plan),
      view: this.plan.view,
      dtlsFingerprint: pilotFingerprint,
      keyThumbprint: pilotThumbprint,
    };
  }
}
