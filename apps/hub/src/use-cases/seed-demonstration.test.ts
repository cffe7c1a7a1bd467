import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { demonstrationBays } from "../demonstration/demonstration-city.ts";
import { openDevice } from "../testing/raw-mqtt.ts";
import { makeDirectory, openTestHub } from "../testing/test-hub.ts";

const directory = makeDirectory();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Device = { deviceId: string; bayId: string; life: string; key: string };
const devices = (): Device[] =>
  // The hub has just written it.
  (JSON.parse(readFileSync(join(directory, "demo-devices.json"), "utf8")) as { devices: Device[] })
    .devices;

test("every start gives each sensor that is there a new key, and tells how its street lives", async () => {
  const first = await openTestHub({ directory });
  const keys = devices();
  expect(keys.map(({ deviceId }) => deviceId)).toEqual(
    demonstrationBays.map(({ deviceId }) => deviceId),
  );
  expect(new Set(keys.map(({ life }) => life))).toEqual(new Set(["offices", "night-life"]));
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);

  // A data directory of an earlier version has fewer bays; they are left as they are.
  const { db } = first.open.context;
  await db.deleteFrom("bay").where("id", ">", "demo-bay-0024").execute();
  await first.close();
  const second = await openTestHub({ directory });
  const renewed = devices();
  expect(renewed).toHaveLength(24);
  const [old, fresh] = [keys[0], renewed[0]];
  expect(fresh?.key).not.toBe(old?.key);
  const device = await openDevice(second.mqttPort, {
    id: fresh?.deviceId ?? "",
    key: fresh?.key ?? "",
  });
  device.vanish();
  await second.close();
}, 60_000);
