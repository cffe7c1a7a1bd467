import {
  type AutopilotOrder as FlightOrder,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  type GatewayStep,
  initialGatewayState,
  type Lease,
  stepGateway,
  takeOffHeightM,
  tickMs,
} from "@pista/flight";
import { createRandom, monotonicMs, type Random } from "@pista/kernel";
import type { AutopilotOrder } from "../autopilot/autopilot-state.ts";
import { type CopterState, orderCopter, parkedCopter, stepCopter } from "../copter.ts";
import { createSimulatedLink, type LinkProfile } from "../link/link.ts";
import { vehicleStepS } from "../vehicle/vehicle.ts";
import { demonstrationBody, demonstrationBounds } from "../vehicle/vehicle-body.ts";
import {
  type HubMessage,
  hubNowMs,
  hubPublicKey,
  startStormHub,
  stormAssetId,
  stormGatewayId,
} from "./storm-hub.ts";
import { type PilotMessage, pilotFingerprint, type SentFrame, StormPage } from "./storm-pilot.ts";
import { drawPlan, isWithinAny, type StormPlan, stormMs } from "./storm-plan.ts";
import {
  type StormFinding,
  type StormStatistics,
  StormWatch,
  timerLatenessMsMax,
} from "./storm-watch.ts";
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

/** From the gateway to the autopilot and back: a serial line. */
const wireMs = 4;
const statusPeriodMs = 200;
/** How far the gateway's notion of the hub's clock may run ahead. */
const hubClockSpreadMs = 20;
/** [LG10] What the gateway sets before it arms. */
const guidedTimeoutS = 0.3;

type OnConnection<Payload> = { readonly connection: number; readonly payload: Payload };
type SendBeacon = Extract<GatewayEffect, { kind: "send-beacon" }>;
type DownMessage =
  | { readonly kind: "challenge"; readonly challenge: string }
  | { readonly kind: "welcome" };

/** Everything of one storm, joined: the real guard between a simulated pilot and vehicle. */
class Storm {
  readonly watch = new StormWatch();
  private readonly plan: StormPlan;
  private readonly guard: NonNullable<StormOptions["guard"]>;
  private readonly timeline = createTimeline();
  private readonly pilotsRandom: Random;
  private readonly airRandom: Random;
  private readonly timerRandom: Random;
  private readonly uplink;
  private readonly downlink;
  private readonly upReliable;
  private readonly downReliable;
  private gateway: GatewayState;
  private wakeAtMs = Number.POSITIVE_INFINITY;
  private copter: CopterState;
  private copterSteps = 0;
  private connection = 0;
  private isConnecting = false;
  private page: StormPage | undefined;
  private lease: Lease | undefined;
  private lastStatus = "";

  constructor(seed: number, options: StormOptions) {
    const random = createRandom(seed);
    this.plan = drawPlan(random.fork());
    this.guard = options.guard ?? stepGateway;
    this.pilotsRandom = random.fork();
    this.airRandom = random.fork();
    this.timerRandom = random.fork();
    const { uplink, downlink } = this.plan;
    const lossy = (profile: LinkProfile) => ({ random: random.fork(), profile });
    const reliable = (profile: LinkProfile) => ({ ...lossy(profile), loss: "repeated" as const });
    this.uplink = createSimulatedLink<OnConnection<SentFrame>>(lossy(uplink));
    this.downlink = createSimulatedLink<OnConnection<SendBeacon>>(lossy(downlink));
    this.upReliable = createSimulatedLink<OnConnection<PilotMessage>>(reliable(uplink));
    this.downReliable = createSimulatedLink<OnConnection<DownMessage>>(reliable(downlink));
    const vehicle = demonstrationBounds;
    this.gateway = initialGatewayState(
      { gatewayId: stormGatewayId, assetId: stormAssetId, leasePublicKey: hubPublicKey, vehicle },
      0,
    );
    this.copter = parkedCopter(demonstrationBody, { eastM: 5, northM: 15, headingDeg: 90 });
    const timeout = { kind: "set-parameter", name: "GUID_TIMEOUT", value: guidedTimeoutS } as const;
    this.copter = orderCopter(this.copter, timeout).state;
  }

  run(): void {
    this.begin();
    for (;;) {
      const atMs = Math.min(
        this.timeline.nextMs,
        this.wakeAtMs,
        this.uplink.nextMs ?? stormMs,
        this.downlink.nextMs ?? stormMs,
        this.upReliable.nextMs ?? stormMs,
        this.downReliable.nextMs ?? stormMs,
      );
      if (atMs >= stormMs) break;
      this.deliver(atMs);
      if (this.wakeAtMs <= atMs) this.step({ kind: "tick", atMs: monotonicMs(atMs) });
      if (this.timeline.nextMs <= atMs) this.timeline.runNext();
    }
    this.advanceCopter(stormMs);
    this.watch.end(this.copter, stormMs);
  }

  private begin(): void {
    const { plan, timeline } = this;
    startStormHub(plan.hub, timeline, (atMs, message) =>
      timeline.at(atMs + plan.hub.delayMs, (nowMs) => this.hearHub(message, nowMs)),
    );
    this.every(tickMs, timerLatenessMsMax, (nowMs) =>
      this.step({ kind: "tick", atMs: monotonicMs(nowMs) }),
    );
    this.every(20, 0, (nowMs) => this.lookAtVehicle(nowMs));
    this.every(20, 6, (nowMs) => this.workPage(nowMs));
    for (const atMs of plan.pilot.refreshesAtMs) {
      timeline.at(atMs, (nowMs) => {
        this.leave(nowMs);
        this.connectSoon(nowMs);
      });
    }
    timeline.at(plan.pilot.goneAtMs, (nowMs) => {
      if (plan.pilot.says === "goodbye") this.leave(nowMs);
    });
    const { safetyPilot } = plan;
    if (!safetyPilot) return;
    timeline.at(safetyPilot.fromMs, (nowMs) => this.turnSwitch("brake", nowMs));
    timeline.at(safetyPilot.toMs, (nowMs) => this.turnSwitch("guided", nowMs));
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
    const before = this.gateway;
    const step = this.guard(before, event);
    this.gateway = step.state;
    const lateMs = (timerLatenessMsMax / 2) * this.timerRandom.next();
    this.wakeAtMs = (step.wakeAtMs ?? Number.POSITIVE_INFINITY) + lateMs;
    const { effects, state: after } = step;
    this.watch.stepped({ event, before, after, effects, arrived });
    for (const effect of effects) this.perform(effect, event.atMs);
  }

  private perform(effect: GatewayEffect, atMs: number): void {
    const { connection, timeline } = this;
    switch (effect.kind) {
      case "store-epoch":
        timeline.at(atMs + this.plan.hub.storeEpochMs, (nowMs) => {
          this.watch.epochStored(effect.epoch);
          this.step({ kind: "epoch-stored", epoch: effect.epoch, atMs: monotonicMs(nowMs) });
        });
        return;
      case "set-velocity":
        this.order(atMs, { ...effect, kind: "velocity" });
        break;
      case "order-autopilot":
        this.orderFlight(effect.order, atMs);
        break;
      case "send-beacon":
        this.downlink.send(atMs, { connection, payload: effect });
        break;
      case "send-challenge":
        this.downReliable.send(atMs, {
          connection,
          payload: { kind: "challenge", challenge: effect.challenge },
        });
        break;
      case "send-welcome":
        this.downReliable.send(atMs, { connection, payload: { kind: "welcome" } });
        break;
      case "close-peer":
        this.page = undefined;
        this.connectSoon(atMs);
        break;
      case "report-lease":
        if (effect.state === "held") this.connectSoon(atMs);
        return;
      case "answer-command":
      case "tell-successor":
      case "seat-successor":
      case "tell-refusal":
      case "record":
        return;
    }
  }

  private deliver(atMs: number): void {
    for (const { payload } of this.uplink.deliverUntil(atMs)) {
      if (payload.connection !== this.connection) continue;
      const { frame } = payload.payload;
      this.step({ kind: "frame-received", frame, atMs: monotonicMs(atMs) }, payload.payload);
    }
    for (const { payload } of this.upReliable.deliverUntil(atMs)) {
      if (payload.connection === this.connection) this.hearPilot(payload.payload, atMs);
    }
    for (const { payload } of this.downlink.deliverUntil(atMs)) {
      if (payload.connection === this.connection) this.page?.hear(payload.payload.beacon, atMs);
    }
    for (const { payload } of this.downReliable.deliverUntil(atMs)) {
      if (payload.connection !== this.connection || !this.page) continue;
      const message = payload.payload;
      if (message.kind === "welcome") this.page.welcomed();
      else this.sendReliable(this.page.challenged(message.challenge), atMs);
    }
  }

  private hearPilot(message: PilotMessage, nowMs: number): void {
    const atMs = monotonicMs(nowMs);
    switch (message.kind) {
      case "proof":
        this.step({ kind: "proof-received", proof: message.proof, atMs });
        break;
      case "stop":
        this.step({ kind: "stop-received", stopSequence: message.stopSequence, atMs });
        break;
      case "command":
        this.step({ ...message, kind: "command-received", atMs });
        break;
    }
  }

  private hearHub(message: HubMessage, nowMs: number): void {
    const atMs = monotonicMs(nowMs);
    if (message.kind === "revocation") {
      const { leaseId } = message.lease;
      this.step({ kind: "lease-revoked", leaseId, reason: "the steward says so", atMs });
      return;
    }
    const { token, lease } = message;
    if (lease && lease.epoch >= (this.lease?.epoch ?? 0)) this.lease = lease;
    const latest = hubNowMs(nowMs + hubClockSpreadMs);
    this.step({ kind: "lease-received", token, hubNowMs: latest, atMs });
  }

  private workPage(nowMs: number): void {
    if (!this.page || nowMs >= this.plan.pilot.goneAtMs) return;
    const { connection } = this;
    const { frame, messages } = this.page.work(nowMs);
    if (frame) {
      this.watch.statistics.framesSent++;
      this.uplink.send(nowMs, { connection, payload: frame });
    }
    for (const message of messages) this.sendReliable(message, nowMs);
  }

  private sendReliable(payload: PilotMessage, nowMs: number): void {
    this.upReliable.send(nowMs, { connection: this.connection, payload });
  }

  /** Signalling takes its time, and one attempt at a time is enough. */
  private connectSoon(nowMs: number): void {
    if (this.isConnecting) return;
    this.isConnecting = true;
    this.timeline.at(nowMs + this.pilotsRandom.between(200, 700), (atMs) => {
      this.isConnecting = false;
      const { lease } = this;
      if (!lease || atMs >= this.plan.pilot.goneAtMs) return;
      this.connection++;
      const { plan, pilotsRandom: random } = this;
      this.page = new StormPage({ plan, random, lease, openedAtMs: atMs });
      this.watch.connected();
      const challenge = `challenge-${this.connection}`;
      this.step({
        kind: "peer-opened",
        dtlsFingerprint: pilotFingerprint,
        challenge,
        atMs: monotonicMs(atMs),
      });
    });
  }

  private leave(nowMs: number): void {
    if (!this.page) return;
    this.page = undefined;
    this.connection++;
    this.step({ kind: "peer-closed", atMs: monotonicMs(nowMs) });
  }

  private orderFlight(order: FlightOrder, atMs: number): void {
    const by = "ground-station";
    switch (order) {
      case "land":
        this.order(atMs, { kind: "set-mode", mode: "land", by });
        break;
      case "motors-off":
        this.order(atMs, { kind: "disarm", byForce: true });
        break;
      case "take-off":
        this.order(atMs, { kind: "set-mode", mode: "guided", by });
        this.order(atMs, { kind: "arm" }, order);
        this.order(atMs, { kind: "take-off", heightM: takeOffHeightM }, order);
        break;
    }
  }

  private order(atMs: number, order: AutopilotOrder, tell?: FlightOrder): void {
    this.timeline.at(atMs + wireMs, (nowMs) => {
      this.advanceCopter(nowMs);
      const step = orderCopter(this.copter, order);
      this.copter = step.state;
      if (step.accepted || !tell) return;
      this.timeline.at(nowMs + wireMs, (heardMs) => {
        const reason = step.notices[0]?.text ?? "refused";
        this.step({ kind: "autopilot-refused", order: tell, reason, atMs: monotonicMs(heardMs) });
      });
    });
  }

  private turnSwitch(mode: "brake" | "guided", nowMs: number): void {
    this.advanceCopter(nowMs);
    if (mode === "brake" && !this.copter.autopilot.armed) return;
    this.copter = orderCopter(this.copter, { kind: "set-mode", mode, by: "safety-pilot" }).state;
  }

  private advanceCopter(untilMs: number): void {
    const steps = Math.floor(untilMs / (vehicleStepS * 1_000));
    while (this.copterSteps < steps) {
      this.copterSteps++;
      this.copter = stepCopter(this.copter, vehicleStepS, this.airRandom).state;
    }
  }

  private lookAtVehicle(nowMs: number): void {
    this.advanceCopter(nowMs);
    const { vehicle, autopilot } = this.copter;
    this.watch.vehicle(this.copter, nowMs);
    const { position, velocity, headingDeg } = vehicle;
    const pose = { position, velocity, headingDeg, sigmaM: undefined };
    if (!isWithinAny(this.plan.odometryGaps, nowMs)) {
      this.timeline.at(nowMs + wireMs, (heardMs) =>
        this.step({ kind: "pose-received", pose, atMs: monotonicMs(heardMs) }),
      );
    }
    const { armed, landed, mode: flightMode } = autopilot;
    const mode = flightMode === "guided" ? flightMode : flightMode === "land" ? "landing" : "other";
    const status = `${armed} ${landed} ${mode}`;
    if (status === this.lastStatus && nowMs % statusPeriodMs !== 0) return;
    this.lastStatus = status;
    this.timeline.at(nowMs + wireMs, (heardMs) => {
      const atMs = monotonicMs(heardMs);
      this.step({ kind: "vehicle-status", armed, mode, landed, batteryPct: undefined, atMs });
    });
  }
}

/** One storm of 30 s from one seed: the same findings, every time, on every machine. */
export function runStorm(seed: number, options: StormOptions = {}): StormReport {
  const storm = new Storm(seed, options);
  storm.run();
  const { findings, statistics } = storm.watch;
  return { seed, findings, statistics };
}
