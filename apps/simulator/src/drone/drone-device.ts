import type { Random } from "@pista/kernel";
import {
  MavComponent,
  type MavlinkFrame,
  MavParamError,
  MavResult,
  MavSeverity,
  type OutgoingMessage,
  type ParamRequestRead,
} from "@pista/mavlink";
import {
  type AutopilotNotice,
  type AutopilotOrder,
  type CopterState,
  type CopterStep,
  type FlightMode,
  isParameterName,
  landedStateOf,
  orderCopter,
  parameterNames,
  stepCopter,
  vehicleStepS,
} from "@pista/simulation";
import { type CommandOutcome, outcomeOf, outcomeOfMode } from "./commands.ts";
import { orderOfSetPoint } from "./set-point.ts";
import { extendedSystemState, heartbeat, parameterValue, telemetry } from "./telemetry.ts";
import { createTelemetrySchedule } from "./telemetry-schedule.ts";

/** The vehicle as others meet it: MAVLink messages in, MAVLink messages out, time as an argument. */
export interface DroneDevice {
  receive(frame: MavlinkFrame): void;
  /** Flies on until the vehicle's own clock reads this. */
  advanceTo(timeMs: number): void;
  /** [AU4] The safety pilot's switch. */
  switchMode(mode: FlightMode): void;
  readonly timeMs: number;
  readonly copter: CopterState;
}

export type DroneDeviceOptions = {
  readonly copter: CopterState;
  readonly random: Random;
  readonly send: (message: OutgoingMessage) => void;
};

/** MAVLink numbers the reply to SET_MODE, a message, as if it were a command (ArduPilot does so). */
const setModeMessageId = 11;

const severities = {
  critical: MavSeverity.CRITICAL,
  warning: MavSeverity.WARNING,
  info: MavSeverity.INFO,
} as const;

/** STATUSTEXT.text is char[50]; the model's own sentences are shorter, and a longer one is cut. */
const noticeLengthMax = 50;

type Sender = { readonly systemId: number; readonly componentId: number };

export class SimulatedDrone implements DroneDevice {
  copter: CopterState;
  timeMs = 0;
  private readonly random: Random;
  private readonly send: (message: OutgoingMessage) => void;
  private readonly schedule = createTelemetrySchedule();

  constructor(options: DroneDeviceOptions) {
    this.copter = options.copter;
    this.random = options.random;
    this.send = options.send;
  }

  advanceTo(timeMs: number): void {
    const stepMs = vehicleStepS * 1_000;
    while (this.timeMs + stepMs <= timeMs) {
      this.timeMs += stepMs;
      this.take(stepCopter(this.copter, vehicleStepS, this.random));
      for (const id of this.schedule.due(this.timeMs)) this.sendTelemetry(id);
    }
  }

  switchMode(mode: FlightMode): void {
    this.take(orderCopter(this.copter, { kind: "set-mode", mode, by: "safety-pilot" }));
  }

  receive({ message, systemId, componentId }: MavlinkFrame): void {
    const from = { systemId, componentId };
    if ("targetSystem" in message && !this.isMeant(message)) return;
    switch (message.name) {
      case "HEARTBEAT":
        if (systemId === this.copter.autopilot.parameters.SYSID_MYGCS) {
          this.order({ kind: "station-heard" });
        }
        return;
      case "COMMAND_LONG":
        this.command(message.command, outcomeOf(message), from);
        return;
      case "COMMAND_INT":
        this.command(message.command, outcomeOf({ ...message, param7: message.z }), from);
        return;
      case "SET_MODE":
        this.command(setModeMessageId, outcomeOfMode(message), from);
        return;
      case "SET_POSITION_TARGET_LOCAL_NED":
        this.order(orderOfSetPoint(message, this.copter.vehicle.headingDeg));
        return;
      case "PARAM_SET":
        if (!isParameterName(message.paramId)) {
          this.sayNoSuchParameter(message.paramId, from);
          return;
        }
        this.order({ kind: "set-parameter", name: message.paramId, value: message.paramValue });
        this.send(parameterValue(this.copter, message.paramId));
        return;
      case "PARAM_REQUEST_READ":
        this.readParameter(message, from);
        return;
      case "PARAM_REQUEST_LIST":
        for (const name of parameterNames) this.send(parameterValue(this.copter, name));
        return;
      case "MISSION_REQUEST_LIST":
        this.send({
          name: "MISSION_COUNT",
          ...targetOf(from),
          count: 0,
          missionType: message.missionType,
        });
        return;
      case "TIMESYNC":
        // tc1 of 0 asks; anything else is an answer (MAVLink, "Time Synchronization Protocol").
        if (message.tc1 !== 0n) return;
        this.send({
          name: "TIMESYNC",
          tc1: BigInt(Math.round(this.timeMs * 1_000_000)),
          ts1: message.ts1,
          ...targetOf(from),
        });
        return;
      case "PING":
        // A ping to system 0 asks everyone ("Ping Protocol"); one to us would be an answer.
        if (message.targetSystem === 0) this.send({ ...message, ...targetOf(from) });
        return;
      default:
        return;
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
    if (outcome.kind === "send-message") this.sendTelemetry(outcome.messageId);
  }

  private carryOut(outcome: CommandOutcome): number {
    switch (outcome.kind) {
      case "order":
        return this.order(outcome.order) ? MavResult.ACCEPTED : MavResult.FAILED;
      case "send-message":
        return MavResult.ACCEPTED;
      case "set-interval":
        return this.schedule.setInterval(outcome.messageId, outcome.intervalUs)
          ? MavResult.ACCEPTED
          : MavResult.FAILED;
      case "tell-interval": {
        const intervalUs = this.schedule.intervalUs(outcome.messageId);
        if (intervalUs === undefined) return MavResult.FAILED;
        this.send({ name: "MESSAGE_INTERVAL", messageId: outcome.messageId, intervalUs });
        return MavResult.ACCEPTED;
      }
      case "refused":
        return outcome.result;
    }
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
        this.send(heartbeat(this.copter, this.timeMs));
      }
      if (landedStateOf(now) !== landedStateOf(autopilot)) {
        this.send(extendedSystemState(this.copter, this.timeMs));
      }
    }
    for (const notice of step.notices) this.say(notice);
    return step.accepted;
  }

  private say({ severity, text }: AutopilotNotice): void {
    this.send({
      name: "STATUSTEXT",
      severity: severities[severity],
      text: text.slice(0, noticeLengthMax),
    });
  }

  private sendTelemetry(messageId: number): void {
    const kind = telemetry.get(messageId);
    const bootMs = Math.floor(this.timeMs) >>> 0;
    if (kind) this.send(kind.make(this.copter, bootMs));
  }

  private readParameter(message: ParamRequestRead, from: Sender): void {
    // An index of -1 says to look at the name instead.
    const name = message.paramIndex >= 0 ? parameterNames[message.paramIndex] : message.paramId;
    if (name !== undefined && isParameterName(name)) this.send(parameterValue(this.copter, name));
    else this.sayNoSuchParameter(message.paramId, from);
  }

  /** As newer versions of ArduPilot say it; older ones leave such a question unanswered. */
  private sayNoSuchParameter(paramId: string, from: Sender): void {
    const error = MavParamError.DOES_NOT_EXIST;
    this.send({ name: "PARAM_ERROR", paramId, paramIndex: -1, error, ...targetOf(from) });
  }
}

const targetOf = ({ systemId, componentId }: Sender) => ({
  targetSystem: systemId,
  targetComponent: componentId,
});
