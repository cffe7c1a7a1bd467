import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { assetId, trialId } from "@pista/kernel";
import { afterAll, expect, test } from "vitest";
import { demonstrationBays } from "../demonstration/demonstration-city.ts";
import { openDevice } from "../testing/raw-mqtt.ts";
import { makeDirectory, openTestHub } from "../testing/test-hub.ts";

const directory = makeDirectory();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Device = {
  deviceId: string;
  bayId: string;
  life: string;
  door: string;
  devEui?: string;
  key: string;
};
type Keys = { devices: Device[]; hook?: { trialId: string; secret: string } };
const file = join(directory, "demo-devices.json");
const keysFile = (): Keys => JSON.parse(readFileSync(file, "utf8")) as Keys; // The hub has just written it.
const devices = (): Device[] => keysFile().devices;

test("every start gives each sensor that is there a new key, and tells how its street lives", async () => {
  const first = await openTestHub({ directory });
  const keys = devices();
  expect(keys.map(({ deviceId }) => deviceId)).toEqual(
    demonstrationBays.map(({ deviceId }) => deviceId),
  );
  expect(new Set(keys.map(({ life }) => life))).toEqual(new Set(["offices", "night-life"]));
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
  expect(new Set(keys.map(({ door }) => door))).toEqual(
    new Set(["report", "raw", "tts", "chirpstack"]),
  );
  for (const { deviceId, door, devEui } of keys) {
    const asset = first.open.registry.asset(assetId(deviceId));
    expect(asset?.devEui).toBe(devEui);
    expect(asset?.modelId === undefined).toBe(door === "report");
  }
  const { hook } = keysFile();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const stored = first.open.models.hookSecretHash(trialId(hook?.trialId ?? ""));
  const hash = first.open.context.hasher.hash("hook-secret", hook?.secret ?? "");
  expect(Buffer.from(hash)).toEqual(Buffer.from(stored ?? []));

  // A data directory of an earlier version has fewer bays; they are left as they are.
  const { db } = first.open.context;
  await db.deleteFrom("bay").where("id", ">", "demo-bay-0024").execute();
  await first.close();
  const second = await openTestHub({ directory });
  const renewed = devices();
  expect(renewed).toHaveLength(24);
  const [old, fresh] = [keys[0], renewed[0]];
  expect(fresh?.key).not.toBe(old?.key);
  // All that is left speaks MQTT, so no network server is let in any more.
  expect(keysFile().hook).toBeUndefined();
  const device = await openDevice(second.mqttPort, {
    id: fresh?.deviceId ?? "",
    key: fresh?.key ?? "",
  });
  device.vanish();
  await second.close();
}, 60_000);
