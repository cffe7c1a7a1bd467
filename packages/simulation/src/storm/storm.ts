import {
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  type GatewayStep,
  initialGatewayState,
  type Lease,
  type PeerEffect,
  type PeerEvent,
  stepGateway,
  tickMs,
} from "@pista/flight";
import { createRandom, epochMs, monotonicMs, type Random } from "@pista/kernel";
import { demonstrationBounds } from "../vehicle/vehicle-body.ts";
import { timerLatenessMsMax } from "./storm-acted.ts";
import { hubNowMs, onClock, readClock, trueMsAt } from "./storm-clocks.ts";
import { hubPublicKey, StormHub, stormAssetId, stormGatewayId } from "./storm-hub.ts";
import type { HubMessage } from "./storm-hub-link.ts";
import { StormLine } from "./storm-line.ts";
import { StormPeople } from "./storm-people.ts";
import type { SentFrame } from "./storm-pilot.ts";
import { drawPlan, isWithinAny, type StormPlan, stormMs, stormMsMax } from "./storm-plan.ts";
import type { StormFinding, StormStatistics } from "./storm-report.ts";
import { wrongOfTakeOff } from "./storm-stop.ts";
import { StormVehicle } from "./storm-vehicle.ts";
import { StormWatch } from "./storm-watch.ts";
import { createTimeline } from "./timeline.ts";

export type StormReport = {
  readonly seed: number;
  readonly findings: readonly StormFinding[];
  readonly statistics: Readonly<StormStatistics>;
};

export type StormOptions = {
  /** The guard under test; a storm that breaks nothing with a broken guard proves nothing. */
  readonly guard?: (state: GatewayState, event: GatewayEvent) => GatewayStep;
};

/** How often the gateway asks the hub what its clock reads. */
const hubPingMs = 1_000;

const stormSetup = {
  gatewayId: stormGatewayId,
  assetId: stormAssetId,
  leasePublicKey: hubPublicKey,
  vehicle: demonstrationBounds,
};

/** Everything of one storm, joined: the real guard between a simulated pilot and vehicle. */
class Storm {
  readonly watch: StormWatch;
  private readonly plan: StormPlan;
  private readonly guard: NonNullable<StormOptions["guard"]>;
  private readonly timeline = createTimeline();
  private readonly pilotsRandom: Random;
  private readonly timerRandom: Random;
  private readonly hub: StormHub;
  private readonly vehicle: StormVehicle;
  /** What pages know of leases, by their ids. */
  private readonly leases = new Map<string, Lease>();
  private gateway: GatewayState;
  /** [AU7] What the pilotage process made durable, and which life of it this is. */
  private storedEpoch = 0;
  /** And what is on its way to the disk. */
  private wantedEpoch = 0;
  /** What the hub's clock read after a ping had left, and when that was by the gateway's own. */
  private hubReading: { readonly hubNowMs: number; readonly sentAtMs: number };
  private life = 0;
  private isPilotageDead = false;
  private wakeAtMs = Number.POSITIVE_INFINITY;
  private line: StormLine;
  /** [AU3] Whoever is to take over. */
  private receiver: StormLine | undefined;
  private readonly lineLeases = new Map<StormLine, Lease>();
  private readonly connecting = new Set<StormLine>();

  constructor(seed: number, options: StormOptions) {
    const random = createRandom(seed);
    this.plan = drawPlan(random.fork());
    this.guard = options.guard ?? stepGateway;
    this.pilotsRandom = random.fork();
    this.timerRandom = random.fork();
    const { plan, timeline } = this;
    this.watch = new StormWatch(plan);
    const hear = (event: GatewayEvent): void => this.step(event);
    this.vehicle = new StormVehicle({
      plan,
      random: random.fork(),
      timeline,
      hear,
      mayTakeOff: (nowMs) => this.mayTakeOff(nowMs),
    });
    this.line = new StormLine("pilot", plan, random.fork());
    this.hub = new StormHub({
      plan,
      timeline,
      random: random.fork(),
      toGateway: (message, nowMs) => this.hearHub(message, nowMs),
      signed: (lease, nowMs) => {
        this.leases.set(lease.leaseId, lease);
        this.watch.leases.signed(lease, nowMs);
      },
      gatewaysEpoch: () => this.wantedEpoch,
    });
    new StormPeople(plan, timeline, random.fork(), this.hub);
    this.gateway = initialGatewayState(stormSetup, 0);
    this.hubReading = { hubNowMs: hubNowMs(plan.clocks.hub, 0), sentAtMs: 0 };
    this.pingHub(0);
  }

  run(): void {
    this.begin();
    let endMs = stormMs;
    for (;;) {
      const atMs = Math.min(
        this.timeline.nextMs,
        this.wakeAtMs,
        this.line.nextMs,
        this.receiver?.nextMs ?? stormMsMax,
      );
      if (atMs >= endMs) {
        if (endMs >= stormMsMax || !this.isComingDown(endMs)) break;
        endMs += 1_000;
        continue;
      }
      for (const line of [this.line, this.receiver]) this.deliver(line, atMs);
      if (this.wakeAtMs <= atMs) this.step({ kind: "tick", atMs: monotonicMs(atMs) });
      if (this.timeline.nextMs <= atMs) this.timeline.runNext();
    }
    this.watch.end(this.vehicle.at(endMs), endMs);
  }

  /** [LG2] The way to a marked spot may take longer than the storm, and a descent too. */
  private isComingDown(nowMs: number): boolean {
    if (this.gateway.phase === "diverting") return true;
    const { armed, mode } = this.vehicle.at(nowMs).autopilot;
    return armed && mode === "land";
  }

  private mayTakeOff(nowMs: number): boolean {
    if (this.isPilotageDead || this.gateway.phase !== "taking-off") return false;
    this.watch.reportAll(wrongOfTakeOff(this.gateway), nowMs);
    return true;
  }

  private begin(): void {
    const { plan, timeline } = this;
    this.every(tickMs, timerLatenessMsMax, (nowMs) =>
      this.step({ kind: "tick", atMs: monotonicMs(nowMs) }),
    );
    this.every(20, 0, (nowMs) => {
      this.watch.vehicle(this.vehicle.at(nowMs), nowMs);
      this.vehicle.report(nowMs);
    });
    this.every(20, 6, (nowMs) => this.workPages(nowMs));
    for (const atMs of plan.pilot.refreshesAtMs) {
      timeline.at(atMs, (nowMs) => {
        this.leave(this.line, nowMs);
        this.connectSoon(this.line, nowMs);
      });
    }
    timeline.at(plan.pilot.goneAtMs, (nowMs) => {
      if (plan.pilot.says === "goodbye") this.leaveAll(nowMs);
    });
    const { safetyPilot, pilotageDeath, mediaDeath } = plan;
    if (pilotageDeath) {
      timeline.at(pilotageDeath.fromMs, () => this.killPilotage());
      timeline.at(pilotageDeath.toMs, (nowMs) => this.restartPilotage(nowMs));
    }
    if (mediaDeath) {
      timeline.at(mediaDeath.fromMs, (nowMs) => this.leaveAll(nowMs));
      timeline.at(mediaDeath.toMs, (nowMs) => {
        this.connectSoon(this.line, nowMs);
        if (this.receiver) this.connectSoon(this.receiver, nowMs);
      });
    }
    if (!safetyPilot) return;
    timeline.at(safetyPilot.fromMs, (nowMs) => this.vehicle.turnSwitch("brake", nowMs));
    timeline.at(safetyPilot.toMs, (nowMs) => this.vehicle.turnSwitch("guided", nowMs));
  }

  /** The process takes the peers with it; what it had not made durable is forgotten. */
  private killPilotage(): void {
    this.isPilotageDead = true;
    this.life++;
    this.wakeAtMs = Number.POSITIVE_INFINITY;
    this.hub.link.break();
    this.line.close();
    this.receiver = undefined;
  }

  private restartPilotage(nowMs: number): void {
    this.isPilotageDead = false;
    this.wantedEpoch = this.storedEpoch;
    this.gateway = initialGatewayState(stormSetup, this.storedEpoch);
    this.vehicle.forgetReported();
    this.watch.restarted(this.storedEpoch, nowMs);
    this.hub.gatewayRestarted(nowMs);
  }

  private pingHub(nowMs: number): void {
    const { hub, clocks } = this.plan;
    const { timeline } = this;
    timeline.at(nowMs + hubPingMs, (nextMs) => this.pingHub(nextMs));
    if (isWithinAny(hub.outages, nowMs)) return;
    timeline.at(nowMs + hub.delayMs, (readMs) => {
      const sentAtMs = readClock(clocks.gateway, nowMs);
      const reading = { hubNowMs: hubNowMs(clocks.hub, readMs), sentAtMs };
      timeline.at(readMs + hub.delayMs, () => {
        this.hubReading = reading;
      });
    });
  }

  /** Absolute deadlines with the lateness of a timer on each, as the gateway's own loop has. */
  private every(periodMs: number, latenessMs: number, run: (nowMs: number) => void): void {
    let deadlineMs = periodMs;
    const next = (): void => {
      const lateMs = latenessMs * this.timerRandom.next();
      this.timeline.at(deadlineMs + lateMs, (nowMs) => {
        run(nowMs);
        deadlineMs += periodMs;
        next();
      });
    };
    next();
  }

  private step(event: GatewayEvent, arrived?: SentFrame): void {
    if (this.isPilotageDead) return;
    const before = this.gateway;
    const { gateway: clock } = this.plan.clocks;
    const heard = onClock(event, clock);
    const step = this.guard(before, heard);
    this.gateway = step.state;
    const lateMs = (timerLatenessMsMax / 2) * this.timerRandom.next();
    this.wakeAtMs = trueMsAt(clock, step.wakeAtMs ?? Number.POSITIVE_INFINITY) + lateMs;
    const { effects, state: after } = step;
    this.watch.stepped({ event, gatewayMs: heard.atMs, before, after, effects, arrived });
    for (const effect of effects) this.perform(effect, event.atMs);
  }

  private perform(effect: GatewayEffect, atMs: number): void {
    switch (effect.kind) {
      case "store-epoch":
        this.storeEpoch(effect.epoch, atMs);
        return;
      case "set-velocity":
        this.vehicle.order(atMs, { ...effect, kind: "velocity" });
        return;
      case "order-autopilot":
        this.vehicle.orderFlight(effect.order, atMs);
        return;
      case "close-peer":
        this.line.close();
        this.connectSoon(this.line, atMs);
        return;
      case "report-lease":
        this.hub.link.tell({ ...effect, cause: effect.cause ?? null }, atMs);
        this.followLease(effect.leaseId, effect.state, atMs);
        return;
      case "tell-successor":
        this.tellReceiver(effect.effect, atMs);
        return;
      case "seat-successor":
        if (this.receiver) this.line = this.receiver;
        this.receiver = undefined;
        return;
      case "record":
        return;
      default:
        this.line.perform(effect, atMs);
    }
  }

  private storeEpoch(epoch: number, atMs: number): void {
    const { life } = this;
    this.wantedEpoch = Math.max(this.wantedEpoch, epoch);
    this.timeline.at(atMs + this.plan.hub.storeEpochMs, (nowMs) => {
      if (life !== this.life) return;
      this.storedEpoch = Math.max(this.storedEpoch, epoch);
      this.watch.epochStored(epoch);
      this.step({ kind: "epoch-stored", epoch, atMs: monotonicMs(nowMs) });
    });
  }

  private followLease(
    leaseId: string,
    state: Extract<GatewayEffect, { kind: "report-lease" }>["state"],
    atMs: number,
  ): void {
    const lease = this.leases.get(leaseId);
    if (!lease) return;
    if (state === "awaited") {
      this.receiver = new StormLine("receiver", this.plan, this.pilotsRandom.fork());
      this.lineLeases.set(this.receiver, lease);
      this.connectSoon(this.receiver, atMs);
    }
    if (state !== "held") return;
    // Whoever was seated is connected already.
    const isSeated = this.line.isOpen && this.lineLeases.get(this.line)?.leaseId === leaseId;
    this.lineLeases.set(this.line, lease);
    if (!isSeated || this.gateway.peer.state === "closed") this.connectSoon(this.line, atMs);
  }

  private tellReceiver(effect: PeerEffect, atMs: number): void {
    const { receiver } = this;
    if (!receiver) return;
    if (effect.kind !== "close-peer") {
      receiver.perform(effect, atMs);
      return;
    }
    receiver.close();
    if (this.gateway.successor) this.connectSoon(receiver, atMs);
    else this.receiver = undefined;
  }

  private deliver(line: StormLine | undefined, nowMs: number): void {
    line?.deliver(nowMs, (event, arrived) => this.hearLine(line, event, arrived));
  }

  private hearLine(line: StormLine, event: PeerEvent, arrived?: SentFrame): void {
    if (line === this.line) this.step(event, arrived);
    if (line === this.receiver) {
      this.step({ kind: "successor-heard", event, atMs: event.atMs }, arrived);
    }
  }

  private hearHub(message: HubMessage, nowMs: number): void {
    const atMs = monotonicMs(nowMs);
    if (message.kind === "end") {
      const { leaseId, reason } = message;
      this.step({ kind: "lease-revoked", leaseId, reason, atMs });
      return;
    }
    const { token } = message;
    const { hubNowMs: readMs, sentAtMs } = this.hubReading;
    const sinceMs = readClock(this.plan.clocks.gateway, nowMs) - sentAtMs;
    const latestMs = epochMs(Math.ceil(readMs + sinceMs));
    this.step({ kind: "lease-received", token, hubNowMs: latestMs, atMs });
  }

  private workPages(nowMs: number): void {
    if (nowMs >= this.plan.pilot.goneAtMs) return;
    for (const line of [this.line, this.receiver]) {
      if (line?.work(nowMs)) this.watch.statistics.framesSent++;
    }
  }

  /** Signalling takes its time, and one attempt at a time is enough. */
  private connectSoon(line: StormLine, nowMs: number): void {
    if (this.connecting.has(line)) return;
    this.connecting.add(line);
    this.timeline.at(nowMs + this.pilotsRandom.between(200, 700), (atMs) => {
      this.connecting.delete(line);
      const lease = this.lineLeases.get(line);
      const { pilot, mediaDeath } = this.plan;
      const isDown = this.isPilotageDead || (mediaDeath && isWithinAny([mediaDeath], atMs));
      if (!lease || isDown || atMs >= pilot.goneAtMs) return;
      const opened = line.open(lease, atMs);
      if (line === this.line) this.watch.connected();
      this.hearLine(line, opened);
    });
  }

  private leave(line: StormLine, nowMs: number): void {
    if (!line.isOpen) return;
    line.close();
    this.hearLine(line, { kind: "peer-closed", atMs: monotonicMs(nowMs) });
  }

  private leaveAll(nowMs: number): void {
    this.leave(this.line, nowMs);
    if (this.receiver) this.leave(this.receiver, nowMs);
  }
}

/** One storm of 30 s from one seed: the same findings, every time, on every machine. */
export function runStorm(seed: number, options: StormOptions = {}): StormReport {
  const storm = new Storm(seed, options);
  storm.run();
  const { findings, statistics } = storm.watch;
  return { seed, findings, statistics };
}
