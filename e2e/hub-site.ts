import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  call,
  type LeaseView,
  offerPeer,
  releaseLease,
  renewLease,
  takeLease,
} from "@pista/contracts";
import { centredSticks } from "@pista/flight";
import { defined } from "@pista/kernel";
import {
  keepLease,
  type LeaseEnd,
  type LeaseKeeper,
} from "../apps/console/src/pilot/lease-keeper.ts";
import { systemClock } from "../apps/gateway/src/system-clock.ts";
import { GatewayProcess } from "../apps/gateway/src/testing/gateway-process.ts";
import { PilotPage } from "../apps/gateway/src/testing/pilot-page.ts";
import { fly, freeUdpPort } from "../apps/gateway/src/testing/site.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import { createClient, type HttpClient } from "../apps/hub/src/testing/http-client.ts";
import { announceGateway } from "../apps/hub/src/testing/test-gateway.ts";
import { openTestHub } from "../apps/hub/src/testing/test-hub.ts";
import { type Recorded, recordIn, startDrone } from "./flying-site.ts";
import { RadioTap } from "./radio-tap.ts";

const program = fileURLToPath(new URL("../bin/pista.js", import.meta.url));
const startingMsMax = 60_000;
const droneId = "demo-drone";
const params = { droneId };

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has no pipe's name for an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The real hub, gateway and simulated drone, each a program of its own, and the pilot's page in this one. */
export class HubSite {
  /** The demonstration's hall, half a metre within its walls. */
  readonly walls = { westM: 0.5, eastM: 59.5 };
  readonly tap = new RadioTap();
  readonly #directory: string;
  readonly #port: number;
  readonly #page = new PilotPage();
  #hub: ChildProcess | undefined;
  #hubDiedAtMs = 0;
  #startedInMs = 0;
  #gateway: GatewayProcess | undefined;
  #drone: ChildProcess | undefined;
  #pilot: HttpClient | undefined;
  #keeper: LeaseKeeper | undefined;
  renewedAtMs = 0;
  leaseEnd: LeaseEnd["kind"] | undefined;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.#port = port;
  }

  /** The demonstration's people, trial and drone, and none of its programs. */
  static async open(): Promise<HubSite> {
    const site = new HubSite(mkdtempSync(join(tmpdir(), "pista-hub-site-")), await freeTcpPort());
    const seeding = await openTestHub({ directory: join(site.#directory, "hub") });
    const { code } = (await announceGateway(seeding, droneId)).json;
    const { cookie = "" } = (await seeding.signedIn("pilot")).headers;
    // A hub without its demonstration lets nobody in by an address of it.
    const renamed = seeding.open.context.db.updateTable("person");
    await renamed.set({ email: "pilot@test.invalid" }).where("id", "=", "demo-pilot").execute();
    await seeding.close();
    await site.#startHub();
    const gatewayPort = await freeUdpPort();
    site.#gateway = new GatewayProcess([
      ...["--hub", site.#url, "--vehicle", `udp://127.0.0.1:${gatewayPort}`, "--code", code],
      ...["--data", join(site.#directory, "gateway"), "--bind-address", "127.0.0.1"],
    ]);
    site.#drone = startDrone(await site.tap.open(gatewayPort));
    for (const said of ["hub connected", "vehicle heard", "media is ready"]) {
      await until(said, () => site.#gateway?.find(said), startingMsMax);
    }
    site.#pilot = createClient(site.#url, { cookie, origin: site.#url });
    return site;
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** A pilot takes the drone off and pushes the stick until it is under way. */
  async flyOff(): Promise<{ leaseId: string }> {
    const page = this.#page;
    await page.gathered();
    const takenAtMs = systemClock.monotonicMs();
    const lease = await call(this.#transport, takeLease, { params, body: page.identity });
    const renew = ({ id: leaseId }: LeaseView) =>
      call(this.#transport, renewLease, { params, body: { leaseId } });
    const release = ({ id: leaseId }: LeaseView) =>
      call(this.#transport, releaseLease, { params, body: { leaseId } });
    this.#keeper = keepLease(lease, takenAtMs, {
      desk: { renew, release },
      clock: systemClock,
      events: {
        renewed: () => {
          this.renewedAtMs = performance.now();
        },
        ended: ({ kind }) => {
          this.leaseEnd = kind;
        },
      },
    });
    const body = { leaseId: lease.id, sdp: page.offer };
    page.accept((await call(this.#transport, offerPeer, { params, body })).sdp);
    const challenge = await until("the challenge", () => page.challenge);
    page.prove({ leaseId: lease.id, epoch: lease.epoch }, challenge);
    await until("the welcome", () => page.epoch === lease.epoch);
    page.startFlying();
    await fly({ vehicle: this.tap }, { page });
    await this.isUnderWay();
    return { leaseId: lease.id };
  }

  /** Towards the wall that is further away; where a busy machine made the guard hold, the pilot begins anew. */
  async isUnderWay(): Promise<void> {
    const page = this.#page;
    const forward = (this.tap.newest?.eastM ?? 0) < 30 ? 1 : -1;
    const look = (): boolean => {
      page.sticks = page.beacon?.lock ? centredSticks : { ...centredSticks, forward };
      return (this.tap.newest?.levelMps ?? 0) > 0.4;
    };
    await until("a vehicle under way", look, startingMsMax);
  }

  async killHub(): Promise<void> {
    const hub = defined(this.#hub, "a hub that runs");
    this.#hubDiedAtMs = performance.now();
    hub.kill("SIGKILL");
    await once(hub, "exit");
  }

  /** So that it listens again about so long after its death; tells how long it was away. */
  async startHubAgain(awayMs: number): Promise<number> {
    const beginsAtMs = this.#hubDiedAtMs + awayMs - this.#startedInMs;
    await until("the time", () => performance.now() >= beginsAtMs, awayMs + 1_000);
    await this.#startHub();
    return performance.now() - this.#hubDiedAtMs;
  }

  /** The lease in force, by the hub's own word. */
  async leaseIdAtHub(): Promise<string | null> {
    const answer = await defined(this.#pilot, "a pilot").send("GET", "/v1/drones");
    return answer.json.items.find(({ id }: { id: string }) => id === droneId)?.leaseId ?? null;
  }

  async isDown(limitMs: number): Promise<void> {
    await until("the ground", () => this.tap.landed && !this.tap.armed, limitMs);
  }

  record(): Recorded[] {
    return recordIn(join(this.#directory, "gateway"));
  }

  async close(): Promise<void> {
    this.#keeper?.stop();
    this.#page.close();
    await this.#gateway?.end();
    this.#hub?.kill("SIGKILL");
    this.#drone?.stdin?.end();
    this.tap.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #startHub(): Promise<void> {
    const startMs = performance.now();
    const where = ["--data", join(this.#directory, "hub"), "--port", String(this.#port)];
    const hub = spawn(
      process.execPath,
      [program, "serve", ...where, "--mqtt-port", "0", "--no-demo"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    this.#hub = hub;
    let said = "";
    hub.stdout.on("data", (chunk) => {
      said += String(chunk);
    });
    await until("the hub", () => said.includes("Ctrl+C"), startingMsMax);
    this.#startedInMs = performance.now() - startMs;
  }

  readonly #transport: Parameters<typeof call>[0] = ({ method, path, body }) =>
    defined(this.#pilot, "a pilot").send(method, path, body === undefined ? {} : { rawBody: body });
}
