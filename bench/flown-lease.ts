import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { centredSticks, leaseRenewalMs } from "@pista/flight";
import { FakeVehicle } from "../apps/gateway/src/testing/fake-vehicle.ts";
import { udpWire } from "../apps/gateway/src/testing/fake-wire.ts";
import { GatewayProcess } from "../apps/gateway/src/testing/gateway-process.ts";
import { PilotPage } from "../apps/gateway/src/testing/pilot-page.ts";
import { fly, freeUdpPort } from "../apps/gateway/src/testing/site.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import { announceGateway } from "../apps/hub/src/testing/test-gateway.ts";
import type { TestHub } from "../apps/hub/src/testing/test-hub.ts";

/** Asks the hub as its pilot, and throws where it refuses. */
export type Ask = (path: string, body: object) => Promise<ReturnType<typeof JSON.parse>>;

const startingMsMax = 30_000;

/** A whole gateway in its own processes, its pilot's page, and the vehicle at the end of its socket. */
export class FlownLease {
  readonly #asset: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "pista-bench-"));
  readonly #vehicle: FakeVehicle;
  readonly #gateway: GatewayProcess;
  #page: PilotPage | undefined;
  #renewing: NodeJS.Timeout | undefined;

  private constructor(asset: string, hub: TestHub, gatewayPort: number, code: string) {
    this.#asset = asset;
    this.#vehicle = new FakeVehicle(udpWire(gatewayPort));
    this.#vehicle.start();
    this.#gateway = new GatewayProcess([
      ...["--hub", hub.url, "--vehicle", `udp://127.0.0.1:${gatewayPort}`, "--code", code],
      ...["--data", this.#directory, "--bind-address", "127.0.0.1"],
    ]);
  }

  static async open(hub: TestHub, asset: string): Promise<FlownLease> {
    const { code } = (await announceGateway(hub, asset)).json;
    const flown = new FlownLease(asset, hub, await freeUdpPort(), code);
    for (const said of ["hub connected", "vehicle heard", "media is ready"]) {
      await until(said, () => flown.#gateway.find(said), startingMsMax);
    }
    return flown;
  }

  /** Takes a lease, takes off, and turns on the spot, so that a stop can be told from it. */
  async flyOff(ask: Ask): Promise<void> {
    this.#page?.close();
    const page = new PilotPage();
    this.#page = page;
    await page.gathered();
    const path = `/v1/drones/${this.#asset}/lease`;
    const { id: leaseId, epoch } = await ask(path, page.identity);
    this.#renewing = setInterval(() => {
      // One that is taken back meanwhile is what is measured.
      ask(`${path}/renew`, { leaseId }).catch(() => clearInterval(this.#renewing));
    }, leaseRenewalMs);
    page.accept((await ask(`${path}/offer`, { leaseId, sdp: page.offer })).sdp);
    const challenge = await until("the challenge", () => page.challenge);
    page.prove({ leaseId, epoch }, challenge);
    await until("the welcome", () => page.epoch === epoch);
    page.startFlying();
    await fly({ vehicle: this.#vehicle }, { page });
    page.sticks = { ...centredSticks, yawRight: 0.5 };
    await until("a turn", () => (this.#vehicle.newest?.yawRate ?? 0) > 0);
  }

  /** When the first stop since then was on the autopilot's wire; and the vehicle is down again. */
  async stopped(sinceMs: number): Promise<number> {
    const { setPoints } = this.#vehicle;
    const isStop = ({ atMs, vx, vy, vz, yawRate }: (typeof setPoints)[number]): boolean =>
      atMs >= sinceMs && vx === 0 && vy === 0 && vz === 0 && yawRate === 0;
    const stop = await until("a stop", () => setPoints.find(isStop), 15_000);
    clearInterval(this.#renewing);
    const lock = (): string | undefined => this.#page?.beacon?.lock;
    await until("why it stopped", () => lock() === "authority-withdrawn");
    await until("the ground", () => this.#vehicle.landed && !this.#vehicle.armed, 60_000);
    return stop.atMs - sinceMs;
  }

  async close(): Promise<void> {
    clearInterval(this.#renewing);
    this.#page?.close();
    await this.#gateway.end();
    this.#vehicle.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
