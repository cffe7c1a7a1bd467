import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDatagramReader,
  createFrameWriter,
  type HilStateQuaternion,
  type Outgoing,
  type VisionPositionEstimate,
} from "@pista/mavlink";

/** The ports of the highest instance that has some of its own; none of a ground station's. */
const instance = 9;
/** Where PX4 sends what it has for a companion computer, and the gateway listens. */
export const companionPort = 14_540 + instance;
const companionListens = 14_580 + instance;
const truthPort = 19_410 + instance;
const visionPeriodMs = 33;
const metresPerDegE7 = (6_371_000 * Math.PI) / 180 / 1e7;

/** No satellites and no compass: position, height and heading from vision alone. And no way home. */
const indoors = {
  SYS_HAS_GPS: "0",
  EKF2_GPS_CTRL: "0",
  SENS_EN_GPSSIM: "0",
  SYS_HAS_MAG: "0",
  SENS_EN_MAGSIM: "0",
  EKF2_MAG_TYPE: "5",
  EKF2_EV_CTRL: "11",
  EKF2_HGT_REF: "3",
  NAV_RCL_ACT: "3",
  COM_LOW_BAT_ACT: "2",
  COM_FLTT_LOW_ACT: "1",
  COM_POS_LOW_ACT: "5",
};

export type Vision = Outgoing<VisionPositionEstimate>;
export type Truth = { readonly northM: number; readonly eastM: number; readonly upM: number };

/** PX4's own software in the loop with its own quadrotor, which sees by what this program tells it. */
export class Px4Sitl {
  seesByVision = false;
  truth: Truth | undefined;
  readonly #directory = mkdtempSync(join(tmpdir(), "pista-px4-"));
  readonly #child: ChildProcess;
  readonly #socket = createSocket("udp4");
  readonly #reader = createDatagramReader();
  readonly #writer = createFrameWriter({ systemId: 1, componentId: 197 });
  readonly #tell: (vision: Vision) => void;
  #origin: HilStateQuaternion | undefined;
  #visionAtMs = 0;

  /** @param tell takes what is seen to it by another way than straight. */
  constructor(build: string, tell?: (vision: Vision) => void) {
    this.#tell = tell ?? ((vision) => this.#tellStraight(vision));
    const parameters = Object.entries(indoors).map(([name, value]) => [`PX4_PARAM_${name}`, value]);
    this.#child = spawn(
      join(build, "bin/px4"),
      ["-d", "-i", `${instance}`, "-w", this.#directory, join(build, "etc")],
      {
        stdio: "ignore",
        env: {
          ...process.env,
          PX4_SIM_MODEL: "sihsim_quadx",
          ...Object.fromEntries(parameters),
        },
      },
    );
    this.#socket.on("message", (bytes) => {
      for (const { message } of this.#reader.read(bytes)) {
        if (message.name === "HIL_STATE_QUATERNION") this.#see(message);
      }
    });
    this.#socket.bind(truthPort, "127.0.0.1");
  }

  async close(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
    this.#socket.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #see(state: HilStateQuaternion): void {
    this.#origin ??= state;
    const { lat, lon, alt } = this.#origin;
    const eastScale = Math.cos((lat / 1e7) * (Math.PI / 180));
    const northM = (state.lat - lat) * metresPerDegE7;
    const eastM = (state.lon - lon) * metresPerDegE7 * eastScale;
    const upM = (state.alt - alt) / 1_000;
    this.truth = { northM, eastM, upM };
    const nowMs = performance.now();
    if (!this.seesByVision || nowMs - this.#visionAtMs < visionPeriodMs) return;
    this.#visionAtMs = nowMs;
    const covariance = new Array<number>(21).fill(0);
    for (const at of [0, 6, 11]) covariance[at] = 0.0004;
    for (const at of [15, 18, 20]) covariance[at] = 0.001;
    this.#tell({
      name: "VISION_POSITION_ESTIMATE",
      usec: 0n,
      x: northM,
      y: eastM,
      z: -upM,
      ...anglesOf(state.attitudeQuaternion),
      covariance,
    });
  }

  #tellStraight(vision: Vision): void {
    this.#socket.send(this.#writer.write(vision), companionListens, "127.0.0.1");
  }
}

function anglesOf([w = 1, x = 0, y = 0, z = 0]: readonly number[]) {
  return {
    roll: Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
    pitch: Math.asin(2 * (w * y - z * x)),
    yaw: Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
  };
}
