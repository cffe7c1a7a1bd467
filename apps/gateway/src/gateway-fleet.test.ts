import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { centredSticks } from "@pista/flight";
import { CopterMode } from "@pista/mavlink";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeHub } from "./testing/fake-hub.ts";
import { FakeVehicle } from "./testing/fake-vehicle.ts";
import { udpWire } from "./testing/fake-wire.ts";
import { GatewayProcess } from "./testing/gateway-process.ts";
import type { PilotPage } from "./testing/pilot-page.ts";
import { isRecorded } from "./testing/recordings.ts";
import { fly, freeUdpPort, takeControl } from "./testing/site.ts";
import { until } from "./testing/until.ts";

type Place = {
  readonly name: string;
  readonly hub: FakeHub;
  readonly vehicle: FakeVehicle;
  readonly address: string;
  /** The one who flies there. */
  page: PilotPage | undefined;
};

const startingMsMax = 20_000;
/** [LG10] By then GUID_TIMEOUT stops the vehicle. */
const guidedTimeoutMs = 300;

/** One gateway, two vehicles, one hub that knows them as two: every process a real one. */
describe("a gateway of two vehicles", () => {
  const directory = mkdtempSync(join(tmpdir(), "pista-fleet-"));
  let first: Place;
  let second: Place;
  let options: readonly string[];
  let fleet: GatewayProcess;
  let epoch = 0;

  beforeAll(async () => {
    const hub = new FakeHub();
    await hub.open();
    first = await openPlace("hangar-1", hub);
    second = await openPlace("hangar-2", new FakeHub("two", hub));
    options = [
      ...["--hub", `http://127.0.0.1:${hub.port}`, "--bind-address", "127.0.0.1"],
      ...["--data", directory, "--vehicle", first.address, "--vehicle", second.address],
    ];
    const codes = [first, second].map(({ name, hub }) => `${name}=${hub.enrolmentCode}`);
    fleet = new GatewayProcess([...options, "--code", codes.join(" ")]);
    for (const place of [first, second]) await isReady(place);
  }, 60_000);

  afterAll(async () => {
    for (const { page } of [first, second]) page?.close();
    await fleet.end();
    first.hub.close();
    second.hub.close();
    first.vehicle.close();
    second.vehicle.close();
    rmSync(directory, { recursive: true, force: true });
    cleanup();
  });

  const ofPlace = (place: Place, text: string) =>
    fleet.lines.filter(({ msg, vehicle }) => vehicle === place.name && msg.includes(text));

  async function isReady(place: Place): Promise<void> {
    await until(`${place.name} at the hub`, () => place.hub.isJoined, startingMsMax);
    const isHeard = () => ofPlace(place, "vehicle heard").length > 0;
    await until(`${place.name}'s vehicle`, isHeard, startingMsMax);
  }

  async function flyFrom(place: Place, forward: number): Promise<void> {
    place.page?.close();
    epoch += 1;
    const { page } = await takeControl(place, epoch);
    place.page = page;
    await push(place, forward);
  }

  /** As a pilot does: where a busy machine made the guard hold or land, it is flown anew. */
  async function push(place: Place, forward: number): Promise<void> {
    const { page, vehicle } = place;
    if (!page) throw new Error("Nobody flies there.");
    const isReached = () => (vehicle.newest?.vx ?? 0) * forward > 0.1;
    while (!isReached()) {
      page.sticks = centredSticks;
      await fly(place, { page });
      page.sticks = { ...centredSticks, forward };
      const isOver = () => page.beacon?.lock !== undefined || page.beacon?.phase !== "flying";
      await until("movement, a hold or a landing", () => isReached() || isOver());
    }
  }

  const processIdOf = (place: Place): number =>
    Number(ofPlace(place, "pilotage started").at(-1)?.processId);

  test("[AU8] [LG10] each enrols in a directory of its own, and is a ground station of its own", () => {
    for (const { name } of [first, second]) {
      expect(existsSync(join(directory, "vehicles", name, "enrolment.json"))).toBe(true);
    }
    expect(ofPlace(first, "enrolled")[0]).toMatchObject({ gatewayId: "gateway-one" });
    expect(ofPlace(second, "enrolled")[0]).toMatchObject({ gatewayId: "gateway-two" });
  });

  test("[AU1] both fly at once, each by its own lease and its own pilot's sticks", async () => {
    await Promise.all([flyFrom(first, 1), flyFrom(second, -1)]);
    expect(first.vehicle.setPoints.filter(({ vx }) => vx < -0.01)).toEqual([]);
    expect(second.vehicle.setPoints.filter(({ vx }) => vx > 0.01)).toEqual([]);
    expect(first.vehicle.parameters.get("MAV_GCS_SYSID")?.value).toBe(248);
    expect(second.vehicle.parameters.get("MAV_GCS_SYSID")?.value).toBe(247);
  }, 60_000);

  test("[AU1] a second gateway on the same directory is refused", async () => {
    for (const data of [directory, join(directory, "vehicles", first.name)]) {
      const other = new GatewayProcess([...options, "--data", data]);
      await until("its end", () => other.exitCode !== null, startingMsMax);
      expect(other.exitCode).toBe(1);
      const holder = data === directory ? String(fleet.processId) : String(processIdOf(first));
      expect(other.find("holds the data directory")?.msg).toContain(`process ${holder},`);
    }
  }, 60_000);

  test("[LG10] [AU7] [LG4] one's pilotage killed: the other flies on, and it comes back stopped", async () => {
    const killed = processIdOf(first);
    await push(second, -1);
    const from = second.vehicle.setPoints.length - 1;
    process.kill(killed, "SIGKILL");
    await until("its end at the hub", () => !first.hub.isJoined);
    // The safety pilot takes it, so that there is time to look.
    first.vehicle.mode = CopterMode.LOITER;
    first.page?.close();
    await until("it again", () => first.hub.isJoined, startingMsMax);
    const gapMs = longestGapMs(second.vehicle.setPoints.slice(from).map(({ atMs }) => atMs));
    expect(gapMs).toBeLessThan(guidedTimeoutMs);
    expect(second.vehicle.mode).toBe(CopterMode.GUIDED);
    expect(ofPlace(first, "it is started again")).toEqual([
      expect.objectContaining({ cause: "SIGKILL", restarts: 1 }),
    ]);
    expect(ofPlace(second, "pilotage started")).toHaveLength(1);
    epoch += 1;
    const { page } = await takeControl(first, epoch);
    first.page = page;
    await until("the latch", () => page.beacon?.stopLatched);
    await isRecorded(
      { directory: join(directory, "vehicles", first.name) },
      '"kind":"stop-latched","cause":"found-flying"',
    );
  }, 60_000);

  test("[LG10] the process over them killed: who flies flies on, who stands ends, and none is unseen", async () => {
    await land(first);
    await push(second, -1);
    const from = second.vehicle.setPoints.length - 1;
    const orphan = processIdOf(second);
    const before = fleet;
    fleet.kill("SIGKILL");
    await until("the end of the one that stood", () => !first.hub.isJoined);
    await until("a word of the other", () => before.find("it flies on, and ends with the landing"));
    await until("set-points", () => second.vehicle.setPoints.length > from + 150);
    const gapMs = longestGapMs(second.vehicle.setPoints.slice(from).map(({ atMs }) => atMs));
    expect(gapMs).toBeLessThan(guidedTimeoutMs);
    // The safety pilot keeps it up, however busy the machine.
    second.vehicle.mode = CopterMode.LOITER;
    fleet = new GatewayProcess(options);
    await until("the first again", () => first.hub.isJoined, startingMsMax);
    const isRefused = () => ofPlace(second, `process ${orphan}, holds`).length > 0;
    await until("the second, refused", isRefused, startingMsMax);
    expect([second.vehicle.armed, second.hub.isJoined]).toEqual([true, true]);
    await land(second);
    await isReady(second);
    expect(before.lines.filter(({ msg }) => msg === "ending")).toMatchObject([
      { vehicle: first.name, by: "end of standard input" },
      { vehicle: second.name, by: "the landing" },
    ]);
    await until("the end of its process", () => !isAlive(orphan));
  }, 90_000);

  test("told to end, it ends them all and waits for them", async () => {
    const processIds = [first, second].map(processIdOf);
    fleet.kill("SIGTERM");
    await until("its end", () => fleet.exitCode !== null);
    expect(fleet.exitCode).toBe(0);
    expect(processIds.filter(isAlive)).toEqual([]);
    for (const place of [first, second]) {
      expect(ofPlace(place, "ending")).toEqual([expect.objectContaining({ by: "SIGTERM" })]);
    }
  });

  async function land({ vehicle, hub, page }: Place): Promise<void> {
    hub.stopRenewing();
    vehicle.mode = CopterMode.LAND;
    const told = () => hub.heard.findLast((message) => message.op === "telemetry");
    await until("the ground", () => !vehicle.armed && told()?.armed === false);
    page?.close();
  }
});

async function openPlace(name: string, hub: FakeHub): Promise<Place> {
  const port = await freeUdpPort();
  const vehicle = new FakeVehicle(udpWire(port));
  // Room to fly on while the others' processes come and go.
  hub.limits = { ...hub.limits, fence: { ...hub.limits.fence, southM: -500, northM: 500 } };
  vehicle.start();
  return { name, hub, vehicle, address: `${name}=udp://127.0.0.1:${port}`, page: undefined };
}

const longestGapMs = (atMs: readonly number[]): number =>
  Math.max(...atMs.map((ms, index) => ms - (atMs[index - 1] ?? ms)));

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false; // Nobody has that number.
  }
}
