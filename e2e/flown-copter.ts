import { type Pose, takeOffHeightM } from "@pista/flight";
import { defined, type EnuMps, monotonicMs } from "@pista/kernel";
import type { OutgoingMessage } from "@pista/mavlink";
import { pino } from "pino";
import { createVehicleLink } from "../apps/gateway/src/autopilot/create-vehicle-link.ts";
import {
  MavlinkAutopilot,
  type VehicleStatus,
} from "../apps/gateway/src/autopilot/mavlink-autopilot.ts";
import { ownAddress } from "../apps/gateway/src/autopilot/own-address.ts";
import { type JoinedCompanion, joinCompanion } from "../apps/gateway/src/compose-companion.ts";
import { parseVehicleAddress } from "../apps/gateway/src/settings.ts";
import { systemClock } from "../apps/gateway/src/system-clock.ts";
import { freeUdpPort } from "../apps/gateway/src/testing/site.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import { CopterProgram } from "./copter-program.ts";
import { SafetyStation } from "./safety-station.ts";

const still: EnuMps = { eastMps: 0, northMps: 0, upMps: 0 };
/** From switching on to a position good enough to arm: satellites, alignment, biases. */
const readyMsMax = 120_000;

/** ArduPilot's own program, flown by the gateway's own half of the wire; the guard is left out. */
export class FlownCopter {
  readonly station = new SafetyStation();
  readonly refusals: string[] = [];
  /** [LG10] With what they were. */
  readonly failsafesSet: [string, number][] = [];
  readonly sent: OutgoingMessage[] = [];
  pose: Pose | undefined;
  status: VehicleStatus | undefined;
  /** What the guard would ask for; undefined is silence. */
  velocity: EnuMps | undefined;
  yawRateDegps = 0;
  /** A gateway that was killed says nothing any more. */
  isAlive = true;
  poseAtMs = Number.NEGATIVE_INFINITY;
  readonly companion: JoinedCompanion["companion"] | undefined;
  readonly #program: CopterProgram;
  readonly #autopilot: MavlinkAutopilot;
  readonly #close: () => void;

  private constructor(
    program: CopterProgram,
    address: string,
    station: SafetyStation,
    odometryPort?: number,
  ) {
    this.#program = program;
    this.station = station;
    const link = createVehicleLink(parseVehicleAddress(address), {
      self: ownAddress,
      clock: systemClock,
      signing: undefined,
      onFrame: (frame, atMs) => {
        this.#autopilot.receive(frame, atMs);
        this.companion?.receiveFromVehicle(frame, atMs);
      },
      onBytes: () => undefined,
      onFault: () => undefined,
      onOther: () => undefined,
      onRefused: () => undefined,
    });
    const odometry = odometryPort && parseVehicleAddress(`udp://127.0.0.1:${odometryPort}`);
    const recorder = { record: () => undefined };
    const surroundings = { clock: systemClock, log: pino({ level: "silent" }), recorder };
    const joined = odometry
      ? joinCompanion(odometry, ownAddress, surroundings, undefined, () => link)
      : undefined;
    this.companion = joined?.companion;
    this.#autopilot = new MavlinkAutopilot({
      earthOrigin: joined && { latitudeDeg: 45.0703, longitudeDeg: 7.6869, altitudeM: 239 },
      self: ownAddress,
      takeOffHeightM,
      isIndoors: () => true,
      mayTakeOff: () => true,
      send: (message) => {
        this.sent.push(message);
        link.send(message);
      },
      events: {
        pose: (pose, atMs) => {
          this.pose = pose;
          this.poseAtMs = atMs;
        },
        status: (status) => {
          this.status = status;
        },
        refused: (order, reason) => this.refusals.push(`${order}: ${reason}`),
        found: () => undefined,
        lost: () => undefined,
        modeChanged: () => undefined,
        said: () => undefined,
        notOurs: () => undefined,
        settled: (task, _failure, was) => {
          if (task.kind === "failsafe" && was !== undefined)
            this.failsafesSet.push([task.names[0], was]);
        },
      },
    });
    void link.open();
    void joined?.line.open();
    const timer = setInterval(() => this.#tick(), 20);
    this.#close = () => {
      clearInterval(timer);
      link.close();
      joined?.line.close();
    };
  }

  /** @param odometryPort where a companion is met by which it sees, in place of satellites. */
  static async start(
    kind: "udp" | "tcp",
    program: string,
    defaults: string,
    odometryPort?: number,
  ): Promise<FlownCopter> {
    const station = new SafetyStation();
    const stationPort = await station.open();
    const port = kind === "udp" ? await freeUdpPort() : 5_760;
    const gateway = kind === "udp" ? `udpclient:127.0.0.1:${port}` : `tcp:${port}`;
    const wires = { gateway, stationPort, seesByOdometry: odometryPort !== undefined };
    const copter = new CopterProgram(program, defaults, wires);
    return new FlownCopter(copter, `${kind}://127.0.0.1:${port}`, station, odometryPort);
  }

  order(order: "take-off" | "land" | "motors-off"): void {
    this.#autopilot.order(order, systemClock.monotonicMs());
  }

  async until(what: string, look: () => boolean, limitMs = 30_000): Promise<void> {
    await until(`${what} (${this.#program.output.slice(-400)})`, look, limitMs);
  }

  /** Again and again, as a pilot does who reads why not yet. */
  async takeOff(): Promise<void> {
    const deadlineMs = performance.now() + readyMsMax;
    for (;;) {
      const { length } = this.refusals;
      this.order("take-off");
      await this.until("the take-off", () => this.refusals.length > length || this.climbedM > 1.3);
      if (this.climbedM > 1.3) break;
      if (performance.now() > deadlineMs) throw new Error(this.refusals.at(-1));
      await this.wait(2_000);
    }
    await this.fly({}, 2_000);
  }

  get climbedM(): number {
    return this.status?.armed ? (this.pose?.position.upM ?? 0) : 0;
  }

  /** Flies like this for a while, and tells how it flew in the end. */
  async fly(velocity: Partial<EnuMps>, ms: number, yawRateDegps = 0): Promise<Pose> {
    this.velocity = { ...still, ...velocity };
    this.yawRateDegps = yawRateDegps;
    await this.wait(ms);
    return defined(this.pose, "A vehicle that flies says where.");
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  async end(): Promise<void> {
    this.#close();
    this.station.close();
    await this.#program.end();
  }

  #tick(): void {
    if (!this.isAlive) return;
    const atMs = monotonicMs(systemClock.monotonicMs());
    this.#autopilot.tick(atMs);
    this.companion?.tick(atMs);
    const { velocity, yawRateDegps } = this;
    if (velocity) this.#autopilot.setVelocity({ velocity, yawRateDegps }, atMs);
  }
}
