import { spawnSync } from "node:child_process";
import { centredSticks } from "@pista/flight";
import { defined } from "@pista/kernel";
import { CopterMode, MavCmd } from "@pista/mavlink";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeCompanion } from "./testing/fake-companion.ts";
import { type FakeWire, serialWire, tcpWire, udpWire } from "./testing/fake-wire.ts";
import { isRecorded } from "./testing/recordings.ts";
import {
  closeSite,
  fly,
  freeUdpPort,
  openPx4Site,
  openSite,
  type Site,
  siteIsReady,
  siteKey,
  takeControl,
} from "./testing/site.ts";
import { until } from "./testing/until.ts";

/** A companion tells where the vehicle is; its messages go through the gateway. */
describe("a gateway with a companion", () => {
  let site: Site;
  let companion: FakeCompanion;

  beforeAll(async () => {
    const port = await freeUdpPort();
    site = await openSite(["--odometry", `udp://127.0.0.1:${port}`]);
    companion = new FakeCompanion(udpWire(port));
    await siteIsReady(site);
  }, 40_000);

  afterAll(async () => {
    companion.close();
    await closeSite(site);
    cleanup();
  });

  test("[LG11] without odometry it has no position, whatever the autopilot tells", async () => {
    const { page } = await takeControl(site, 1);
    await until("the lock", () => page.beacon?.lock === "odometry-old");
    expect(page.beacon?.pose).toBeUndefined();
    const waits = /^waiting for the companion at udp:\/\/127.0.0.1:\d+: no position/;
    expect(site.gateway.lines.filter(({ msg }) => waits.test(msg))).toHaveLength(1);
    expect(site.gateway.find("companion heard")).toBeUndefined();
    page.close();
  });

  test("odometry reaches the autopilot from our own component, by the clock that it is told", async () => {
    companion.start();
    const { vehicle } = site;
    const first = await until("odometry", () => vehicle.odometry[0]);
    expect(first).toMatchObject({ systemId: 248, componentId: 197 });
    const answer = await until("an answer", () => vehicle.clockAnswers.at(-1));
    const last = defined(vehicle.odometry.at(-1), "odometry").message;
    const stampMs = last.name === "ODOMETRY" ? Number(last.timeUsec) / 1_000 : 0;
    // The tracker's own clock is eleven days ahead.
    expect(Math.abs(stampMs - Number(answer.tc1) / 1e6)).toBeLessThan(1_000);
    expect(answer.tc1).toBeGreaterThan(0n);
    expect(site.gateway.count("odometry is passed on")).toBe(1);
    await isRecorded(site, '"companion-heard"');
    // What it said before its clock was known.
    await isRecorded(site, '"odometry-refused","cause":"clock-unknown"');
  });

  test("[LG11] a companion that falls silent stops the vehicle after 200 ms, whatever the autopilot goes on telling", async () => {
    const { vehicle } = site;
    const { page } = await takeControl(site, 2);
    const isMoving = (): boolean => (vehicle.newest?.vx ?? 0) > 0.2;
    // Where a busy machine makes the guard hold or land, it is flown anew, as a pilot does.
    while (!isMoving()) {
      page.sticks = centredSticks;
      await fly(site, { page });
      page.sticks = { ...centredSticks, forward: 1 };
      const isOver = () => page.beacon?.lock !== undefined || page.beacon?.phase !== "flying";
      await until("movement, a hold or a landing", () => isMoving() || isOver());
    }
    companion.isBlind = true;
    const { seenAtMs } = companion;
    await until("the landing", () => vehicle.mode === CopterMode.LAND);
    const moving = defined(
      vehicle.setPoints.findLast(({ vx, vy, vz }) => vx !== 0 || vy !== 0 || vz !== 0),
      "motion",
    );
    const landing = defined(
      vehicle.commands.findLast(({ command }) => command === MavCmd.DO_SET_MODE),
      "the order to land",
    );
    // The wall itself is exact where time is a test's own; here a busy machine is late.
    expect(moving.atMs - seenAtMs).toBeLessThan(300);
    expect(landing.atMs - seenAtMs).toBeGreaterThan(900);
    expect(landing.atMs - seenAtMs).toBeLessThan(1_400);
    await until("the ground", () => !vehicle.armed);
    page.close();
  }, 60_000);

  test("the log says when it falls silent, and when it is heard again", async () => {
    const { gateway } = site;
    expect(gateway.count("companion heard")).toBe(1);
    companion.pause();
    await until("its silence", () => gateway.find("companion no longer heard: no position"));
    companion.start();
    await until("its return", () => gateway.count("companion heard") === 2);
  }, 20_000);
});

describe("where MAVLink is signed", () => {
  test("the companion's is too, and so is what is passed on", async () => {
    const port = await freeUdpPort();
    const site = await openPx4Site(["--odometry", `udp://127.0.0.1:${port}`]);
    const unsigned = new FakeCompanion(udpWire(port));
    const companion = new FakeCompanion(udpWire(port), siteKey);
    try {
      await until("the vehicle", () => site.gateway.find("vehicle heard"), 15_000);
      unsigned.start();
      await until("its refusal", () => site.gateway.find("not signed by our key"));
      companion.start();
      const { signed } = await until("odometry", () => site.vehicle.odometry[0]);
      expect(signed).toBe(true);
    } finally {
      unsigned.close();
      companion.close();
      await closeSite(site);
    }
  }, 40_000);
});

const isSerialPossible =
  process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;

describe("a companion on a line that is dialled", () => {
  /** Judged when some of its odometry has reached the autopilot. */
  async function expectPassedOn(
    wire: FakeWire,
    address: string,
    judge: (site: Site) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const companion = new FakeCompanion(wire);
    const site = await openSite(["--odometry", address]);
    try {
      await until("the vehicle", () => site.gateway.find("vehicle heard"), 15_000);
      companion.start();
      await until("odometry", () => site.vehicle.odometry[0]);
      await judge(site);
    } finally {
      companion.close();
      await closeSite(site);
    }
  }

  test("over TCP its odometry reaches the autopilot, and again when the line was cut", async () => {
    const wire = await tcpWire();
    await expectPassedOn(wire, `tcp://127.0.0.1:${wire.port}`, async ({ vehicle }) => {
      const before = wire.connections;
      wire.cut();
      await until("another connection", () => wire.connections > before);
      const passed = vehicle.odometry.length;
      await until("more odometry", () => vehicle.odometry.length > passed);
    });
  }, 40_000);

  test.skipIf(!isSerialPossible && process.env.PISTA_TEST_REQUIRE !== "all")(
    "over a serial line its odometry reaches the autopilot",
    async () => {
      const wire = await serialWire();
      await expectPassedOn(wire, `serial:${wire.path}:921600`);
    },
    40_000,
  );
});
