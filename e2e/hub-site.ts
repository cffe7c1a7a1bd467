import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ApiRefusal,
  call,
  type LeaseView,
  offerPeer,
  releaseLease,
  renewLease,
  takeLease,
} from "@pista/contracts";
import { centredSticks } from "@pista/flight";
import { defined, type MonotonicMs } from "@pista/kernel";
import { expect, vi } from "vitest";
import {
  keepLease,
  type LeaseEnd,
  type LeaseKeeper,
} from "../apps/console/src/pilot/lease-keeper.ts";
import { systemClock } from "../apps/gateway/src/system-clock.ts";
import { GatewayProcess } from "../apps/gateway/src/testing/gateway-process.ts";
import { PilotPage } from "../apps/gateway/src/testing/pilot-page.ts";
import {
  readMessagesBeside,
  readRecording,
  recordingNames,
} from "../apps/gateway/src/testing/recordings.ts";
import { fly, freeUdpPort } from "../apps/gateway/src/testing/site.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import { createClient, type HttpClient } from "../apps/hub/src/testing/http-client.ts";
import { runPista, type ServedHub, servePista } from "../apps/hub/src/testing/pista-process.ts";
import { announceGateway } from "../apps/hub/src/testing/test-gateway.ts";
import { openTestHub } from "../apps/hub/src/testing/test-hub.ts";
import { RadioTap, type Sample } from "./radio-tap.ts";

const program = fileURLToPath(new URL("../bin/pista.js", import.meta.url));
const startingMsMax = 60_000;
const droneId = "demo-drone";
const params = { droneId };
/** Near enough to a wall that the guard is about to slow the vehicle down. */
const nearM = 1.2;

/** A message of the gateway's record. */
export type Recorded = {
  readonly at: string;
  readonly kind: string;
  readonly cause?: string;
  readonly to?: string;
  readonly epoch?: number;
};

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has no pipe's name for an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The simulated drone, which ends when its standard input does. */
const startDrone = (port: number): ChildProcess =>
  spawn(process.execPath, [program, "simulate", "drone", "--to", `udp://127.0.0.1:${port}`], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, PISTA_EXIT_WITH_PARENT: "1" },
  });

/** The demonstration's people, trial and drone; how its gateway enrols, and how its pilot is known. */
async function seed(directory: string): Promise<{ code: string; cookie: string }> {
  const seeding = await openTestHub({ directory });
  const { code } = (await announceGateway(seeding, droneId)).json;
  const { cookie = "" } = (await seeding.signedIn("pilot")).headers;
  // A hub without its demonstration lets nobody in by an address of it.
  const renamed = seeding.open.context.db.updateTable("person");
  await renamed.set({ email: "pilot@test.invalid" }).where("id", "=", "demo-pilot").execute();
  await seeding.close();
  return { code, cookie };
}

/** The real hub, gateway and simulated drone, each a program of its own, and the pilot's page in this one. */
export class HubSite {
  /** The demonstration's hall, half a metre within its walls: what its leases say. */
  readonly walls = { westM: 0.5, eastM: 59.5, southM: 0.5, northM: 29.5, topM: 9 };
  readonly tap = new RadioTap();
  renewedAtMs = 0;
  leaseEnd: LeaseEnd["kind"] | undefined;
  readonly #directory: string;
  readonly #port: number;
  readonly #pilot: HttpClient;
  readonly #gatewayPort: number;
  #hubDirectory: string;
  #hub: ServedHub | undefined;
  #hubDiedAtMs = 0;
  #startedInMs = 0;
  #gateway: GatewayProcess | undefined;
  #drone: ChildProcess | undefined;
  #page: PilotPage | undefined;
  #keeper: LeaseKeeper | undefined;
  /** Pushes the stick as long as nothing locks it, as pilots do. */
  #hand: NodeJS.Timeout | undefined;
  #forward = 0;

  private constructor(at: {
    readonly directory: string;
    readonly port: number;
    readonly gatewayPort: number;
    readonly cookie: string;
  }) {
    const { directory, port, gatewayPort, cookie } = at;
    this.#directory = directory;
    this.#hubDirectory = join(directory, "hub");
    this.#port = port;
    this.#gatewayPort = gatewayPort;
    this.#pilot = createClient(this.#url, { cookie, origin: this.#url });
  }

  static async open(): Promise<HubSite> {
    const directory = mkdtempSync(join(tmpdir(), "pista-hub-site-"));
    const { code, cookie } = await seed(join(directory, "hub"));
    const [port, gatewayPort] = [await freeTcpPort(), await freeUdpPort()];
    const site = new HubSite({ directory, port, gatewayPort, cookie });
    await site.#startHub();
    site.startGateway("--code", code);
    site.#drone = startDrone(await site.tap.open(gatewayPort));
    await site.isReady();
    return site;
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get gateway(): GatewayProcess {
    return defined(this.#gateway, "a gateway");
  }

  get mediaProcessId(): number {
    return Number(this.gateway.lines.findLast(({ msg }) => msg === "media is ready")?.processId);
  }

  /** At first with its code, and after its death without, in the same data directory. */
  startGateway(...code: readonly string[]): void {
    this.#gateway = new GatewayProcess([
      ...["--hub", this.#url, "--vehicle", `udp://127.0.0.1:${this.#gatewayPort}`, ...code],
      ...["--data", join(this.#directory, "gateway"), "--bind-address", "127.0.0.1"],
    ]);
  }

  /** Its programs are met, and the hub hears of a vehicle on the ground. */
  async isReady(): Promise<void> {
    for (const said of ["hub connected", "vehicle heard", "media is ready"]) {
      await until(said, () => this.gateway.find(said), startingMsMax);
    }
    const known = { gateway: "online", phase: "grounded" };
    const isKnown = async (): Promise<void> => expect(await this.droneAtHub()).toMatchObject(known);
    await vi.waitFor(isKnown, { timeout: startingMsMax });
  }

  /** A lease for a page that begins anew; the one before is given back where it is in force still. */
  async takeControl(): Promise<LeaseView> {
    await this.#keeper?.release().catch((cause: unknown) => {
      if (!(cause instanceof ApiRefusal && cause.problem.code === "lease-ended")) throw cause;
    });
    this.#letGo();
    const page = new PilotPage();
    this.#page = page;
    await page.gathered();
    const takenAtMs = systemClock.monotonicMs();
    const lease = await call(this.#transport, takeLease, { params, body: page.identity });
    this.#keep(lease, takenAtMs);
    const body = { leaseId: lease.id, sdp: page.offer };
    page.accept((await call(this.#transport, offerPeer, { params, body })).sdp);
    const challenge = await until("the challenge", () => page.challenge);
    page.prove({ leaseId: lease.id, epoch: lease.epoch }, challenge);
    await until("the welcome", () => page.epoch === lease.epoch);
    page.startFlying();
    this.#forward = 0;
    this.#hand = setInterval(() => {
      const isFree = page.beacon?.lock === undefined;
      page.sticks = isFree ? { ...centredSticks, forward: this.#forward } : centredSticks;
    }, 20);
    return lease;
  }

  /** A new lease, and the stick pushed until the vehicle is under way. */
  async flyOff(): Promise<LeaseView> {
    const lease = await this.takeControl();
    await this.isUnderWay();
    return lease;
  }

  /** To and fro in the hall's west, where half a minute's way is free of shelves and columns. */
  async isUnderWay(): Promise<void> {
    const forward = (this.tap.newest?.eastM ?? 0) < 16 ? 1 : -1;
    await this.#flyUntil(forward, ({ levelMps }) => levelMps > 0.4);
  }

  /** A new lease, and the stick pushed until the vehicle is near the west wall and under way. */
  async flyToWall(): Promise<void> {
    await this.takeControl();
    const nearEastM = this.walls.westM + nearM;
    await this.#flyUntil(1, ({ eastM }) => eastM > nearEastM + 1);
    await this.#flyUntil(-1, ({ eastM, levelMps }) => eastM < nearEastM && levelMps > 0.4);
  }

  /** Frozen it is with SIGSTOP, and goes on with SIGCONT. */
  signalHub(signal: "SIGSTOP" | "SIGCONT"): void {
    process.kill(defined(this.#hub?.processId, "a hub that runs"), signal);
  }

  async killHub(): Promise<void> {
    this.#hubDiedAtMs = performance.now();
    await defined(this.#hub, "a hub that runs").end("SIGKILL");
    this.#hub = undefined;
  }

  /** So that it listens again about so long after its death. */
  async startHubAgain(awayMs: number): Promise<void> {
    const beginsAtMs = this.#hubDiedAtMs + awayMs - this.#startedInMs;
    await until("the time", () => performance.now() >= beginsAtMs, awayMs + 1_000);
    await this.#startHub();
  }

  /** With the command, while the hub runs. */
  async backUpHub(): Promise<void> {
    await pista("backup", this.#backup, "--data", this.#hubDirectory);
  }

  /** Waits until the gateway has met the hub anew. */
  async isJoinedAfter(happen: () => unknown): Promise<void> {
    const said = "hub connected";
    const before = this.gateway.count(said);
    await happen();
    await until("the hub again", () => this.gateway.count(said) > before, startingMsMax);
  }

  /** From the backup, into a directory of its own, and at the address of the hub that died. */
  async restoreHub(): Promise<void> {
    this.#hubDirectory = join(this.#directory, "restored");
    await pista("restore", this.#backup, "--data", this.#hubDirectory);
    await this.#startHub();
  }

  /** The drone as the hub shows it. */
  async droneAtHub(): Promise<{ leaseId: string | null }> {
    const { items } = (await this.#pilot.send("GET", "/v1/drones")).json;
    return items.find(({ id }: { id: string }) => id === droneId);
  }

  /** What the guard has recorded in the gateway's data directory. */
  async recordSince(at: string): Promise<Recorded[]> {
    const directory = join(this.#directory, "gateway");
    const lines: Recorded[] = [];
    for (const name of recordingNames(directory)) {
      const mcap = readRecording(directory, name);
      for (const { atNs, message } of await readMessagesBeside(mcap, "/guard/record")) {
        // The gateway wrote it.
        const line = message as Recorded;
        lines.push({ ...line, at: new Date(Number(atNs / 1_000_000n)).toISOString() });
      }
    }
    return lines.filter((line) => line.at >= at);
  }

  async close(): Promise<void> {
    this.#keeper?.stop();
    this.#letGo();
    // A frozen program does not hear that it is to end.
    this.#gateway?.kill("SIGCONT");
    await this.#gateway?.end();
    await this.#hub?.end("SIGKILL");
    this.#drone?.stdin?.end();
    this.tap.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #backup(): string {
    return join(this.#directory, "city.backup");
  }

  #letGo(): void {
    clearInterval(this.#hand);
    this.#page?.close();
  }

  /** Renewed as the console renews it. */
  #keep(lease: LeaseView, takenAtMs: MonotonicMs): void {
    const renew = ({ id: leaseId }: LeaseView) =>
      call(this.#transport, renewLease, { params, body: { leaseId } });
    const release = ({ id: leaseId }: LeaseView) =>
      call(this.#transport, releaseLease, { params, body: { leaseId } });
    this.leaseEnd = undefined;
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
  }

  /** Where a busy machine made the guard hold or land, the pilot begins anew. */
  async #flyUntil(forward: number, isThere: (sample: Sample) => boolean): Promise<void> {
    const page = defined(this.#page, "a page");
    const look = (): boolean => this.tap.newest !== undefined && isThere(this.tap.newest);
    do {
      this.#forward = 0;
      await fly({ vehicle: this.tap }, { page });
      this.#forward = forward;
      await until("the way", () => look() || page.beacon?.phase !== "flying", startingMsMax);
    } while (!look());
  }

  async #startHub(): Promise<void> {
    const startMs = performance.now();
    this.#hub = await servePista(this.#hubDirectory, "--port", String(this.#port));
    this.#startedInMs = performance.now() - startMs;
  }

  readonly #transport: Parameters<typeof call>[0] = ({ method, path, body }) =>
    this.#pilot.send(method, path, body === undefined ? {} : { rawBody: body });
}

async function pista(...words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runPista(...words);
  if (exitCode !== 0) throw new Error(`pista ${words[0]} ended with ${exitCode}: ${stderr}`);
}
