import { type EnuM, monotonicMs, type Random } from "@pista/kernel";
import {
  answerTimesync,
  degFromDegE7,
  MavComponent,
  type MavlinkFrame,
  type MavlinkMessage,
  MavMissionType,
  MavResult,
  MavSeverity,
  type MissionItem,
  mFromMm,
  type OutgoingMessage,
  type RequestDataStream,
  type SetGpsGlobalOrigin,
} from "@pista/mavlink";
import {
  type AutopilotNotice,
  type AutopilotOrder,
  type CopterState,
  type CopterStep,
  createPositionEstimator,
  displaced,
  type FlightMode,
  isParameterName,
  landedStateOf,
  type OdometryProfile,
  orderCopter,
  type PositionEstimate,
  type PositionEstimator,
  parameterNames,
  stepCopter,
  vehicleStepS,
} from "@pista/simulation";
import { type CommandOutcome, fromInt, fromLong, outcomeOf, outcomeOfMode } from "./commands.ts";
import type { DroneView } from "./drone-view.ts";
import { refuseFile } from "./file-transfer.ts";
import { currentItem, legsOf } from "./missions/mission-legs.ts";
import { PlanStore } from "./missions/plan-store.ts";
import { availableModes } from "./modes.ts";
import { noSuchParameter, parameterValue, readParameter } from "./parameters.ts";
import { type Sender, targetOf } from "./sender.ts";
import { orderOfSetPoint } from "./set-point.ts";
import { messagesOfStream, telemetry } from "./telemetry/streams.ts";
import { createTelemetrySchedule } from "./telemetry/telemetry-schedule.ts";
import { earthPoint, homeItem, unknownWorld, type World } from "./world.ts";

/** The vehicle as others meet it: MAVLink messages in, MAVLink messages out, time as an argument. */
export interface DroneDevice {
  receive(frame: MavlinkFrame): void;
  /** Flies on until the vehicle's own clock reads this. */
  advanceTo(timeMs: number): void;
  /** [AU4] The safety pilot's switch; false where the autopilot refuses, as it says aloud. */
  switchMode(mode: FlightMode): boolean;
  readonly timeMs: number;
  /** The truth, which the vehicle itself does not know. */
  readonly copter: CopterState;
}

export type DroneDeviceOptions = {
  readonly copter: CopterState;
  readonly odometry: OdometryProfile;
  readonly random: Random;
  readonly send: (message: OutgoingMessage) => void;
};

/** MAVLink numbers the reply to SET_MODE, a message, as if it were a command (ArduPilot does so). */
const setModeMessageId = 11;
const ids = {
  heartbeat: 0,
  missionCurrent: 42,
  origin: 49,
  home: 242,
  extendedState: 245,
} as const;

const severities = {
  critical: MavSeverity.CRITICAL,
  warning: MavSeverity.WARNING,
  info: MavSeverity.INFO,
} as const;

/** STATUSTEXT.text is char[50]; the model's own sentences are shorter, and a longer one is cut. */
const noticeLengthMax = 50;

export class SimulatedDrone implements DroneDevice {
  copter: CopterState;
  timeMs = 0;
  private estimate: PositionEstimate | undefined;
  private world: World = unknownWorld;
  private readonly random: Random;
  private readonly estimator: PositionEstimator;
  private readonly send: (message: OutgoingMessage) => void;
  private readonly schedule = createTelemetrySchedule();
  private readonly plans: PlanStore;

  constructor(options: DroneDeviceOptions) {
    this.copter = options.copter;
    this.estimator = createPositionEstimator(options.odometry, options.random.fork());
    this.random = options.random;
    this.send = options.send;
    this.plans = new PlanStore({
      send: this.send,
      changed: (missionType) => {
        if (missionType === MavMissionType.MISSION) this.loadMission();
      },
    });
  }

  advanceTo(timeMs: number): void {
    const stepMs = vehicleStepS * 1_000;
    while (this.timeMs + stepMs <= timeMs) {
      this.timeMs += stepMs;
      const estimate = this.locate();
      const hasPosition = estimate.state === "aided";
      const { errorM } = estimate;
      this.take(stepCopter(this.copter, vehicleStepS, this.random, errorM, hasPosition));
      for (const id of this.schedule.due(this.timeMs)) this.sendTelemetry(id);
      this.plans.tick(this.timeMs);
    }
  }

  switchMode(mode: FlightMode): boolean {
    return this.order({ kind: "set-mode", mode, by: "safety-pilot" });
  }

  receive({ message, systemId, componentId }: MavlinkFrame): void {
    const from = { systemId, componentId };
    if ("targetSystem" in message && !this.isMeant(message)) return;
    const told = (type: number, seq: number) => this.itemToTell(type, seq);
    if (this.plans.receive(message, from, this.timeMs, told)) return;
    if (this.receiveParameter(message, from)) return;
    switch (message.name) {
      case "HEARTBEAT":
        if (systemId === this.copter.autopilot.parameters.SYSID_MYGCS) {
          this.order({ kind: "station-heard" });
        }
        return;
      case "COMMAND_LONG":
        this.command(message.command, outcomeOf(fromLong(message), this.view), from);
        return;
      case "COMMAND_INT":
        this.command(message.command, outcomeOf(fromInt(message), this.view), from);
        return;
      case "SET_MODE":
        this.command(setModeMessageId, outcomeOfMode(message, this.view), from);
        return;
      case "SET_POSITION_TARGET_LOCAL_NED":
        this.order(orderOfSetPoint(message, this.copter.vehicle.headingDeg));
        return;
      case "MISSION_SET_CURRENT":
        if (this.order({ kind: "go-to-leg", leg: Math.max(0, message.seq - 1) })) {
          this.sendTelemetry(ids.missionCurrent);
        }
        return;
      case "REQUEST_DATA_STREAM":
        this.setStream(message);
        return;
      case "SET_GPS_GLOBAL_ORIGIN":
        this.setOrigin(message);
        return;
      case "FILE_TRANSFER_PROTOCOL":
        this.send(refuseFile(message, from));
        return;
      case "TIMESYNC": {
        const answer = answerTimesync(message, from, monotonicMs(this.timeMs));
        if (answer) this.send(answer);
        return;
      }
      case "PING":
        // A ping to system 0 asks everyone ("Ping Protocol"); one to us would be an answer.
        if (message.targetSystem === 0) this.send({ ...message, ...targetOf(from) });
        return;
      default:
        return;
    }
  }

  private receiveParameter(message: MavlinkMessage, from: Sender): boolean {
    switch (message.name) {
      case "PARAM_SET": {
        const { paramId: name, paramValue: value } = message;
        if (isParameterName(name)) {
          this.order({ kind: "set-parameter", name, value });
          this.send(parameterValue(this.copter, name));
        } else this.send(noSuchParameter(name, from));
        return true;
      }
      case "PARAM_REQUEST_READ":
        this.send(readParameter(this.copter, message, from));
        return true;
      case "PARAM_REQUEST_LIST":
        // "A convenient way to get extra information" (GCS_MAVLINK::handle_param_request_list).
        this.introduce();
        for (const name of parameterNames) this.send(parameterValue(this.copter, name));
        return true;
      default:
        return false;
    }
  }

  private isMeant(message: { targetSystem: number; targetComponent?: number }): boolean {
    const { targetSystem, targetComponent = MavComponent.ALL } = message;
    const own = this.copter.autopilot.parameters.SYSID_THISMAV;
    return (
      (targetSystem === 0 || targetSystem === own) &&
      (targetComponent === MavComponent.ALL || targetComponent === MavComponent.AUTOPILOT1)
    );
  }

  private command(command: number, outcome: CommandOutcome, from: Sender): void {
    const result = this.carryOut(outcome);
    this.send({
      name: "COMMAND_ACK",
      command,
      result,
      progress: 0,
      resultParam2: 0,
      ...targetOf(from),
    });
    if (outcome.kind === "send-messages") {
      for (const id of outcome.messageIds) this.sendTelemetry(id);
    }
    if (outcome.kind === "tell-modes") {
      for (const message of availableModes(outcome.index)) this.send(message);
    }
  }

  private carryOut(outcome: CommandOutcome): number {
    switch (outcome.kind) {
      case "orders":
        return outcome.orders.every((order) => this.order(order))
          ? MavResult.ACCEPTED
          : MavResult.FAILED;
      case "send-messages":
      case "tell-modes":
        return MavResult.ACCEPTED;
      case "introduce":
        this.introduce();
        return MavResult.ACCEPTED;
      case "set-home":
        this.setHome(outcome.at, { isFixed: true });
        return MavResult.ACCEPTED;
      case "set-interval":
        return this.schedule.setInterval(outcome.messageId, outcome.intervalUs)
          ? MavResult.ACCEPTED
          : MavResult.FAILED;
      case "tell-interval": {
        const { messageId } = outcome;
        // 0: "not available".
        const intervalUs = this.schedule.intervalUs(messageId) ?? 0;
        this.send({ name: "MESSAGE_INTERVAL", messageId, intervalUs });
        return intervalUs === 0 ? MavResult.FAILED : MavResult.ACCEPTED;
      }
      case "refused":
        if (outcome.text) this.say({ severity: "warning", text: outcome.text });
        return outcome.result;
    }
  }

  private setStream({ reqStreamId, reqMessageRate, startStop }: RequestDataStream): void {
    const stops = startStop === 0 || reqMessageRate === 0;
    for (const id of messagesOfStream(reqStreamId)) {
      this.schedule.setInterval(id, stops ? -1 : 1_000_000 / reqMessageRate);
    }
  }

  /** Once, as GCS_MAVLINK::set_ekf_origin has it: a later one would move every place that is known. */
  private setOrigin({ latitude, longitude, altitude }: SetGpsGlobalOrigin): void {
    const origin = earthPoint(degFromDegE7(latitude), degFromDegE7(longitude), mFromMm(altitude));
    if (!origin || this.world.origin) return;
    this.world = { ...this.world, origin };
    this.sendTelemetry(ids.origin);
    this.setHome(this.view.vehicle.position, { isFixed: false });
  }

  private setHome(home: EnuM, { isFixed }: { isFixed: boolean }): void {
    this.world = { ...this.world, home, homeIsFixed: isFixed };
    this.sendTelemetry(ids.home);
    this.loadMission();
  }

  private loadMission(): void {
    const items = this.plans.items(MavMissionType.MISSION);
    const mission = legsOf(items, this.world, this.view.vehicle.position);
    this.order({ kind: "load-mission", mission });
  }

  /** Home is the vehicle's to know, and so is which item it flies (AP_Mission, item 0). */
  private itemToTell(missionType: number, seq: number): MissionItem | undefined {
    const item = this.plans.items(missionType)[seq];
    if (!item || missionType !== MavMissionType.MISSION) return item;
    const told = seq === 0 ? (homeItem(this.world) ?? item) : item;
    return { ...told, current: seq === currentItem(this.view) ? 1 : 0 };
  }

  private locate(): PositionEstimate {
    const before = this.estimate?.state;
    this.estimate = this.estimator.at(this.copter.vehicle.position, this.timeMs);
    const { state } = this.estimate;
    if (state === "unaided" && before !== "unaided") {
      this.say({ severity: "warning", text: "EKF3 IMU0 stopped aiding" });
    }
    if (state === "aided" && before === "unaided") {
      this.say({ severity: "info", text: "EKF3 IMU0 is using external nav data" });
    }
    return this.estimate;
  }

  private get view(): DroneView {
    const { copter, estimate, world } = this;
    return {
      ...copter,
      vehicle: estimate ? displaced(copter.vehicle, estimate.errorM) : copter.vehicle,
      estimate: estimate?.state ?? "aided",
      innovationRatio: estimate?.innovationRatio ?? 0,
      world,
      missionItems: this.plans.items(MavMissionType.MISSION).length,
    };
  }

  private order(order: AutopilotOrder): boolean {
    return this.take(orderCopter(this.copter, order));
  }

  /** What changed is said at once: ArduPilot too sends a heartbeat when the mode changes. */
  private take(step: CopterStep): boolean {
    const { autopilot } = this.copter;
    this.copter = step.state;
    const now = step.state.autopilot;
    if (now !== autopilot) {
      if (now.mode !== autopilot.mode || now.armed !== autopilot.armed) {
        this.sendTelemetry(ids.heartbeat);
      }
      if (landedStateOf(now) !== landedStateOf(autopilot)) this.sendTelemetry(ids.extendedState);
      if (now.armed && !autopilot.armed && this.world.origin && !this.world.homeIsFixed) {
        this.setHome(this.view.vehicle.position, { isFixed: false });
      }
    }
    for (const notice of step.notices) this.say(notice);
    return step.accepted;
  }

  private introduce(): void {
    this.say({ severity: "info", text: "ArduCopter V4.5.0-dev (simulated by Pista)" });
    this.say({ severity: "info", text: "Frame: QUAD/X" });
  }

  private say({ severity, text, reachedItem }: AutopilotNotice): void {
    this.send({
      name: "STATUSTEXT",
      severity: severities[severity],
      text: text.slice(0, noticeLengthMax),
    });
    if (reachedItem !== undefined) this.send({ name: "MISSION_ITEM_REACHED", seq: reachedItem });
  }

  private sendTelemetry(messageId: number): void {
    const bootMs = Math.floor(this.timeMs) >>> 0;
    const message = telemetry.get(messageId)?.make(this.view, bootMs);
    if (message) this.send(message);
  }
}
