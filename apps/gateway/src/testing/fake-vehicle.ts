import { createSocket } from "node:dgram";
import {
  type CommandLong,
  CopterMode,
  createDatagramReader,
  createFrameWriter,
  encodeParameter,
  MavAutopilot,
  MavCmd,
  MavLandedState,
  type MavlinkMessage,
  MavModeFlag,
  MavParamType,
  MavResult,
  MavSeverity,
  MavState,
  MavType,
  type OutgoingMessage,
  type SetPositionTargetLocalNed,
} from "@pista/mavlink";

export type HeardSetPoint = SetPositionTargetLocalNed & { readonly atMs: number };

/** Speaks as an ArduPilot Copter does, and keeps what it hears. It moves as it is told, at once. */
export class FakeVehicle {
  readonly setPoints: HeardSetPoint[] = [];
  readonly commands: {
    readonly command: number;
    readonly param2: number;
    readonly atMs: number;
  }[] = [];
  readonly heartbeatsAtMs: number[] = [];
  mode: number = CopterMode.STABILIZE;
  armed = false;
  landed = true;
  northM = 5;
  eastM = 10;
  upM = 0;
  yawRad = 0;
  guidTimeoutS = 3;
  /** What the parameter stays at, whatever is set. */
  stubbornTimeoutS: number | undefined;
  refusesArming = false;
  isSilent = false;
  readonly #socket = createSocket("udp4");
  readonly #reader = createDatagramReader();
  readonly #writer = createFrameWriter({ systemId: 1, componentId: 1 });
  readonly #gatewayPort: number;
  readonly #startMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #step = 0;
  #climbing = false;

  constructor(gatewayPort: number) {
    this.#gatewayPort = gatewayPort;
    this.#socket.on("message", (bytes) => {
      for (const { message } of this.#reader.read(bytes)) this.#hear(message);
    });
  }

  start(): void {
    this.#timer = setInterval(() => this.#live(), 20);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  get newest(): HeardSetPoint | undefined {
    return this.setPoints.at(-1);
  }

  #live(): void {
    this.#step += 1;
    this.#move(0.02);
    if (this.isSilent) return;
    const timeBootMs = Math.floor(performance.now() - this.#startMs);
    const rates = { rollspeed: 0, pitchspeed: 0, yawspeed: 0 };
    this.#say({ name: "ATTITUDE", timeBootMs, roll: 0, pitch: 0, yaw: this.yawRad, ...rates });
    const position = { x: this.northM, y: this.eastM, z: -this.upM };
    this.#say({ name: "LOCAL_POSITION_NED", timeBootMs, ...position, vx: 0, vy: 0, vz: 0 });
    if (this.#step % 10 !== 0) return;
    this.#say({
      name: "EXTENDED_SYS_STATE",
      vtolState: 0,
      landedState: this.landed ? MavLandedState.ON_GROUND : MavLandedState.IN_AIR,
    });
    this.#sayHeartbeat();
  }

  #move(seconds: number): void {
    const { newest } = this;
    if (!this.armed) return;
    if (this.#climbing) this.upM = Math.min(1.5, this.upM + seconds * 3);
    else if (this.mode === CopterMode.LAND) this.upM = Math.max(0, this.upM - seconds);
    else if (this.mode === CopterMode.GUIDED && newest && !this.landed) {
      this.northM += newest.vx * seconds;
      this.eastM += newest.vy * seconds;
      this.upM -= newest.vz * seconds;
    }
    if (this.upM > 0.1) this.landed = false;
    if (this.upM >= 1.5) this.#climbing = false;
    if (this.mode !== CopterMode.LAND || this.upM > 0) return;
    this.landed = true;
    this.armed = false;
  }

  #hear(message: MavlinkMessage): void {
    const atMs = performance.now();
    switch (message.name) {
      case "HEARTBEAT":
        this.heartbeatsAtMs.push(atMs);
        return;
      case "SET_POSITION_TARGET_LOCAL_NED":
        this.setPoints.push({ ...message, atMs });
        return;
      case "PARAM_SET":
        this.guidTimeoutS = this.stubbornTimeoutS ?? message.paramValue;
        this.#sayTimeout();
        return;
      case "PARAM_REQUEST_READ":
        this.#sayTimeout();
        return;
      case "COMMAND_LONG":
        this.commands.push({ command: message.command, param2: message.param2, atMs });
        this.#acknowledge(message.command, this.#obey(message));
        return;
      default:
        return;
    }
  }

  #obey({ command, param1, param2 }: CommandLong): number {
    switch (command) {
      case MavCmd.DO_SET_MODE:
        this.mode = param2;
        this.#climbing = false;
        this.#sayHeartbeat();
        return MavResult.ACCEPTED;
      case MavCmd.COMPONENT_ARM_DISARM:
        if (param1 === 1 && this.refusesArming) {
          const text = "PreArm: Compass not calibrated";
          this.#say({ name: "STATUSTEXT", severity: MavSeverity.CRITICAL, text });
          return MavResult.FAILED;
        }
        this.armed = param1 === 1;
        this.#sayHeartbeat();
        return MavResult.ACCEPTED;
      case MavCmd.NAV_TAKEOFF:
        this.#climbing = true;
        return MavResult.ACCEPTED;
      case MavCmd.SET_MESSAGE_INTERVAL:
        return MavResult.ACCEPTED;
      default:
        return MavResult.UNSUPPORTED;
    }
  }

  #acknowledge(command: number, result: number): void {
    this.#say({ name: "COMMAND_ACK", command, result });
  }

  #sayTimeout(): void {
    const type = MavParamType.REAL32;
    const wire = encodeParameter({ type, value: this.guidTimeoutS }, "cast");
    if (!wire.ok) throw new Error(wire.fault.kind);
    this.#say({
      name: "PARAM_VALUE",
      paramId: "GUID_TIMEOUT",
      ...wire.value,
      paramType: type,
      paramCount: 1,
      paramIndex: 0,
    });
  }

  #sayHeartbeat(): void {
    this.#say({
      name: "HEARTBEAT",
      type: MavType.QUADROTOR,
      autopilot: MavAutopilot.ARDUPILOTMEGA,
      baseMode: MavModeFlag.CUSTOM_MODE_ENABLED | (this.armed ? MavModeFlag.SAFETY_ARMED : 0),
      customMode: this.mode,
      systemStatus: MavState.ACTIVE,
      mavlinkVersion: 3,
    });
  }

  #say(message: OutgoingMessage): void {
    this.#socket.send(this.#writer.write(message), this.#gatewayPort, "127.0.0.1");
  }
}
