import { rmSync } from "node:fs";
import { createRandom } from "@pista/kernel";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  canStartCluster,
  type ServerCluster,
  startCluster,
} from "./store/testing/server-cluster.ts";
import { createDeviceLoad, readDevices } from "./testing/device-load.ts";
import { runPistaOn, servePistaOn } from "./testing/pista-process.ts";
import { openDevice, publishPacket } from "./testing/raw-mqtt.ts";
import { makeDirectory, openTestHub, type TestHub } from "./testing/test-hub.ts";

const kills = process.env.PISTA_TEST_LONG ? 20 : 1;
const patience = { timeout: 30_000, interval: 50 };

describe.skipIf(!canStartCluster)("the hub on a server (skipped without PostgreSQL)", () => {
  let cluster: ServerCluster;
  const directories: string[] = [];
  const newDirectory = (): string => {
    const directory = makeDirectory();
    directories.push(directory);
    return directory;
  };
  beforeAll(async () => {
    cluster = await startCluster();
  }, 120_000);
  afterEach(() => {
    for (const made of directories.splice(0)) rmSync(made, { recursive: true, force: true });
  });
  afterAll(() => cluster.remove(), 60_000);

  const openOn = async (name: string, directory: string): Promise<TestHub> =>
    openTestHub({ directory, settings: { databaseUrl: await cluster.databaseUrl(name) } });
  const readiness = async (hub: TestHub): Promise<number> =>
    (await hub.visitor.send("GET", "/ready")).status;

  test(
    `[IN1] after ${kills} kills under load every acknowledged report is there`,
    async () => {
      const directory = newDirectory();
      const seeded = await openOn("kills", directory);
      const load = createDeviceLoad(readDevices(directory).slice(0, 4));
      await seeded.close();
      const url = await cluster.databaseUrl("kills");
      const random = createRandom(20_261_122);
      let hub = await servePistaOn(url, directory);
      for (let kill = 0; kill < kills; kill++) {
        const { over } = await load.run(hub.mqttPort, 200 + Math.floor(random.next() * 1_500));
        await hub.end("SIGKILL");
        await over;
        hub = await servePistaOn(url, directory);
        expect(await load.lost(hub.operator())).toEqual([]);
      }
      expect([...load.acknowledged.values()].every(({ size }) => size > 50)).toBe(true);
      expect(await hub.end("SIGTERM")).toBe(0);
    },
    60_000 + kills * 30_000,
  );

  test.each(["fast", "immediate"] as const)(
    "[IN1] a server that is stopped (%s) under load acknowledges nothing, and comes back",
    async (mode) => {
      const directory = newDirectory();
      const hub = await openOn(`stopped-${mode}`, directory);
      const [other, ...loaded] = readDevices(directory).slice(0, 5);
      const load = createDeviceLoad(loaded);
      const { over } = await load.run(hub.mqttPort, 1_000);
      await cluster.stop(mode);
      // The store failed under their reports, so the hub has closed their connections.
      await over;
      expect(await readiness(hub)).toBe(503);
      const { deviceId: id = "", key = "" } = other ?? {};
      const device = await openDevice(hub.mqttPort, { id, key });
      const report = { state: "free", observedAt: new Date().toISOString(), counter: 1 };
      device.send(publishPacket(id, JSON.stringify(report)));
      await device.closed();
      expect(device.received.map(({ cmd }) => cmd)).toEqual(["connack", "disconnect"]);

      await cluster.start();
      await vi.waitFor(async () => expect(await readiness(hub)).toBe(200), patience);
      expect(await load.lost(hub.operator)).toEqual([]);
      await load.run(hub.mqttPort, 500);
      expect(await load.lost(hub.operator)).toEqual([]);
      await hub.close();
    },
    90_000,
  );

  test("a lease that ended while the server was away is ended on paper when it is back", async () => {
    const hub = await openOn("leases", newDirectory());
    const { db } = hub.open.context;
    const row = {
      ...{ id: "lease-1", asset_id: "demo-drone", organisation_id: "city", epoch: 1 },
      is_awaited: false,
    };
    const body = JSON.stringify({ leaseId: "lease-1", assetId: "demo-drone", issuedAtMs: 1 });
    await db
      .insertInto("lease")
      .values({ ...row, trial_id: "t", pilot_id: "p", body, granted_at: new Date(1) })
      .execute();
    await cluster.stop("fast");
    await cluster.start();
    await vi.waitFor(async () => {
      const lease = await db.selectFrom("lease").selectAll().executeTakeFirstOrThrow();
      expect(lease).toMatchObject({ end_cause: "ended while the store was away" });
    }, patience);
    await hub.close();
  }, 90_000);

  test("what hinders the start is told, and never the password", async () => {
    const directory = newDirectory();
    const url = await cluster.databaseUrl("starts");
    const serve = ["serve", "--no-demo", "--port", "0", "--mqtt-port", "0", "--data", directory];
    const wrong = "another-password";
    for (const [given, expected] of [
      [url.replace(cluster.password, wrong), /STORE_REFUSED: .*sqlState: 28P01.*password/],
      [url.replace(/:\d+\//, ":1/"), /STORE_UNREACHABLE: .*127\.0\.0\.1:1\/starts.*ECONNREFUSED/],
      [`${url}-missing`, /STORE_REFUSED: .*3D000.*does not exist/],
      ["mysql://u:another-password@h/d", /HUB_SETTINGS: DATABASE_URL takes/],
    ] as const) {
      const { exitCode, stdout, stderr } = await runPistaOn(given, ...serve);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(expected)]);
      expect(stdout + stderr).not.toMatch(new RegExp(`${wrong}|${cluster.password}`));
    }
    const hub = await openOn("starts", newDirectory());
    const second = await runPistaOn(url, ...serve);
    expect([second.exitCode, second.stderr]).toEqual([
      1,
      expect.stringMatching(/STORE_IN_USE: Another hub uses the database \(.*holderProcessId/),
    ]);
    await hub.close();
  }, 90_000);
});
