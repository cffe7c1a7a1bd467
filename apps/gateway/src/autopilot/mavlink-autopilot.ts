import type { AutopilotOrder, Pose, VehicleView } from "@pista/flight";
import { type EnuMps, type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type Address,
  type ExchangeEvent,
  groundStation,
  type Heartbeat,
  isArmed,
  isFromAutopilot,
  joinTexts,
  type LocalPositionNed,
  MavComponent,
  type MavlinkFrame,
  MavSeverity,
  nextHeartbeatAt,
  type OutgoingMessage,
  startHeartbeat,
  stepHeartbeat,
  type TextsBegun,
} from "@pista/mavlink";
import { AskedMessages } from "./asked-messages.ts";
import type { Dialect } from "./dialect.ts";
import { type EarthOrigin, EarthOriginTeller } from "./earth-origin.ts";
import { FlightGuards } from "./flight-guards.ts";
import { type Heard, hearSigma } from "./heard-vehicle.ts";
import { batteryFrom, dialectOf, landedFrom } from "./heartbeat-status.ts";
import { poseFrom, velocitySetPoint } from "./local-frame.ts";
import { ParameterNames } from "./parameter-names.ts";
import { sigmaFromEstimator, sigmaFromFlags, sigmaFromOdometry } from "./position-sigma.ts";
import { RunningOrder } from "./running-order.ts";
import { StatusTexts } from "./status-texts.ts";
import type { TaskRunOptions } from "./task-run.ts";
import { originMessage, wantedMessages } from "./tasks.ts";

/** [LG10] Often enough that ArduPilot's two seconds without us survive a few lost on the way. */
const heartbeatPeriodMs = 400;
/**
 * [LG10] To a vehicle that fell silent with turning motors this says nothing for so long, in case it
 * hears what we no longer can: ArduPilot's landing for want of a ground station then comes about.
 */
const quietMs = 5_000;
/**
 * An autopilot that sends no heartbeat this long is lost: PX4 sends one a second, of which a radio may
 * lose a few in a row ("four or five": mavlink.io, "Heartbeat/Connection Protocol"). What makes haste
 * goes by its positions (LG11), and not by this.
 */
const heartbeatSilenceMsMax = 4_500;
/** Unheard for longer, nobody knows who has it. */
const unheardMsMax = 1_500;
/** A heading older than this does not belong to the position that came with it. */
const yawAgeMsMax = 200;
/** A deviation older than this says nothing of the position that came with it. */
const sigmaAgeMsMax = 1_000;
/** Its clock jumping back by more than what datagrams overtake one another means it started anew. */
const restartedMs = 1_000;

export type VehicleStatus = {
  readonly armed: boolean;
  readonly mode: VehicleView["mode"];
  readonly landed: boolean | undefined;
  readonly batteryPct: number | undefined;
  readonly guardsConfirmed: boolean;
};

export type AutopilotEvents = {
  readonly pose: (pose: Pose, atMs: MonotonicMs) => void;
  readonly status: (status: VehicleStatus, atMs: MonotonicMs) => void;
  readonly refused: (order: AutopilotOrder, reason: string, atMs: MonotonicMs) => void;
  readonly found: (autopilot: string, systemId: number, mode: string) => void;
  readonly lost: () => void;
  readonly modeChanged: (mode: string) => void;
  readonly said: (text: string, severity: number) => void;
  readonly notOurs: (autopilot: number, type: number) => void;
  /** What the autopilot was asked, as it answers or refuses. */
  readonly settled: TaskRunOptions["settled"];
};

export type AutopilotOptions = {
  readonly self: Address;
  readonly takeOffHeightM: number;
  /** For a vehicle without satellites, which learns from nobody else where on Earth it stands. */
  readonly earthOrigin?: EarthOrigin | undefined;
  /** There no failsafe of the vehicle's own may return home. */
  readonly isIndoors: () => boolean;
  readonly mayTakeOff: () => boolean;
  readonly send: (message: OutgoingMessage) => void;
  readonly events: AutopilotEvents;
};

/** An autopilot that takes velocities, as the guard wants to meet it. Time and frames are handed in. */
export class MavlinkAutopilot {
  readonly #options: AutopilotOptions;
  readonly #texts = new StatusTexts();
  #textsBegun: TextsBegun = [];
  #heard: Heard | undefined;
  #order: RunningOrder | undefined;
  /** A landing that was ordered while nobody listened: it is the first thing said to whoever does. */
  #owesLanding = false;
  /** It hears the one autopilot alone. */
  #heartbeat = startHeartbeat(
    { own: groundStation, periodMs: heartbeatPeriodMs, silenceMsMax: heartbeatSilenceMsMax },
    monotonicMs(0),
  );
  #hasToldNotOurs = false;

  constructor(options: AutopilotOptions) {
    this.#options = options;
  }

  receive(frame: MavlinkFrame, atMs: MonotonicMs): void {
    const { message } = frame;
    if (message.name === "HEARTBEAT") this.#hearHeartbeat(message, frame, atMs);
    const heard = this.#heard;
    if (!heard || !isFromTarget(frame, heard.target)) return;
    heard.heardAtMs = atMs;
    heard.asked.hear(frame, atMs);
    heard.parameters.step({ kind: "frame", frame }, atMs);
    heard.guards.hear(frame, atMs);
    heard.origin?.hear(message, atMs);
    this.#order?.hear(frame, atMs);
    switch (message.name) {
      case "LOCAL_POSITION_NED":
        this.#hearPosition(heard, message, atMs);
        return;
      case "ATTITUDE":
        this.#watchRestart(heard, message.timeBootMs, atMs);
        heard.yaw = { rad: message.yaw, atMs };
        return;
      case "ODOMETRY":
        hearSigma(heard, sigmaFromOdometry(message), atMs);
        return;
      case "ESTIMATOR_STATUS":
        hearSigma(heard, sigmaFromEstimator(message), atMs);
        return;
      case "EKF_STATUS_REPORT":
        hearSigma(heard, sigmaFromFlags(message), atMs);
        return;
      case "EXTENDED_SYS_STATE": {
        const landed = landedFrom(message.landedState);
        if (landed === heard.landed) return;
        heard.landed = landed;
        this.#tellStatus(heard, atMs);
        return;
      }
      case "SYS_STATUS":
        heard.batteryPct = batteryFrom(message);
        return;
      case "CURRENT_MODE":
        // PX4 leaves its landing for OFFBOARD as it disarms, which its heartbeat alone tells.
        if (heard.landed && heard.dialect.modeOf(heard.customMode) === "landing") return;
        if (this.#hearMode(heard, message.customMode)) this.#tellStatus(heard, atMs);
        return;
      case "EVENT": {
        const text = heard.dialect.complaintIn?.(message);
        if (text) this.#texts.add({ text, severity: MavSeverity.ERROR }, atMs);
        return;
      }
      case "STATUSTEXT":
        this.#hearTexts({ kind: "frame", frame }, atMs);
        return;
      default:
        return;
    }
  }

  /** Everything that time asks for; the pilotage's loop calls it (LG10). */
  tick(atMs: MonotonicMs): void {
    const { exchange, send, news } = stepHeartbeat(this.#heartbeat, { kind: "tick" }, atMs);
    this.#heartbeat = exchange;
    for (const message of send) this.#options.send(message);
    this.#hearTexts({ kind: "tick" }, atMs);
    const heard = this.#heard;
    if (!heard) return;
    if (news.length > 0) {
      this.#lose(heard, atMs);
      return;
    }
    heard.asked.tick(atMs);
    heard.parameters.step({ kind: "tick" }, atMs);
    const isOthers = heard.armed && heard.dialect.modeOf(heard.customMode) === "other";
    if (!this.#order) heard.guards.tick(isOthers, atMs);
    const origin = heard.armed ? undefined : heard.origin?.tick(heard.target, atMs);
    if (origin) this.#options.send(origin);
    this.#tickOrder(heard, atMs);
  }

  setVelocity(
    setPoint: { readonly velocity: EnuMps; readonly yawRateDegps: number },
    atMs: MonotonicMs,
  ): void {
    const { target } = this.#heard ?? {};
    if (target) this.#options.send(velocitySetPoint(setPoint, { target, timeBootMs: atMs }));
  }

  /** A new order takes the place of the one under way: to land matters more than to take off. */
  order(order: AutopilotOrder, atMs: MonotonicMs): void {
    const heard = this.#heard;
    this.#owesLanding = !heard && order === "land";
    if (!heard) {
      if (order !== "land") this.#options.events.refused(order, "no vehicle is heard", atMs);
      return;
    }
    const { self, send, takeOffHeightM, isIndoors, events } = this.#options;
    const { dialect, target, armed, customMode, parameters } = heard;
    if (order === "land" && this.#isLandingUnheard(heard, atMs)) return;
    const mayBeArmed = this.#order?.mayHaveArmed ?? false;
    this.#order = undefined;
    // [AU4] The guard may not know yet, and a landing owed from before, when it was out of earshot,
    // is not worth more.
    if (order === "land" && armed && dialect.modeOf(customMode) === "other") return;
    const parties = { self, target };
    const { settled } = events;
    const way = { dialect, takeOffHeightM, isIndoors: isIndoors(), mayBeArmed };
    const context = { parties, send, parameters, settled, ...way };
    this.#order = new RunningOrder(order, context, atMs);
  }

  #hearHeartbeat(message: Heartbeat, frame: MavlinkFrame, atMs: MonotonicMs): void {
    if (!isFromAutopilot(message)) return;
    const dialect = dialectOf(message);
    if (!dialect) {
      // A gimbal or a camera may name the autopilot that it belongs to.
      const isOne = frame.componentId === MavComponent.AUTOPILOT1;
      if (isOne && !this.#hasToldNotOurs)
        this.#options.events.notOurs(message.autopilot, message.type);
      this.#hasToldNotOurs ||= isOne;
      return;
    }
    const known = this.#heard;
    if (known && !isFromTarget(frame, known.target)) return;
    const heard = known ?? this.#meet(frame, message, dialect, atMs);
    this.#heartbeat = stepHeartbeat(this.#heartbeat, { kind: "frame", frame }, atMs).exchange;
    heard.armed = isArmed(message);
    this.#hearMode(heard, message.customMode);
    this.#tellStatus(heard, atMs);
  }

  /** As its makers call it; undefined while it is not heard. */
  get modeName(): string | undefined {
    return this.#heard?.dialect.modeName(this.#heard.customMode);
  }

  /** [AU4] Whether it is news. PX4's heartbeat may be a second late with it. */
  #hearMode(heard: Heard, customMode: number): boolean {
    if (heard.customMode === customMode) return false;
    heard.customMode = customMode;
    this.#options.events.modeChanged(heard.dialect.modeName(customMode));
    return true;
  }

  #meet(frame: MavlinkFrame, message: Heartbeat, dialect: Dialect, atMs: MonotonicMs): Heard {
    const { systemId, componentId } = frame;
    const target = { systemId, componentId };
    const { self, send } = this.#options;
    const parameters = new ParameterNames({ self, target }, send);
    const heard: Heard = {
      target,
      dialect,
      armed: isArmed(message),
      customMode: message.customMode,
      landed: undefined,
      batteryPct: undefined,
      yaw: undefined,
      sigma: undefined,
      heightM: undefined,
      bootMs: 0,
      positionBootMs: 0,
      heardAtMs: atMs,
      asked: this.#askedMessages(target, dialect, atMs),
      parameters,
      guards: this.#flightGuards({ target, dialect, parameters }, atMs),
      origin: this.#originTeller(),
    };
    this.#heard = heard;
    this.#heartbeat = nextHeartbeatAt(this.#heartbeat, atMs);
    this.#options.events.found(dialect.name, systemId, dialect.modeName(message.customMode));
    if (this.#owesLanding) this.order("land", atMs);
    return heard;
  }

  #askedMessages(target: Address, { alsoWanted }: Dialect, atMs: MonotonicMs): AskedMessages {
    const { self, send, events, earthOrigin } = this.#options;
    const wanted = [...wantedMessages, ...alsoWanted, ...(earthOrigin ? [originMessage] : [])];
    const { settled } = events;
    return new AskedMessages({ wanted, parties: { self, target }, send, settled }, atMs);
  }

  #flightGuards(
    { target, dialect, parameters }: Pick<Heard, "target" | "dialect" | "parameters">,
    atMs: MonotonicMs,
  ): FlightGuards {
    const { self, send, events } = this.#options;
    const guards = dialect.guards(self);
    const changed = (nowMs: MonotonicMs): void => {
      if (this.#heard) this.#tellStatus(this.#heard, nowMs);
    };
    const { settled } = events;
    const asking = { parties: { self, target }, send, parameters, settled };
    return new FlightGuards({ guards, ...asking, changed }, atMs);
  }

  #originTeller(): EarthOriginTeller | undefined {
    const { earthOrigin } = this.#options;
    return earthOrigin && new EarthOriginTeller(earthOrigin);
  }

  #lose(heard: Heard, atMs: MonotonicMs): void {
    const { armed, landed, batteryPct } = heard;
    this.#heard = undefined;
    if (armed) this.#heartbeat = nextHeartbeatAt(this.#heartbeat, monotonicMs(atMs + quietMs));
    this.#options.events.lost();
    const order = this.#order?.order;
    this.#order = undefined;
    this.#owesLanding = order === "land";
    const status = { armed, mode: "unknown", landed, batteryPct, guardsConfirmed: false } as const;
    this.#options.events.status(status, atMs);
    // Where it is out of reach its own time-outs act (LG10).
    if (order && order !== "land")
      this.#options.events.refused(order, "the vehicle fell silent", atMs);
  }

  /** [LG10] It then knows nothing any more of what it was told. */
  #watchRestart(heard: Heard, bootMs: number, atMs: MonotonicMs): void {
    if (bootMs < heard.bootMs - restartedMs) {
      heard.asked = this.#askedMessages(heard.target, heard.dialect, atMs);
      heard.parameters.forget();
      heard.guards.forget(atMs);
      heard.origin = this.#originTeller();
      heard.positionBootMs = 0;
    }
    heard.bootMs = bootMs;
  }

  #hearPosition(heard: Heard, message: LocalPositionNed, atMs: MonotonicMs): void {
    this.#watchRestart(heard, message.timeBootMs, atMs);
    // [LG11] Datagrams overtake one another: where it was is not where it is.
    if (message.timeBootMs < heard.positionBootMs) return;
    heard.positionBootMs = message.timeBootMs;
    const { yaw } = heard;
    if (!yaw || atMs - yaw.atMs > yawAgeMsMax) return;
    heard.asked.hearPose(atMs);
    const { sigma } = heard;
    const sigmaM = sigma && atMs - sigma.atMs <= sigmaAgeMsMax ? sigma.m : undefined;
    const pose = poseFrom(message, yaw.rad, sigmaM);
    const numbers = [...Object.values(pose.position), ...Object.values(pose.velocity)];
    // An estimator that has diverged says "not a number"; to the guard that is no odometry (LG11).
    if (![...numbers, pose.headingDeg].every(Number.isFinite)) return;
    heard.heightM = pose.position.upM;
    this.#options.events.pose(pose, atMs);
  }

  /** [LG8] The pilot and the record get whole texts. */
  #hearTexts(event: ExchangeEvent, atMs: MonotonicMs): void {
    const { begun, texts } = joinTexts(this.#textsBegun, event, atMs);
    this.#textsBegun = begun;
    for (const text of texts) {
      this.#texts.add(text, atMs);
      this.#options.events.said(text.text, text.severity);
    }
  }

  #tellStatus(heard: Heard, atMs: MonotonicMs): void {
    const { armed, customMode, landed, batteryPct, dialect, guards } = heard;
    const mode = dialect.modeOf(customMode);
    const { areConfirmed: guardsConfirmed } = guards;
    this.#options.events.status({ armed, mode, landed, batteryPct, guardsConfirmed }, atMs);
  }

  /** [AU4] Its safety pilot may have it by now: told to land once, it is told again when it is heard. */
  #isLandingUnheard({ heardAtMs }: Heard, atMs: MonotonicMs): boolean {
    return this.#order?.order === "land" && atMs - heardAtMs > unheardMsMax;
  }

  #tickOrder(heard: Heard, atMs: MonotonicMs): void {
    const running = this.#order;
    if (!running || this.#isLandingUnheard(heard, atMs)) return;
    const { armed, landed, heightM } = heard;
    const mode = heard.dialect.modeOf(heard.customMode);
    const mayTakeOff = this.#options.mayTakeOff();
    const end = running.tick({ armed, landed, heightM, mode, mayTakeOff }, atMs);
    if (!end) return;
    this.#order = undefined;
    if (end.reason === undefined) return;
    const before = running.isRefused ? this.#texts.complaintsSince(earlier(atMs)) : "";
    const complaints =
      this.#texts.complaintsSince(running.sinceMs) || (before && `before that: ${before}`);
    const reason = complaints === "" ? end.reason : `${end.reason} (${complaints})`;
    this.#options.events.refused(running.order, reason, atMs);
  }
}

/** What keeps it from arming ArduPilot says every 30 s ("Pre-Arm Safety Checks"), asked or not. */
const earlier = (atMs: MonotonicMs): MonotonicMs => monotonicMs(atMs - 35_000);

const isFromTarget = (frame: MavlinkFrame, target: Address): boolean =>
  frame.systemId === target.systemId && frame.componentId === target.componentId;
