import {
  type AssetLeases,
  endLease,
  expireLeases,
  findHeld,
  gatewayId,
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
  leaseExpiry,
  leaseId,
  leasePublicKey,
  noLeases,
  renewLease,
  restoreLease,
  signLease,
} from "@pista/flight";
import {
  assetId,
  type EpochMs,
  epochMs,
  personId,
  type Random,
  siteId,
  trialId,
} from "@pista/kernel";
import { hubNowMs } from "./storm-clocks.ts";
import { type HubMessage, StormHubLink } from "./storm-hub-link.ts";
import { pilotFingerprint, pilotThumbprint } from "./storm-pilot.ts";
import type { StormPlan } from "./storm-plan.ts";
import { stormLimits } from "./storm-site.ts";
import type { Timeline } from "./timeline.ts";

export const stormGatewayId = gatewayId("storm-gateway");
export const stormAssetId = assetId("demo-drone");

const hubSecretKey = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const strangersKey = Uint8Array.from({ length: 32 }, () => 7);
export const hubPublicKey = leasePublicKey(hubSecretKey);

/** [AU2] How often it looks for leases that nobody renewed. */
const sweepMs = 1_000;

type HubOptions = {
  readonly plan: StormPlan;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly toGateway: (message: HubMessage, nowMs: number) => void;
  readonly signed: (lease: Lease, nowMs: number) => void;
  /** [AU1] What the gateway says when it joins: the highest that it has heard of. */
  readonly gatewaysEpoch: () => number;
};

/**
 * The hub of a storm: what the real one decides about leases, over a disk that outlives it, a clock
 * that is set and a line that breaks. Old copies of leases come again, and a stranger signs too.
 */
export class StormHub {
  readonly link: StormHubLink;
  isAlive = true;
  private readonly options: HubOptions;
  private readonly sent: string[] = [];
  private leases: AssetLeases = noLeases;
  /** [AU7] What a hub that was killed begins with. */
  private readonly paper = { epoch: 0, mayFly: true, open: new Map<string, HeldLease>() };
  private gatewaysEpoch = 0;
  private granted = 0;

  constructor(options: HubOptions) {
    this.options = options;
    const { plan, timeline, random, toGateway, gatewaysEpoch } = options;
    this.link = new StormHubLink(plan.hub, timeline, random, {
      toGateway,
      toHub: (word, nowMs) => this.perform(hearLease(this.leases, word), nowMs),
      joined: (nowMs) => {
        this.gatewaysEpoch = gatewaysEpoch();
        this.carryOut(greetGateway(this.leases), nowMs);
      },
    });
    for (const { fromMs, toMs } of plan.hub.outages) {
      timeline.at(fromMs, () => this.fall());
      timeline.at(toMs, (nowMs) => this.rise(nowMs));
    }
    this.sweep(0);
    this.forge(150);
    plan.hub.replaysAtMs.forEach((atMs, index) => {
      timeline.at(atMs, (nowMs) => {
        const token = this.sent[index % Math.max(1, this.sent.length)];
        if (token) this.link.send({ kind: "lease", token, leaseId: undefined }, nowMs);
      });
    });
  }

  /** [AU1] [AU7] A lease for whoever asks, where nobody flies and the trial allows it. */
  take(nowMs: number): Lease | "away" | "taken" {
    if (!this.isAlive || !this.link.isUp) return "away";
    this.expire(nowMs);
    if (heldOf(this.leases).length > 0 || !this.mayFly(nowMs)) return "taken";
    return this.grant(undefined, nowMs);
  }

  /** [AU3] */
  handOver(nowMs: number): Lease | undefined {
    const { inForce, awaited } = this.leases;
    if (!this.isAlive || !this.link.isUp || !inForce || awaited) return undefined;
    return this.grant(inForce.lease, nowMs);
  }

  renew(id: string, nowMs: number): "renewed" | "handed-over" | "over" | "away" {
    if (!this.isAlive) return "away";
    const at = { nowMs: this.now(nowMs), windowEndsAtMs: this.windowEndsAtMs() };
    const step = renewLease(this.leases, id, at);
    if (step) this.perform(step, nowMs);
    if (step) return "renewed";
    const ended = this.leases.lastEnded.find((one) => one.leaseId === id);
    return ended?.reason === handedOver ? "handed-over" : "over";
  }

  release(id: string, nowMs: number): void {
    this.end(id, { cause: "released", reason: "the pilot gave it back" }, nowMs);
  }

  /** [AU5] [DC3] The steward suspends the trial; false where the hub is away. */
  suspend(nowMs: number): boolean {
    if (!this.isAlive) return false;
    this.paper.mayFly = false;
    const end = { cause: "permit-lost", reason: "the steward says so" };
    for (const { lease } of heldOf(this.leases)) this.end(lease.leaseId, end, nowMs);
    return true;
  }

  resume(): boolean {
    if (this.isAlive) this.paper.mayFly = true;
    return this.isAlive;
  }

  gatewayRestarted(nowMs: number): void {
    this.link.forget();
    if (this.isAlive) this.link.joinSoon(nowMs);
  }

  private grant(giver: Lease | undefined, nowMs: number): Lease {
    const { paper } = this;
    paper.epoch = Math.max(paper.epoch, this.gatewaysEpoch) + 1;
    const lease = this.leaseAt(paper.epoch, giver, nowMs);
    const held: HeldLease = {
      lease,
      windowEndsAtMs: this.windowEndsAtMs(),
      awaitedUntilMs: giver && epochMs(this.now(nowMs) + handoverMsMax),
    };
    paper.open.set(lease.leaseId, held);
    this.perform(grantLease(this.leases, held), nowMs);
    return lease;
  }

  private end(id: string, end: LeaseEnd, nowMs: number): void {
    if (this.isAlive) this.perform(endLease(this.leases, id, end), nowMs);
  }

  private expire(nowMs: number): void {
    this.perform(expireLeases(this.leases, this.now(nowMs)), nowMs);
  }

  private sweep(nowMs: number): void {
    if (this.isAlive) this.expire(nowMs);
    this.options.timeline.at(nowMs + sweepMs, (nextMs) => this.sweep(nextMs));
  }

  /** A line that is cut, or a process that is killed, and the line with it. */
  private fall(): void {
    this.link.break();
    if (this.options.plan.hub.diesInOutages) this.isAlive = false;
  }

  private rise(nowMs: number): void {
    const { paper } = this;
    if (!this.isAlive) {
      this.isAlive = true;
      this.leases = noLeases;
      // [AU1] As from a backup that is older than its last leases.
      if (this.options.plan.hub.losesPaper) {
        paper.epoch = 0;
        paper.open.clear();
      }
      for (const held of paper.open.values()) {
        this.leases = restoreLease(this.leases, held, this.now(nowMs));
      }
    }
    this.link.joinSoon(nowMs);
  }

  private perform({ leases, effects }: LeaseStep<HeldLease>, nowMs: number): void {
    this.leases = leases;
    this.carryOut(effects, nowMs);
  }

  private carryOut(effects: readonly LeaseEffect[], nowMs: number): void {
    const { open } = this.paper;
    for (const effect of effects) {
      if (effect.kind === "send-lease") this.sign(effect.lease, nowMs);
      else if (effect.kind === "send-end") this.link.send({ ...effect.ended, kind: "end" }, nowMs);
      else if (effect.kind === "write-end") open.delete(effect.lease.leaseId);
      else {
        const held = findHeld(this.leases, effect.lease.leaseId);
        open.clear();
        if (held) open.set(held.lease.leaseId, held);
      }
    }
  }

  private sign(lease: Lease, nowMs: number): void {
    const token = signLease(lease, hubSecretKey);
    this.sent.push(token);
    this.options.signed(lease, nowMs);
    this.link.send({ kind: "lease", token, leaseId: lease.leaseId }, nowMs);
  }

  /** [AU6] Well formed, of a high epoch, and signed by somebody else. */
  private forge(atMs: number): void {
    this.options.timeline.at(atMs, (nowMs) => {
      const token = signLease(this.leaseAt(99, undefined, nowMs), strangersKey);
      this.link.send({ kind: "lease", token, leaseId: undefined }, nowMs);
    });
  }

  private mayFly(nowMs: number): boolean {
    return this.paper.mayFly && this.now(nowMs) < this.windowEndsAtMs();
  }

  private now(nowMs: number): EpochMs {
    return hubNowMs(this.options.plan.clocks.hub, nowMs);
  }

  private windowEndsAtMs(): EpochMs {
    const { clocks, hub } = this.options.plan;
    return hubNowMs({ ...clocks.hub, jumps: [] }, hub.windowEndsAtMs);
  }

  private leaseAt(epoch: number, giver: Lease | undefined, nowMs: number): Lease {
    const { plan } = this.options;
    const issuedAtMs = this.now(nowMs);
    return {
      leaseId: leaseId(`lease-${++this.granted}`),
      assetId: stormAssetId,
      gatewayId: stormGatewayId,
      trialId: trialId("storm"),
      pilotId: personId("pilot"),
      ...(giver ? { succeeds: giver.leaseId } : {}),
      epoch,
      renewal: issuedAtMs,
      issuedAtMs,
      expiresAtMs: leaseExpiry(issuedAtMs, this.windowEndsAtMs()),
      site: { siteId: siteId("hall"), version: 1 },
      limits: stormLimits(plan.hub),
      view: plan.hub.view,
      dtlsFingerprint: pilotFingerprint,
      keyThumbprint: pilotThumbprint,
    };
  }
}
