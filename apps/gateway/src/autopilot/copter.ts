import type { AutopilotOrder, Pose, VehicleView } from "@pista/flight";
import { type EnuMps, type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type Address,
  type Heartbeat,
  type LocalPositionNed,
  MavAutopilot,
  type MavlinkFrame,
  MavState,
  MavType,
  type OutgoingMessage,
  type SysStatus,
} from "@pista/mavlink";
import { isArmed, kindOf, landedFrom, modeName, modeOf } from "./copter-status.ts";
import { poseFrom, velocitySetPoint } from "./local-frame.ts";
import { RunningOrder } from "./running-order.ts";
import { StatusTexts } from "./status-texts.ts";
import { type TaskFailure, TaskRun } from "./task-run.ts";
import { wantedMessages } from "./tasks.ts";

/** A ground station says each second that it is there (Heartbeat protocol). */
const heartbeatPeriodMs = 1_000;
/** An autopilot that sends no heartbeat this long is lost. */
const heartbeatSilenceMsMax = 3_000;
/** A heading older than this does not belong to the position that came with it. */
const yawAgeMsMax = 200;
const setupAgainMs = 3_000;
/** Its clock jumping back by more than what datagrams overtake one another means it started anew. */
const restartedMs = 1_000;

export type VehicleStatus = {
  readonly armed: boolean;
  readonly mode: VehicleView["mode"];
  readonly landed: boolean | undefined;
  readonly batteryPct: number | undefined;
};

export type CopterEvents = {
  readonly pose: (pose: Pose, atMs: MonotonicMs) => void;
  readonly status: (status: VehicleStatus, atMs: MonotonicMs) => void;
  readonly refused: (order: AutopilotOrder, reason: string, atMs: MonotonicMs) => void;
  readonly found: (systemId: number, mode: string) => void;
  readonly lost: () => void;
  readonly modeChanged: (mode: string) => void;
  readonly said: (text: string, severity: number) => void;
  readonly notOurs: (autopilot: number, type: number) => void;
  readonly setupFailed: (failure: TaskFailure) => void;
};

export type CopterOptions = {
  readonly self: Address;
  readonly takeOffHeightM: number;
  readonly mayTakeOff: () => boolean;
  readonly send: (message: OutgoingMessage) => void;
  readonly events: CopterEvents;
};

type Setup =
  | { readonly state: "running"; readonly run: TaskRun }
  | { readonly state: "again"; readonly atMs: MonotonicMs }
  | { readonly state: "done" };

type Heard = {
  readonly target: Address;
  heardAtMs: MonotonicMs;
  armed: boolean;
  customMode: number;
  landed: boolean | undefined;
  batteryPct: number | undefined;
  yaw: { readonly rad: number; readonly atMs: MonotonicMs } | undefined;
  bootMs: number;
  setup: Setup;
};

/** ArduPilot Copter in GUIDED, as the guard wants to meet a vehicle. Time and bytes are handed in. */
export class Copter {
  readonly #options: CopterOptions;
  readonly #texts = new StatusTexts();
  #heard: Heard | undefined;
  #order: RunningOrder | undefined;
  /** A landing that was ordered while nobody listened: it is the first thing said to whoever does. */
  #owesLanding = false;
  #beatAtMs = monotonicMs(Number.NEGATIVE_INFINITY);
  #hasToldNotOurs = false;

  constructor(options: CopterOptions) {
    this.#options = options;
  }

  receive(frame: MavlinkFrame, atMs: MonotonicMs): void {
    const { message } = frame;
    if (message.name === "HEARTBEAT") this.#hearHeartbeat(message, frame, atMs);
    const heard = this.#heard;
    if (!heard || !isFromTarget(frame, heard.target)) return;
    if (heard.setup.state === "running") heard.setup.run.hear(frame, atMs);
    this.#order?.hear(frame, atMs);
    switch (message.name) {
      case "LOCAL_POSITION_NED":
        this.#hearPosition(heard, message, atMs);
        return;
      case "ATTITUDE":
        heard.yaw = { rad: message.yaw, atMs };
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
      case "STATUSTEXT":
        this.#texts.add(message, atMs);
        this.#options.events.said(message.text, message.severity);
        return;
      default:
        return;
    }
  }

  /** Everything that time asks for; the pilotage's loop calls it (LG10). */
  tick(atMs: MonotonicMs): void {
    if (atMs - this.#beatAtMs >= heartbeatPeriodMs) this.#beat(atMs);
    const heard = this.#heard;
    if (!heard) return;
    if (atMs - heard.heardAtMs > heartbeatSilenceMsMax) {
      this.#lose(heard, atMs);
      return;
    }
    this.#tickSetup(heard, atMs);
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
    const { self, send, takeOffHeightM } = this.#options;
    const parties = { self, target: heard.target };
    this.#order = new RunningOrder(order, { parties, send, takeOffHeightM }, atMs);
  }

  #hearHeartbeat(message: Heartbeat, frame: MavlinkFrame, atMs: MonotonicMs): void {
    const kind = kindOf(message);
    if (kind === "no-autopilot") return;
    if (kind === "other-autopilot") {
      if (!this.#hasToldNotOurs) this.#options.events.notOurs(message.autopilot, message.type);
      this.#hasToldNotOurs = true;
      return;
    }
    const known = this.#heard;
    if (known && !isFromTarget(frame, known.target)) return;
    const heard = known ?? this.#meet(frame, message, atMs);
    const hasNewMode = heard.customMode !== message.customMode;
    heard.heardAtMs = atMs;
    heard.armed = isArmed(message);
    heard.customMode = message.customMode;
    if (hasNewMode) this.#options.events.modeChanged(modeName(message.customMode));
    this.#tellStatus(heard, atMs);
  }

  #meet(frame: MavlinkFrame, message: Heartbeat, atMs: MonotonicMs): Heard {
    const { systemId, componentId } = frame;
    const heard: Heard = {
      target: { systemId, componentId },
      heardAtMs: atMs,
      armed: isArmed(message),
      customMode: message.customMode,
      landed: undefined,
      batteryPct: undefined,
      yaw: undefined,
      bootMs: 0,
      setup: { state: "again", atMs },
    };
    this.#heard = heard;
    this.#options.events.found(systemId, modeName(message.customMode));
    if (this.#owesLanding) this.order("land", atMs);
    return heard;
  }

  #lose(heard: Heard, atMs: MonotonicMs): void {
    const { armed, landed, batteryPct } = heard;
    this.#heard = undefined;
    this.#options.events.lost();
    const order = this.#order?.order;
    this.#order = undefined;
    this.#owesLanding = order === "land";
    this.#options.events.status({ armed, mode: "unknown", landed, batteryPct }, atMs);
    // Where it is out of reach its own time-outs act (LG10).
    if (order && order !== "land")
      this.#options.events.refused(order, "the vehicle fell silent", atMs);
  }

  #hearPosition(heard: Heard, message: LocalPositionNed, atMs: MonotonicMs): void {
    if (message.timeBootMs < heard.bootMs - restartedMs) heard.setup = { state: "again", atMs };
    heard.bootMs = message.timeBootMs;
    const { yaw } = heard;
    if (!yaw || atMs - yaw.atMs > yawAgeMsMax) return;
    const pose = poseFrom(message, yaw.rad);
    const numbers = [...Object.values(pose.position), ...Object.values(pose.velocity)];
    // An estimator that has diverged says "not a number"; to the guard that is no odometry (LG11).
    if (![...numbers, pose.headingDeg].every(Number.isFinite)) return;
    this.#options.events.pose(pose, atMs);
  }

  #tellStatus(heard: Heard, atMs: MonotonicMs): void {
    const { armed, customMode, landed, batteryPct } = heard;
    this.#options.events.status({ armed, mode: modeOf(customMode), landed, batteryPct }, atMs);
  }

  #beat(atMs: MonotonicMs): void {
    this.#beatAtMs = atMs;
    this.#options.send({
      name: "HEARTBEAT",
      type: MavType.GCS,
      autopilot: MavAutopilot.INVALID,
      baseMode: 0,
      customMode: 0,
      systemStatus: MavState.ACTIVE,
      mavlinkVersion: 3,
    });
  }

  #tickSetup(heard: Heard, atMs: MonotonicMs): void {
    const { setup } = heard;
    const { self, send, events } = this.#options;
    if (setup.state === "again" && atMs >= setup.atMs) {
      const run = new TaskRun(wantedMessages, { self, target: heard.target }, send, "go-on");
      heard.setup = { state: "running", run };
    }
    if (heard.setup.state !== "running") return;
    const { run } = heard.setup;
    run.tick(atMs);
    if (!run.isDone) return;
    for (const failure of run.passedOver) events.setupFailed(failure);
    const isUnheard = run.passedOver.some(({ isAnswered }) => !isAnswered);
    // What it will not send it will not send; what got lost is asked for again.
    heard.setup = isUnheard
      ? { state: "again", atMs: monotonicMs(atMs + setupAgainMs) }
      : { state: "done" };
  }

  #tickOrder(heard: Heard, atMs: MonotonicMs): void {
    const running = this.#order;
    if (!running) return;
    const { armed, customMode, landed } = heard;
    const mayTakeOff = this.#options.mayTakeOff();
    const end = running.tick({ armed, landed, mode: modeOf(customMode), mayTakeOff }, atMs);
    if (!end) return;
    this.#order = undefined;
    if (end.reason === undefined) return;
    const complaints = this.#texts.complaintsSince(running.sinceMs);
    const reason = complaints === "" ? end.reason : `${end.reason} (${complaints})`;
    this.#options.events.refused(running.order, reason, atMs);
  }
}

const isFromTarget = (frame: MavlinkFrame, target: Address): boolean =>
  frame.systemId === target.systemId && frame.componentId === target.componentId;

/** -1 means that the autopilot does not know (SYS_STATUS, "battery_remaining"). */
const batteryFrom = ({ batteryRemaining }: SysStatus): number | undefined =>
  batteryRemaining < 0 ? undefined : Math.min(100, batteryRemaining);
