import {
  type CommandLong,
  createFrameWriter,
  createSignatureVerifier,
  createSigningClock,
  createStreamReader,
  decodeParameter,
  encodeParameter,
  type FrameReader,
  type FrameWriter,
  MavCmd,
  MavLandedState,
  type MavlinkFrame,
  type MavlinkMessage,
  MavModeFlag,
  MavParamError,
  MavResult,
  MavSeverity,
  MavState,
  MavType,
  type OutgoingMessage,
  type SetPositionTargetLocalNed,
  type SigningKey,
  type Timesync,
} from "@pista/mavlink";
import { systemClock } from "../system-clock.ts";
import { copterPersonality, type Personality } from "./fake-personality.ts";
import type { FakeWire } from "./fake-wire.ts";

export type HeardSetPoint = SetPositionTargetLocalNed & { readonly atMs: number };

/** Speaks as an autopilot does, and keeps what it hears. It moves as it is told: faster at once. */
export class FakeVehicle {
  readonly setPoints: HeardSetPoint[] = [];
  readonly commands: {
    readonly command: number;
    readonly param2: number;
    readonly atMs: number;
    readonly result: number;
  }[] = [];
  readonly heartbeatsAtMs: number[] = [];
  /** What it was told of another's odometry, and of the gateway's clock. */
  readonly odometry: MavlinkFrame[] = [];
  readonly clockAnswers: Timesync[] = [];
  mode: number;
  armed = false;
  landed = true;
  northM = 5;
  eastM = 10;
  upM = 0;
  yawRad = 0;
  /** How it becomes slower in level flight. */
  decelerationMps2 = Number.POSITIVE_INFINITY;
  readonly parameters;
  /** It says yes and keeps what it has. */
  stubbornParameter: string | undefined;
  refusesArming = false;
  isSilent = false;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #wire: FakeWire;
  readonly #personality: Personality;
  readonly #startMs = performance.now();
  #movedAtMs = performance.now();
  #northMps = 0;
  #eastMps = 0;
  #timer: NodeJS.Timeout | undefined;
  #step = 0;
  #climbing = false;
  /** PX4 lands because set-points ended, and flies on by itself when they come again. */
  #isFailsafe = false;

  /** With a key it signs what it says, and hears nothing else. */
  constructor(wire: FakeWire, personality: Personality = copterPersonality, key?: SigningKey) {
    const clock = createSigningClock();
    this.#reader = createStreamReader(
      key ? { signing: createSignatureVerifier({ key, clock }) } : {},
    );
    const signing = key && { key, linkId: 0, clock };
    this.#writer = createFrameWriter({ systemId: 1, componentId: 1, ...(signing && { signing }) });
    this.#wire = wire;
    this.#personality = personality;
    this.mode = personality.manual;
    this.parameters = personality.parameters();
    wire.listen((bytes) => {
      for (const frame of this.#reader.read(bytes, systemClock.nowMs())) {
        if (frame.message.name === "ODOMETRY") this.odometry.push(frame);
        this.#hear(frame.message);
      }
    });
  }

  start(): void {
    this.#timer = setInterval(() => this.#live(), 20);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#wire.close();
  }

  get newest(): HeardSetPoint | undefined {
    return this.setPoints.at(-1);
  }

  #live(): void {
    this.#step += 1;
    const nowMs = performance.now();
    this.#move((nowMs - this.#movedAtMs) / 1_000);
    this.#movedAtMs = nowMs;
    if (this.isSilent) return;
    const timeBootMs = Math.floor(performance.now() - this.#startMs);
    const rates = { rollspeed: 0, pitchspeed: 0, yawspeed: 0 };
    this.#say({ name: "ATTITUDE", timeBootMs, roll: 0, pitch: 0, yaw: this.yawRad, ...rates });
    const position = { x: this.northM, y: this.eastM, z: -this.upM };
    const velocity = { vx: this.#northMps, vy: this.#eastMps, vz: 0 };
    this.#say({ name: "LOCAL_POSITION_NED", timeBootMs, ...position, ...velocity });
    if (this.#step % 10 !== 0) return;
    this.#say({ name: "TIMESYNC", tc1: 0n, ts1: BigInt(this.#step) });
    this.#say({
      name: "EXTENDED_SYS_STATE",
      vtolState: 0,
      landedState: this.landed ? MavLandedState.ON_GROUND : MavLandedState.IN_AIR,
    });
    if ((this.#step * 20) % this.#personality.heartbeatMs === 0) this.#sayHeartbeat();
  }

  #move(seconds: number): void {
    const { newest } = this;
    const { guided, landing, wantsProofOfLife } = this.#personality;
    const isLed = this.mode === guided && (wantsProofOfLife || !this.landed) && !this.#climbing;
    this.#glide(this.armed && isLed ? newest : undefined, seconds);
    if (!this.armed) return;
    if (this.#climbing) this.upM = Math.min(1.5, this.upM + seconds * 3);
    else if (this.mode === landing) this.upM = Math.max(0, this.upM - seconds);
    else if (isLed && newest) this.upM = Math.max(0, this.upM - newest.vz * seconds);
    if (this.upM > 0.1) this.landed = false;
    if (this.upM >= 1.5) this.#climbing = false;
    const isLost = this.#hasLostOffboard(newest);
    if (isLost !== this.#isFailsafe) this.#enter(isLost ? landing : guided, isLost);
    if (this.mode !== landing || this.upM > 0) return;
    this.landed = true;
    this.armed = false;
    // PX4 goes back to the mode in which it was armed.
    if (wantsProofOfLife) this.#enter(guided);
  }

  /** Level, towards a set-point; without one it stands. */
  #glide(newest: HeardSetPoint | undefined, seconds: number): void {
    const { vx: northMps, vy: eastMps } = newest ?? { vx: 0, vy: 0 };
    const mps = Math.hypot(this.#northMps, this.#eastMps);
    const slowestMps = newest && mps > 0 ? mps - this.decelerationMps2 * seconds : 0;
    const isTooSlow = Math.hypot(northMps, eastMps) < slowestMps;
    this.#northMps = isTooSlow ? (this.#northMps / mps) * slowestMps : northMps;
    this.#eastMps = isTooSlow ? (this.#eastMps / mps) * slowestMps : eastMps;
    this.northM += this.#northMps * seconds;
    this.eastM += this.#eastMps * seconds;
  }

  #enter(mode: number, isFailsafe = false): void {
    this.mode = mode;
    this.#isFailsafe = isFailsafe;
    if (this.#personality.heartbeatMs === 200) this.#sayHeartbeat();
    else {
      const modes = { standardMode: 0, customMode: mode, intendedCustomMode: mode };
      this.#say({ name: "CURRENT_MODE", ...modes });
    }
  }

  /** PX4's own failsafe, as far as its parameters set it to land. */
  #hasLostOffboard(newest: HeardSetPoint | undefined): boolean {
    const { guided, wantsProofOfLife } = this.#personality;
    const isGuided = this.mode === guided || this.#isFailsafe;
    if (!wantsProofOfLife || !isGuided || !newest) return false;
    if (this.parameters.get("COM_OBL_RC_ACT")?.value !== 4) return false;
    const lossS = this.parameters.get("COM_OF_LOSS_T")?.value ?? 1;
    return performance.now() - newest.atMs > lossS * 1_000;
  }

  #hear(message: MavlinkMessage): void {
    const atMs = performance.now();
    switch (message.name) {
      case "HEARTBEAT":
        this.heartbeatsAtMs.push(atMs);
        return;
      case "TIMESYNC":
        this.clockAnswers.push(message);
        return;
      case "SET_POSITION_TARGET_LOCAL_NED":
        this.setPoints.push({ ...message, atMs });
        return;
      case "PARAM_SET": {
        const parameter = this.parameters.get(message.paramId);
        const { value } = decodeParameter(message, this.#personality.encoding);
        const isStubborn = this.stubbornParameter === message.paramId;
        if (parameter && value !== undefined && !isStubborn) parameter.value = value;
        this.#sayParameter(message.paramId);
        return;
      }
      case "PARAM_REQUEST_READ":
        this.#sayParameter(message.paramId);
        return;
      case "COMMAND_LONG": {
        const { command, param2 } = message;
        const result = this.#obey(message);
        this.commands.push({ command, param2, atMs, result });
        this.#say({ name: "COMMAND_ACK", command, result });
        return;
      }
      default:
        return;
    }
  }

  #obey(message: CommandLong): number {
    const { command, param1 } = message;
    const { modeAsked, wantsProofOfLife } = this.#personality;
    switch (command) {
      case MavCmd.DO_SET_MODE:
        this.#climbing = false;
        this.#enter(modeAsked(message));
        return MavResult.ACCEPTED;
      case MavCmd.RUN_PREARM_CHECKS:
        if (this.#lacksProofOfLife) this.#sayOffboardSignalLost();
        return MavResult.ACCEPTED;
      case MavCmd.COMPONENT_ARM_DISARM:
        if (param1 === 1 && this.refusesArming) {
          const text = "PreArm: Compass not calibrated";
          this.#say({ name: "STATUSTEXT", severity: MavSeverity.CRITICAL, text });
          return MavResult.FAILED;
        }
        if (param1 === 1 && this.#lacksProofOfLife) {
          const text = "Arming denied: Resolve system health failures first\t".slice(0, 50);
          this.#say({ name: "STATUSTEXT", severity: MavSeverity.CRITICAL, text });
          return MavResult.TEMPORARILY_REJECTED;
        }
        this.armed = param1 === 1;
        if (this.#personality.heartbeatMs === 200) this.#sayHeartbeat();
        return MavResult.ACCEPTED;
      case MavCmd.NAV_TAKEOFF:
        // PX4 takes its height above the sea, which nobody here knows.
        if (wantsProofOfLife) return MavResult.DENIED;
        this.#climbing = true;
        return MavResult.ACCEPTED;
      case MavCmd.SET_MESSAGE_INTERVAL:
        // The heartbeat is message 0.
        return wantsProofOfLife && param1 === 0 ? MavResult.FAILED : MavResult.ACCEPTED;
      default:
        return MavResult.UNSUPPORTED;
    }
  }

  get #lacksProofOfLife(): boolean {
    const { guided, wantsProofOfLife } = this.#personality;
    return wantsProofOfLife && this.mode === guided && !this.#hasProofOfLife();
  }

  /** As PX4 1.16 was heard to say it: the name's hash, its level, and the modes it keeps from arming. */
  #sayOffboardSignalLost(): void {
    this.#say({
      name: "EVENT",
      destinationComponent: 0,
      destinationSystem: 0,
      id: 19_865_031,
      eventTimeBootMs: 0,
      sequence: 0,
      logLevels: 0x33,
      arguments: [0, 0x40, 0, 0, 0x14, ...new Array<number>(35).fill(0)],
    });
  }

  /** Set-points for a second, never half a second apart. */
  #hasProofOfLife(): boolean {
    const nowMs = performance.now();
    const recent = this.setPoints
      .filter(({ atMs }) => nowMs - atMs < 1_000)
      .map(({ atMs }) => atMs);
    const moments = [nowMs - 1_000, ...recent, nowMs];
    return moments.every((atMs, index) => atMs - (moments[index - 1] ?? atMs) < 500);
  }

  #sayParameter(id: string): void {
    const parameter = this.parameters.get(id);
    const { encoding } = this.#personality;
    if (!parameter) {
      const to = { targetSystem: 248, targetComponent: 190, paramIndex: -1 };
      this.#say({ name: "PARAM_ERROR", paramId: id, error: MavParamError.DOES_NOT_EXIST, ...to });
      return;
    }
    const wire = encodeParameter(parameter, encoding);
    if (!wire.ok) throw new Error(wire.fault.kind);
    const place = { paramType: parameter.type, paramCount: this.parameters.size, paramIndex: 0 };
    this.#say({ name: "PARAM_VALUE", paramId: id, ...wire.value, ...place });
  }

  #sayHeartbeat(): void {
    this.#say({
      name: "HEARTBEAT",
      type: MavType.QUADROTOR,
      autopilot: this.#personality.autopilot,
      baseMode: MavModeFlag.CUSTOM_MODE_ENABLED | (this.armed ? MavModeFlag.SAFETY_ARMED : 0),
      customMode: this.mode,
      systemStatus: MavState.ACTIVE,
      mavlinkVersion: 3,
    });
  }

  #say(message: OutgoingMessage): void {
    this.#wire.send(this.#writer.write(message, systemClock.nowMs()));
  }
}
