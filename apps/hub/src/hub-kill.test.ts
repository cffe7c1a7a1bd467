import { rmSync } from "node:fs";
import { createRandom } from "@pista/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDeviceLoad, type DeviceLoad, readDevices } from "./testing/device-load.ts";
import { servePista } from "./testing/pista-process.ts";
import { makeDirectory, openTestHub } from "./testing/test-hub.ts";

const kills = process.env.PISTA_TEST_LONG ? 20 : 2;
const directory = makeDirectory();
let load: DeviceLoad;

beforeAll(async () => {
  const hub = await openTestHub({ directory });
  load = createDeviceLoad(readDevices(directory).slice(0, 4));
  await hub.close();
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test(
  `[IN1] after ${kills} kills under load every acknowledged report is there`,
  async () => {
    const random = createRandom(20_261_122);
    let hub = await servePista(directory);
    for (let kill = 0; kill < kills; kill++) {
      const { over } = await load.run(hub.mqttPort, 200 + Math.floor(random.next() * 1_500));
      await hub.end("SIGKILL");
      await over;
      hub = await servePista(directory);
      expect(await load.lost(hub.operator())).toEqual([]);
    }
    expect([...load.acknowledged.values()].every(({ size }) => size > 50)).toBe(true);
    await hub.end("SIGTERM");
  },
  40_000 + kills * 30_000,
);
