import { assetId, epochMs, type MonotonicMs, monotonicMs } from "@pista/kernel";
import { stepGateway } from "../gateway.ts";
import {
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  initialGatewayState,
  type RecordEntry,
} from "../gateway-state.ts";
import { gatewayId } from "../identity.ts";
import type { Lease } from "../lease.ts";
import { leaseRenewalMs, tickMs } from "../limits.ts";
import {
  type Beacon,
  type CommandRefusal,
  centredSticks,
  type PilotCommand,
  type StickFrame,
} from "../pilot-channel.ts";
import { hubPublicKey, hubStartMs, proofFor, testLease, tokenOf } from "./test-lease.ts";

type WithoutTime<Event> = Event extends GatewayEvent ? Omit<Event, "atMs"> : never;
type EffectOf<Kind extends GatewayEffect["kind"]> = Extract<GatewayEffect, { kind: Kind }>;
type Moment = { readonly atMs: number; readonly run: () => void };

/**
 * Plays the hub, a vehicle and a pilot around the guard: the pilot's clock has a start of its own,
 * and what the two say takes its time. Tests turn the knobs while time runs.
 */
export class GatewayDriver {
  nowMs: MonotonicMs = monotonicMs(1_000);
  state: GatewayState;
  lease: Lease = testLease();
  readonly link = { uplinkMs: 20, downlinkMs: 20 };
  readonly hub = { isUp: true, storesEpochs: true };
  readonly page = {
    isSending: true,
    clockAheadMs: 7_654_321,
    sticks: centredSticks,
    stopSequence: 0,
    /** How many poses the picture lags behind the newest beacon. */
    shownPosesBehind: 0,
  };
  readonly vehicle = {
    hasOdometry: true,
    position: { eastM: 30, northM: 15, upM: 0 },
    velocity: { eastMps: 0, northMps: 0, upMps: 0 },
    headingDeg: 0,
    sigmaM: undefined as number | undefined, // Widened: tests set a number.
    measuredAtMs: undefined as MonotonicMs | undefined, // As above.
  };
  readonly log: { readonly atMs: number; readonly effect: GatewayEffect }[] = [];
  #moments: Moment[] = [];
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #seen: { readonly beacon: Beacon; readonly atBrowserMs: number } | undefined;
  #connection = 0;
  #sequence = 0;
  #commandId = 0;

  constructor(highestEpoch = 0) {
    const setup = {
      gatewayId: gatewayId("gateway-1"),
      assetId: assetId("drone-1"),
      leasePublicKey: hubPublicKey,
      vehicle: { guardToMotionS: 0.1, decelerationMps2: 2 },
    };
    this.state = initialGatewayState(setup, highestEpoch);
    this.#every(tickMs, 0, () => this.hear({ kind: "tick" }));
    this.#every(tickMs, 3, () => this.#sensePose());
    this.#every(tickMs, 7, () => this.#workPage());
    this.#every(leaseRenewalMs, leaseRenewalMs, () => this.#renew());
  }

  hear(event: WithoutTime<GatewayEvent>): readonly GatewayEffect[] {
    // An event is exactly what is given and its time.
    const step = stepGateway(this.state, { ...event, atMs: this.nowMs } as GatewayEvent);
    this.state = step.state;
    this.#wakeAtMs = step.wakeAtMs ?? Number.POSITIVE_INFINITY;
    for (const effect of step.effects) {
      this.log.push({ atMs: this.nowMs, effect });
      this.#perform(effect);
    }
    return step.effects;
  }

  run(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    for (;;) {
      const wake: Moment = { atMs: this.#wakeAtMs, run: () => this.hear({ kind: "tick" }) };
      const next = [...this.#moments, wake].reduce((a, b) => (b.atMs < a.atMs ? b : a));
      if (next.atMs > untilMs) break;
      this.#moments = this.#moments.filter((moment) => moment !== next);
      this.nowMs = monotonicMs(next.atMs);
      next.run();
    }
    this.nowMs = monotonicMs(untilMs);
  }

  /** The hub's clock is exact here; what it grants lives 15 s. */
  grant(changes: Partial<Lease> = {}): readonly GatewayEffect[] {
    const expiresAtMs = epochMs(this.hubNowMs + 15_000);
    this.lease = testLease({ issuedAtMs: this.hubNowMs, expiresAtMs, ...changes });
    return this.receive(this.lease);
  }

  receive(lease: Lease): readonly GatewayEffect[] {
    return this.hear({ kind: "lease-received", token: tokenOf(lease), hubNowMs: this.hubNowMs });
  }

  get hubNowMs() {
    return epochMs(hubStartMs + Math.round(this.nowMs - 1_000));
  }

  /** A new page: what the one before had on its way is lost with it. */
  connect(): void {
    this.#connection += 1;
    const challenge = `challenge-${this.log.length}`;
    this.#seen = undefined;
    this.#sequence = 0;
    this.hear({ kind: "peer-opened", dtlsFingerprint: this.lease.dtlsFingerprint, challenge });
    this.hear({ kind: "proof-received", proof: proofFor(this.lease, challenge) });
  }

  status(changes: Partial<Omit<EventOfStatus, "kind" | "atMs">>): readonly GatewayEffect[] {
    const { armed, mode, landed, batteryPct } = this.state.vehicle;
    const told = { armed, mode, landed, batteryPct, guardsConfirmed: true };
    return this.hear({ kind: "vehicle-status", ...told, ...changes });
  }

  /** A pilot in command of a vehicle on the ground, in our mode. */
  static standing(): GatewayDriver {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    return driver;
  }

  /** A pilot in command of a vehicle that hovers at 1.5 m. */
  static flying(changes: Partial<Lease> = {}): GatewayDriver {
    const driver = new GatewayDriver();
    driver.status({ mode: "other", landed: true });
    driver.grant(changes);
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    driver.status({ armed: true, mode: "guided", landed: false });
    driver.vehicle.position.upM = 1.5;
    driver.run(100);
    return driver;
  }

  /** Undefined: it was accepted. */
  command(command: PilotCommand): CommandRefusal | undefined {
    this.#commandId += 1;
    const effects = this.hear({ kind: "command-received", commandId: this.#commandId, command });
    return effects.find((effect) => effect.kind === "answer-command")?.refusal;
  }

  /** Remembers how much has been done, for `since`. */
  get mark(): number {
    return this.log.length;
  }

  since<Kind extends GatewayEffect["kind"]>(mark: number, kind: Kind) {
    return this.log
      .slice(mark)
      .filter(
        (entry): entry is { atMs: number; effect: EffectOf<Kind> } => entry.effect.kind === kind,
      );
  }

  speedsSince(mark: number): number[] {
    return this.since(mark, "set-velocity").map(({ effect: { velocity: v } }) =>
      Math.hypot(v.eastMps, v.northMps, v.upMps),
    );
  }

  ordersSince(mark: number): { atMs: number; order: string }[] {
    return this.since(mark, "order-autopilot").map(({ atMs, effect: { order } }) => ({
      atMs,
      order,
    }));
  }

  recordsSince(mark: number): RecordEntry[] {
    return this.since(mark, "record").map(({ effect: { entry } }) => entry);
  }

  /** The frame that the page would send now. */
  nextFrame(changes: Partial<StickFrame> = {}): StickFrame {
    this.#sequence += 1;
    const browserMs = this.nowMs + this.page.clockAheadMs;
    return {
      sequence: this.#sequence,
      leaseEpoch: this.lease.epoch,
      sampledAtBrowserMs: browserMs,
      sentAtBrowserMs: browserMs,
      beaconSequence: this.#seen?.beacon.sequence ?? 0,
      beaconAtBrowserMs: this.#seen?.atBrowserMs ?? 0,
      shownPoseSequence: (this.#seen?.beacon.poseSequence ?? 0) - this.page.shownPosesBehind,
      sticks: this.page.sticks,
      stopSequence: this.page.stopSequence,
      ...changes,
    };
  }

  #workPage(): void {
    if (!this.page.isSending || this.state.peer.state !== "open") return;
    const frame = this.nextFrame();
    this.#onConnection(this.link.uplinkMs, () => this.hear({ kind: "frame-received", frame }));
  }

  #sensePose(): void {
    if (!this.vehicle.hasOdometry) return;
    const { position, velocity, headingDeg, sigmaM, measuredAtMs } = this.vehicle;
    this.hear({
      kind: "pose-received",
      pose: { position: { ...position }, velocity: { ...velocity }, headingDeg, sigmaM },
      ...(measuredAtMs !== undefined && { measuredAtMs }),
    });
  }

  #renew(): void {
    if (!this.hub.isUp || this.state.authority.state !== "held") return;
    const expiresAtMs = epochMs(this.hubNowMs + 15_000);
    this.lease = { ...this.lease, renewal: this.lease.renewal + 1, expiresAtMs };
    this.receive(this.lease);
  }

  #perform(effect: GatewayEffect): void {
    if (effect.kind === "store-epoch" && this.hub.storesEpochs) {
      this.hear({ kind: "epoch-stored", epoch: effect.epoch });
    }
    if (effect.kind !== "send-beacon") return;
    const { beacon } = effect;
    this.#onConnection(this.link.downlinkMs, () => {
      if (this.#seen && beacon.sequence <= this.#seen.beacon.sequence) return;
      this.#seen = { beacon, atBrowserMs: this.nowMs + this.page.clockAheadMs };
    });
  }

  #onConnection(delayMs: number, run: () => void): void {
    const connection = this.#connection;
    this.#after(delayMs, () => {
      if (connection === this.#connection) run();
    });
  }

  #after(delayMs: number, run: () => void): void {
    this.#moments.push({ atMs: this.nowMs + delayMs, run });
  }

  #every(periodMs: number, phaseMs: number, run: () => void): void {
    this.#after(phaseMs, () => {
      run();
      this.#every(periodMs, periodMs, run);
    });
  }
}

type EventOfStatus = Extract<GatewayEvent, { kind: "vehicle-status" }>;
