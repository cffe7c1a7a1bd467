import { poseAgeMsMax } from "@pista/flight";
import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type Address,
  answerTimesync,
  type HeartbeatContent,
  isFromAutopilot,
  MavAutopilot,
  type MavlinkFrame,
  MavState,
  MavType,
  type OutgoingMessage,
  ownTimeOf,
  type Peer,
  peerClock,
  startHeartbeat,
  startTimesync,
  stepHeartbeat,
  stepTimesync,
  type TimesyncExchange,
} from "@pista/mavlink";
import {
  faultOf,
  isOdometry,
  type OdometryFault,
  type OdometryMessage,
  stamped,
  stampOf,
} from "./odometry-check.ts";

/** Both kinds together: 30 to 50 Hz is what PX4 asks for (docs.px4.io, "External Position Estimation"). */
const messagesPerS = 50;
const burstMax = 5;
/** As a line of datagrams waits before it hears another sender. */
const silenceMsMax = 3_000;

/** Why odometry was not passed on. */
export type OdometryRefusal =
  | OdometryFault
  | "second-sender"
  | "clock-unknown"
  | "from-the-future"
  | "old"
  | "not-newer"
  | "too-many";

export type OdometryCounts = {
  readonly passed: number;
  readonly refused: Readonly<Partial<Record<OdometryRefusal, number>>>;
};

export type CompanionEvents = {
  readonly heard: (address: Address) => void;
  readonly lost: (counts: OdometryCounts) => void;
  /** The first since it was heard. */
  readonly passing: (clockErrorMsMax: number) => void;
  readonly refused: (refusal: OdometryRefusal, isFirstOfItsKind: boolean) => void;
};

export type CompanionOptions = {
  readonly self: Address;
  readonly send: (message: OutgoingMessage) => void;
  readonly sendToVehicle: (message: OutgoingMessage) => void;
  readonly events: CompanionEvents;
};

const own: HeartbeatContent = {
  type: MavType.ONBOARD_CONTROLLER,
  autopilot: MavAutopilot.INVALID,
  baseMode: 0,
  customMode: 0,
  systemStatus: MavState.ACTIVE,
};

/** A camera or a computer. An autopilot or a ground station that came to this line came to the wrong one. */
export const isCompanion = (said: Pick<HeartbeatContent, "type" | "autopilot">): boolean =>
  !isFromAutopilot(said) && said.type !== MavType.GCS;

/**
 * A companion's odometry on its way to the autopilot: the one thing of it that gets there, and only
 * with a stamp that is known by this program's clock, which the autopilot learns from the answers
 * to its own TIMESYNC requests. PX4 goes by that (mavlink_receiver, sync_stamp); ArduPilot learns the
 * offset of stamps from their arrival (JitterCorrection), and asks that they come from one clock.
 */
export class Companion {
  readonly #options: CompanionOptions;
  #heartbeat = startHeartbeat({ own, silenceMsMax, peersMax: 1 }, monotonicMs(0));
  #timesync: TimesyncExchange | undefined;
  #hasPassed = false;
  #passed = 0;
  readonly #refused: Partial<Record<OdometryRefusal, number>> = {};
  readonly #stampedAtMs = { ODOMETRY: -Infinity, VISION_POSITION_ESTIMATE: -Infinity };
  #budget = { tokens: burstMax, atMs: monotonicMs(0) };
  #measuredAtMs: MonotonicMs | undefined;

  constructor(options: CompanionOptions) {
    this.#options = options;
  }

  get counts(): OdometryCounts {
    return { passed: this.#passed, refused: { ...this.#refused } };
  }

  /**
   * [LG11] How old a position that came now is taken to be: an autopilot goes on by inertia when its
   * odometry ceases, so it is no newer than that. Undefined before the first that was passed on.
   */
  poseMeasuredAt(atMs: MonotonicMs): MonotonicMs | undefined {
    return this.#measuredAtMs && monotonicMs(Math.min(this.#measuredAtMs, atMs));
  }

  tick(atMs: MonotonicMs): void {
    const beat = stepHeartbeat(this.#heartbeat, { kind: "tick" }, atMs);
    this.#heartbeat = beat.exchange;
    for (const message of beat.send) this.#options.send(message);
    if (beat.news.length > 0) {
      this.#timesync = undefined;
      this.#options.events.lost(this.counts);
    }
    if (this.#timesync) this.#stepTimesync(this.#timesync, { kind: "tick" }, atMs);
  }

  receive(frame: MavlinkFrame, atMs: MonotonicMs): void {
    const { message } = frame;
    if (message.name === "HEARTBEAT" && isCompanion(message)) {
      const { exchange, news } = stepHeartbeat(this.#heartbeat, { kind: "frame", frame }, atMs);
      this.#heartbeat = exchange;
      for (const { peer } of news) this.#meet(peer, atMs);
    }
    if (this.#timesync) this.#stepTimesync(this.#timesync, { kind: "frame", frame }, atMs);
    if (!isOdometry(message)) return;
    const refusal = this.#isFromOther(frame) ? "second-sender" : this.#pass(message, atMs);
    if (refusal) this.#refuse(refusal);
  }

  /** What the autopilot asks of our clock. */
  receiveFromVehicle({ message, systemId, componentId }: MavlinkFrame, atMs: MonotonicMs): void {
    if (message.name !== "TIMESYNC") return;
    const answer = answerTimesync(message, { systemId, componentId }, atMs);
    if (answer) this.#options.sendToVehicle(answer);
  }

  #meet({ address }: Peer, atMs: MonotonicMs): void {
    this.#timesync = startTimesync({ self: this.#options.self, target: address }, atMs);
    this.#hasPassed = false;
    this.#options.events.heard(address);
  }

  #stepTimesync(
    timesync: TimesyncExchange,
    event: Parameters<typeof stepTimesync>[1],
    atMs: MonotonicMs,
  ): void {
    const { exchange, send } = stepTimesync(timesync, event, atMs);
    this.#timesync = exchange;
    for (const message of send) this.#options.send(message);
  }

  #isFromOther({ systemId, componentId }: MavlinkFrame): boolean {
    const target = this.#timesync?.request.target;
    const isSame = target?.systemId === systemId && target.componentId === componentId;
    return target !== undefined && !isSame;
  }

  /** Passed on, or why not. */
  #pass(message: OdometryMessage, atMs: MonotonicMs): OdometryRefusal | undefined {
    const clock = this.#timesync && peerClock(this.#timesync, atMs);
    if (!clock) return "clock-unknown";
    const fault = faultOf(message);
    if (fault) return fault;
    const stampedAtMs = ownTimeOf(clock, stampOf(message));
    // What cannot be told for sure counts as the older.
    const measuredAtMs = monotonicMs(stampedAtMs - clock.errorMsMax);
    if (measuredAtMs > atMs) return "from-the-future";
    if (atMs - measuredAtMs > poseAgeMsMax) return "old";
    if (stampedAtMs <= this.#stampedAtMs[message.name]) return "not-newer";
    if (!this.#spend(atMs)) return "too-many";
    this.#stampedAtMs[message.name] = stampedAtMs;
    this.#measuredAtMs = monotonicMs(Math.max(this.#measuredAtMs ?? measuredAtMs, measuredAtMs));
    // A clock that is a little ahead within its bound must not tell the autopilot of the future.
    const us = BigInt(Math.round(Math.min(stampedAtMs, atMs) * 1_000));
    this.#options.sendToVehicle(stamped(message, us));
    this.#passed += 1;
    if (!this.#hasPassed) this.#options.events.passing(clock.errorMsMax);
    this.#hasPassed = true;
    return undefined;
  }

  #spend(atMs: MonotonicMs): boolean {
    const { tokens, atMs: sinceMs } = this.#budget;
    const filled = Math.min(burstMax, tokens + ((atMs - sinceMs) / 1_000) * messagesPerS);
    this.#budget = { tokens: filled >= 1 ? filled - 1 : filled, atMs };
    return filled >= 1;
  }

  #refuse(refusal: OdometryRefusal): void {
    const before = this.#refused[refusal] ?? 0;
    this.#refused[refusal] = before + 1;
    this.#options.events.refused(refusal, before === 0);
  }
}
