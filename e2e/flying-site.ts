import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { centredSticks } from "@pista/flight";
import { enrolmentCode } from "../apps/gateway/src/testing/fake-hub.ts";
import { FakeHubProcess } from "../apps/gateway/src/testing/fake-hub-process.ts";
import { GatewayProcess } from "../apps/gateway/src/testing/gateway-process.ts";
import type { PilotPage } from "../apps/gateway/src/testing/pilot-page.ts";
import {
  readMessages,
  readRecording,
  recordingNames,
} from "../apps/gateway/src/testing/recordings.ts";
import { fly, freeUdpPort, takeControl } from "../apps/gateway/src/testing/site.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import { RadioTap, type Sample } from "./radio-tap.ts";

export type Walls = { readonly westM: number; readonly eastM: number };
export type Wall = "west" | "east";

/** A message of the gateway's record. */
export type Recorded = {
  readonly at: string;
  readonly kind: string;
  readonly cause?: string;
  readonly to?: string;
};

const program = fileURLToPath(new URL("../bin/pista.js", import.meta.url));
/** Near enough to the wall that the guard is about to slow the vehicle down. */
const nearM = 3;
const startingMsMax = 60_000;

/** The simulated drone, which ends when its standard input does. */
export const startDrone = (port: number): ChildProcess =>
  spawn(process.execPath, [program, "simulate", "drone", "--to", `udp://127.0.0.1:${port}`], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, PISTA_EXIT_WITH_PARENT: "1" },
  });

/** What the guard has recorded in a gateway's data directory. */
export const recordIn = (directory: string): Recorded[] =>
  recordingNames(directory)
    .flatMap((name) => readMessages(readRecording(directory, name), "/guard/record"))
    .map(({ atNs, message }) => ({
      ...(message as Recorded), // The gateway wrote it.
      at: new Date(Number(atNs / 1_000_000n)).toISOString(),
    }));

/** Hub, gateway and simulated drone, each a program of its own, and the pilot's page in this one. */
export class FlyingSite {
  readonly walls: Walls;
  readonly hub: FakeHubProcess;
  readonly tap = new RadioTap();
  gateway: GatewayProcess;
  readonly #directory = mkdtempSync(join(tmpdir(), "pista-deaths-"));
  readonly #arguments: readonly string[];
  #drone: ChildProcess | undefined;
  #page: PilotPage | undefined;
  #epoch = 0;

  private constructor(walls: Walls, hub: FakeHubProcess, gatewayPort: number) {
    this.walls = walls;
    this.hub = hub;
    this.#arguments = [
      ...["--hub", `http://127.0.0.1:${hub.port}`, "--vehicle", `udp://127.0.0.1:${gatewayPort}`],
      ...["--data", this.#directory, "--bind-address", "127.0.0.1"],
    ];
    this.gateway = new GatewayProcess([...this.#arguments, "--code", enrolmentCode]);
  }

  static async open(walls: Walls): Promise<FlyingSite> {
    const hub = new FakeHubProcess(walls);
    await hub.opened();
    const gatewayPort = await freeUdpPort();
    const site = new FlyingSite(walls, hub, gatewayPort);
    const { tap } = site;
    site.#drone = startDrone(await tap.open(gatewayPort));
    await site.isReady();
    return site;
  }

  async isReady(): Promise<void> {
    await until("the gateway at the hub", () => this.hub.isJoined, startingMsMax);
    await until("the vehicle", () => this.gateway.find("vehicle heard"), startingMsMax);
  }

  /** After its death, in the same data directory. */
  startGatewayAgain(): void {
    this.gateway = new GatewayProcess(this.#arguments);
  }

  get mediaProcessId(): number {
    const ready = this.gateway.lines.findLast(({ msg }) => msg === "media is ready");
    return Number(ready?.processId);
  }

  /** A pilot takes off and pushes the stick towards a wall, until the vehicle is near it and fast. */
  async flyTowards(wall: Wall): Promise<void> {
    await this.#flyUntil(wall, ({ eastM, levelMps }) => {
      const roomM = wall === "east" ? this.walls.eastM - eastM : eastM - this.walls.westM;
      return levelMps > 0.5 && roomM < nearM;
    });
  }

  /** The same, until it is fast. */
  async flyOff(wall: Wall): Promise<void> {
    await this.#flyUntil(wall, ({ levelMps }) => levelMps > 0.5);
  }

  async #flyUntil(wall: Wall, isThere: (sample: Sample) => boolean): Promise<void> {
    this.#page?.close();
    this.#epoch += 1;
    const { page } = await takeControl(this, this.#epoch);
    this.#page = page;
    const forward = wall === "east" ? 1 : -1;
    const look = (): boolean => this.tap.newest !== undefined && isThere(this.tap.newest);
    // A busy machine may make the guard hold or land: then it is flown anew, as a pilot does.
    while (!look()) {
      page.sticks = centredSticks;
      await fly({ vehicle: this.tap }, { page });
      await until(
        "the way to the wall",
        () => {
          const isFree = page.beacon?.lock === undefined;
          page.sticks = isFree ? { ...centredSticks, forward } : centredSticks;
          return look() || page.beacon?.phase !== "flying";
        },
        60_000,
      );
    }
  }

  async isDown(limitMs: number): Promise<void> {
    await until("the ground", () => this.tap.landed && !this.tap.armed, limitMs);
  }

  record(): Recorded[] {
    return recordIn(this.#directory);
  }

  async close(): Promise<void> {
    this.#page?.close();
    // A frozen program does not hear that it is to end.
    this.gateway.kill("SIGCONT");
    await this.gateway.end();
    this.hub.kill("SIGKILL");
    this.#drone?.stdin?.end();
    this.tap.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
