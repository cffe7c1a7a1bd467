import type { Pose } from "@pista/flight";
import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  CopterMode,
  type MavAutopilot,
  MavCmd,
  MavModeFlag,
  MavParamError,
  MavParamType,
  MavResult,
  MavType,
  type OutgoingMessage,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";
import { frameFrom } from "@pista/mavlink/testing";
import { MavlinkAutopilot, type VehicleStatus } from "../autopilot/mavlink-autopilot.ts";

const sysStatus = {
  name: "SYS_STATUS",
  onboardControlSensorsPresent: 0,
  onboardControlSensorsEnabled: 0,
  onboardControlSensorsHealth: 0,
  load: 0,
  voltageBattery: 0,
  currentBattery: -1,
  batteryRemaining: 80,
  dropRateComm: 0,
  errorsComm: 0,
  errorsCount1: 0,
  errorsCount2: 0,
  errorsCount3: 0,
  errorsCount4: 0,
} as const;

const still = { vx: 0, vy: 0, vz: 0, rollspeed: 0, pitchspeed: 0, yawspeed: 0 } as const;

const estimatorStatus = {
  name: "ESTIMATOR_STATUS",
  timeUsec: 0n,
  flags: 0,
  ...{ velRatio: 0, posHorizRatio: 0, posVertRatio: 0, magRatio: 0, haglRatio: 0, tasRatio: 0 },
  ...{ posHorizAccuracy: 0, posVertAccuracy: 0 },
} as const;

const odometry = {
  name: "ODOMETRY",
  timeUsec: 0n,
  ...{ frameId: 0, childFrameId: 0, x: 0, y: 0, z: 0, q: [1, 0, 0, 0] },
  ...still,
  poseCovariance: new Array<number>(21).fill(Number.NaN),
  velocityCovariance: new Array<number>(21).fill(Number.NaN),
} as const;

const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };

const parameterValue = (paramId: string, paramValue: number) => {
  const place = { paramType: MavParamType.REAL32, paramCount: 9, paramIndex: 65_535 };
  return { name: "PARAM_VALUE", paramId, paramValue, ...place } as const;
};

/** An autopilot that answers by hand, and time that passes by hand. */
export class AutopilotBench {
  readonly sent: OutgoingMessage[] = [];
  readonly refused: string[] = [];
  readonly failures: string[] = [];
  /** With what they were. */
  readonly failsafesSet: [string, number][] = [];
  readonly said: string[] = [];
  readonly notOurs: (readonly [autopilot: number, type: number])[] = [];
  status: VehicleStatus | undefined;
  readonly poses: Pose[] = [];
  mayTakeOff = true;
  customMode: number;
  armed = false;
  /** What is asked for is acknowledged so; parameters take their value, unless they are missing. */
  result: (command: number, param1: number) => number = () => MavResult.ACCEPTED;
  /** Whether it takes our mode, as it says that it does. */
  entersOurs = true;
  /** Obeyed or not, its acknowledgement does not come. */
  unanswered: (command: number, param1: number) => boolean = () => false;
  missing: readonly string[] = [];
  /** What its parameters are before they are set, where not 0. */
  values: Readonly<Record<string, number>> = {};
  isIndoors = true;
  isBeating = true;
  bootMs = 0;
  silent: readonly string[] = [];
  /** Parameters that stay as they are, whatever is set. */
  stubborn: readonly string[] = [];
  /** What it says to have when it is asked for all; undefined is silence. */
  listed: readonly string[] | undefined;
  readonly #autopilot: MavAutopilot;
  /** By what asks for it. */
  readonly #modesOfOurs = new Map<number, number>([
    [CopterMode.GUIDED, CopterMode.GUIDED],
    [Px4MainMode.OFFBOARD, px4CustomMode(Px4MainMode.OFFBOARD)],
  ]);
  #nowMs = 0;
  readonly autopilot = new MavlinkAutopilot({
    self,
    takeOffHeightM: 1.5,
    earthOrigin: { latitudeDeg: 45.0703, longitudeDeg: 7.6869, altitudeM: 239 },
    isIndoors: () => this.isIndoors,
    mayTakeOff: () => this.mayTakeOff,
    send: (message) => {
      this.sent.push(message);
      this.#answer(message);
    },
    events: {
      pose: (pose) => this.poses.push(pose),
      status: (status) => {
        this.status = status;
      },
      refused: (order, reason) => this.refused.push(`${order}: ${reason}`),
      found: () => undefined,
      lost: () => undefined,
      modeChanged: () => undefined,
      said: (text) => this.said.push(text),
      notOurs: (autopilot, type) => this.notOurs.push([autopilot, type]),
      settled: (task, failure, was) => {
        if (failure) this.failures.push(`${task.what}: ${failure.why}`);
        if (task.kind === "failsafe" && was !== undefined)
          this.failsafesSet.push([task.names[0], was]);
      },
    },
  });
  readonly #answers: OutgoingMessage[] = [];

  constructor(autopilot: MavAutopilot, customMode: number) {
    this.#autopilot = autopilot;
    this.customMode = customMode;
    this.beat();
  }

  get atMs(): MonotonicMs {
    return monotonicMs(this.#nowMs);
  }

  say(message: OutgoingMessage): void {
    this.autopilot.receive(frameFrom(target, message), this.atMs);
  }

  beat(type: MavType = MavType.QUADROTOR, componentId = target.componentId): void {
    const from = { ...target, componentId };
    const heartbeat: OutgoingMessage = {
      name: "HEARTBEAT",
      type,
      autopilot: this.#autopilot,
      baseMode: this.armed ? MavModeFlag.SAFETY_ARMED : 0,
      customMode: this.customMode,
      systemStatus: 4,
      mavlinkVersion: 3,
    };
    this.autopilot.receive(frameFrom(from, heartbeat), this.atMs);
  }

  at(heightM: number): void {
    this.attitude();
    this.position(heightM);
  }

  attitude(): void {
    this.say({ name: "ATTITUDE", timeBootMs: this.bootMs, roll: 0, pitch: 0, yaw: 0, ...still });
  }

  position(heightM: number): void {
    const timeBootMs = this.bootMs;
    this.say({ name: "LOCAL_POSITION_NED", timeBootMs, x: 0, y: 0, z: -heightM, ...still });
  }

  landed(landedState: number): void {
    this.say({ name: "EXTENDED_SYS_STATE", vtolState: 0, landedState });
  }

  /** As ArduPilot tells every station what one of them has set. */
  parameter(paramId: string, paramValue: number): void {
    this.say(parameterValue(paramId, paramValue));
  }

  mode(customMode: number): void {
    const modes = { standardMode: 0, customMode, intendedCustomMode: customMode };
    this.say({ name: "CURRENT_MODE", ...modes });
  }

  /** What else it was asked for: the state of the system, and how sure it is of its position. */
  others(): void {
    this.say(sysStatus);
    this.ekf(831);
    this.say(estimatorStatus);
    this.say(odometry);
  }

  /** ArduPilot's filter says what it has: 831 is all of it by odometry, 39 without a position. */
  ekf(flags: number): void {
    this.say({
      name: "EKF_STATUS_REPORT",
      flags,
      ...{ velocityVariance: 0, posHorizVariance: 0, posVertVariance: 0, compassVariance: 0 },
      terrainAltVariance: 0,
    });
  }

  run(ms: number): void {
    for (const end = this.#nowMs + ms; this.#nowMs < end; this.#nowMs += 20) {
      for (const answer of this.#answers.splice(0)) this.say(answer);
      if (this.isBeating && this.#nowMs % 200 === 0) this.beat();
      this.autopilot.tick(this.atMs);
    }
  }

  get commands(): number[] {
    return this.sent.flatMap((message) =>
      message.name === "COMMAND_LONG" && message.command !== MavCmd.SET_MESSAGE_INTERVAL
        ? [message.command]
        : [],
    );
  }

  get climbs(): number[] {
    return this.sent.flatMap((message) =>
      message.name === "SET_POSITION_TARGET_LOCAL_NED" ? [message.vz] : [],
    );
  }

  #answer(message: OutgoingMessage): void {
    if (message.name === "COMMAND_LONG") {
      const { command, param1 } = message;
      if (this.unanswered(command, param1)) return;
      const result = this.result(command, param1);
      this.#answers.push({ name: "COMMAND_ACK", command, result });
      const isTaken = command === MavCmd.DO_SET_MODE && result === MavResult.ACCEPTED;
      const ours = this.#modesOfOurs.get(message.param2);
      if (isTaken && this.entersOurs && ours !== undefined) this.customMode = ours;
      return;
    }
    if (message.name === "PARAM_REQUEST_LIST") {
      const { listed = [] } = this;
      for (const [paramIndex, paramId] of listed.entries()) {
        const place = { paramCount: listed.length, paramIndex };
        this.#answers.push({ ...parameterValue(paramId, 0), ...place });
      }
      return;
    }
    if (message.name !== "PARAM_SET" && message.name !== "PARAM_REQUEST_READ") return;
    const { paramId } = message;
    if (this.silent.includes(paramId)) return;
    if (this.missing.includes(paramId)) {
      const to = { targetSystem: 255, targetComponent: 190, paramIndex: -1 };
      this.#answers.push({
        name: "PARAM_ERROR",
        paramId,
        error: MavParamError.DOES_NOT_EXIST,
        ...to,
      });
      return;
    }
    const set = message.name === "PARAM_SET" ? message : this.#lastSet(paramId);
    if (!set || this.stubborn.includes(paramId)) {
      this.#answers.push(parameterValue(paramId, this.values[paramId] ?? 0));
      return;
    }
    const { paramValue, paramType = MavParamType.REAL32 } = set;
    const wire = "paramValueBits" in set ? { paramValueBits: set.paramValueBits } : {};
    const place = { paramCount: 9, paramIndex: 65_535 };
    this.#answers.push({ name: "PARAM_VALUE", paramId, paramValue, ...wire, paramType, ...place });
  }

  #lastSet(id: string) {
    return this.sent.findLast(
      (message): message is OutgoingMessage & { name: "PARAM_SET" } =>
        message.name === "PARAM_SET" && message.paramId === id,
    );
  }
}
