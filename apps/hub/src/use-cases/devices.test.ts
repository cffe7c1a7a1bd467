import { assetId, defined, trialId } from "@pista/kernel";
import { type Bay, bayId } from "@pista/parking";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mqttReasons } from "../intake/mqtt-reasons.ts";
import { insertBays } from "../store/inventory.ts";
import { readTrials } from "../store/programme.ts";
import { expectRebuilt } from "../testing/expect-rebuilt.ts";
import { openDevice, publishPacket } from "../testing/raw-mqtt.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
let place: Bay;
beforeAll(async () => {
  hub = await openTestHub();
  place = defined(
    hub.open.context.bays.bayOf(assetId("demo-sensor-0001")),
    "The first bay of the demonstration",
  );
}, 60_000);
afterAll(() => hub.close());

/** Bays beside a bay of the demonstration, so that its trial covers them. */
async function addBays(...names: readonly string[]): Promise<void> {
  const { bays, db } = hub.open.context;
  const added = names.map((name) => ({
    ...place,
    ...{ bayId: bayId(name), label: name, deviceId: undefined },
  }));
  await insertBays(db, added);
  for (const bay of added) bays.add(bay, undefined);
}

const addDevice = (bay: string, more: object = {}) =>
  hub.operator.send("POST", "/v1/devices", {
    body: { model: "M", bayId: bay, trialId: "demo-trial", ...more },
  });

describe("adding sensors", () => {
  test("many at once with one trial are all added, and a steward's suspension with them", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    await addBays(...names);
    const adding = names.map((name) => addDevice(name));
    const path = "/v1/trials/demo-trial";
    const suspended = await hub.operator.send("POST", `${path}/suspend`, { body: { reason: "r" } });
    const answers = await Promise.all(adding);
    expect([suspended.status, ...answers.map(({ status }) => status)]).toEqual([
      200,
      ...names.map(() => 201),
    ]);
    const ids = answers.map(({ json }) => json.id);
    const stored = (await readTrials(hub.open.context.db)).find(({ trialId: id }) => {
      return id === trialId("demo-trial");
    });
    expect(stored?.assetIds).toEqual(expect.arrayContaining(ids));
    expect(stored).toEqual(hub.open.context.permits.trial(trialId("demo-trial")));
    expect(stored?.progress.state).toBe("suspended");
    expect((await hub.operator.send("POST", `${path}/resume`, { body: {} })).status).toBe(200);
  });

  test("a bay and a DevEUI are one sensor's: of many at once one is added", async () => {
    await addBays("one-bay", "two-bay");
    const devEui = "70b3d57ed0055555";
    const answers = await Promise.all([
      addDevice("one-bay", { devEui }),
      addDevice("one-bay"),
      addDevice("two-bay", { devEui }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 409]);
    for (const { json } of answers.slice(1)) {
      expect(json.detail).toContain(answers[0]?.json.id);
    }
  });
});

type Device = { readonly id: string; readonly key: string };

/** A sensor on a bay of its own. */
async function deviceOn(bay: string, more: object = {}): Promise<Device> {
  await addBays(bay);
  const added = await addDevice(bay, more);
  expect(added.status).toBe(201);
  return added.json;
}

const change = (method: string, device: Device, what: string, body?: object) =>
  hub.operator.send(method, `/v1/devices/${device.id}${what}`, body && { body });
const move = (device: Device, bay: string | null) => change("PUT", device, "/bay", { bayId: bay });
/** New sensors have ids of their own word, which come after those of the demonstration. */
const listed = async (id: string) =>
  (await hub.operator.send("GET", "/v1/devices?cursor=sensor")).json.items.find(
    (one: { id: string }) => one.id === id,
  );
const newestAudit = async () => (await hub.operator.send("GET", "/v1/audit?limit=1")).json.items[0];

const reportOf = (counter: number, state: string, atMs = Date.now()): string =>
  JSON.stringify({ state, observedAt: new Date(atMs).toISOString(), counter });
async function publish(device: Device, payload: string): Promise<number | undefined> {
  const client = await openDevice(hub.mqttPort, device);
  client.send(publishPacket(device.id, payload));
  const { reasonCode } = await client.next("puback");
  client.vanish();
  return reasonCode;
}
const bayOf = async (id: string) =>
  (await hub.visitor.send("GET", "/v1/public/bays")).json.items.find(
    (bay: { id: string }) => bay.id === id,
  );
const reportsOf = async (bay: string): Promise<{ counter: number; deviceId: string }[]> =>
  (await hub.operator.send("GET", `/v1/bays/${bay}/reports`)).json.items;

describe("a sensor's life", () => {
  test("a new key counts at once: the old one is refused, and what it had open is closed", async () => {
    const device = await deviceOn("key-bay");
    const client = await openDevice(hub.mqttPort, device);
    const rotated = await change("POST", device, "/key", {});
    expect(rotated.status).toBe(201);
    expect((await client.next("disconnect")).reasonCode).toBe(mqttReasons.administrativeAction);
    await client.closed();
    await expect(openDevice(hub.mqttPort, device)).rejects.toThrow();
    expect(rotated.json).toEqual({ id: device.id, key: expect.stringMatching(/^[\w-]{43}$/) });
    expect(rotated.json.key).not.toBe(device.key);
    expect(await publish(rotated.json, reportOf(1, "free"))).toBe(0);
    const line = await newestAudit();
    expect(line).toMatchObject({ action: "device.rotate-key", subject: { id: device.id } });
    expect(JSON.stringify(line)).not.toContain(rotated.json.key);
    await expectRebuilt(hub.open);
  });

  test("[BS3] a dead sensor is replaced: its bay keeps what it reported, the new one is heard", async () => {
    const devEui = "70b3d57ed0066666";
    const dead = await deviceOn("dead-bay", { devEui });
    await publish(dead, reportOf(1, "occupied"));
    const client = await openDevice(hub.mqttPort, dead);
    expect((await change("DELETE", dead, "")).status).toBe(204);
    await client.closed();
    await expect(openDevice(hub.mqttPort, dead)).rejects.toThrow();
    expect(await newestAudit()).toMatchObject({
      action: "device.end",
      detail: { bayId: "dead-bay", devEui, trialIds: ["demo-trial"] },
    });
    expect(await bayOf("dead-bay")).toMatchObject({ state: "occupied", hasSensor: false });
    expect(await listed(dead.id)).toBeUndefined();
    for (const { status } of [await change("DELETE", dead, ""), await move(dead, "dead-bay")]) {
      expect(status).toBe(404);
    }
    await expectRebuilt(hub.open);

    const fresh = await addDevice("dead-bay", { devEui });
    expect(fresh.status).toBe(201);
    expect(await listed(fresh.json.id)).toMatchObject({ devEui, lastReportAt: null });
    await publish(fresh.json, reportOf(1, "free"));
    expect(await bayOf("dead-bay")).toMatchObject({ state: "free", hasSensor: true });
    expect((await listed(fresh.json.id)).lastReportAt).not.toBeNull();
    const reports = await reportsOf("dead-bay");
    expect(reports.map(({ deviceId }) => deviceId)).toEqual([dead.id, fresh.json.id]);
    await expectRebuilt(hub.open);
  });

  test("[BS3] one that moves takes nothing with it, also when it says again what it said", async () => {
    const device = await deviceOn("from-bay");
    const other = await deviceOn("taken-bay");
    await addBays("to-bay");
    const before = reportOf(1, "occupied");
    await publish(device, before);
    expect((await move(device, "taken-bay")).json.detail).toContain(other.id);
    expect((await move(device, "no-such-bay")).status).toBe(404);
    const moved = await move(device, "to-bay");
    expect([moved.status, moved.json]).toEqual([
      200,
      expect.objectContaining({ id: device.id, bayId: "to-bay", lastReportAt: null }),
    ]);
    expect(await newestAudit()).toMatchObject({
      action: "device.move",
      detail: { from: "from-bay", to: "to-bay" },
    });
    // Sent before it moved, and not acknowledged then: the sensor sends it again from its new place.
    expect(await publish(device, before)).toBe(0);
    expect((await bayOf("to-bay")).state).toBe("unknown");
    expect(await bayOf("from-bay")).toMatchObject({ state: "occupied", hasSensor: false });
    await expectRebuilt(hub.open);
    await publish(device, reportOf(2, "free"));
    expect((await bayOf("to-bay")).state).toBe("free");
    expect((await reportsOf("from-bay")).map(({ counter }) => counter)).toEqual([1]);
    await expectRebuilt(hub.open);
  });

  test("one that is taken from its bay is heard by nobody until it has one", async () => {
    const device = await deviceOn("store-bay");
    expect((await move(device, null)).json).toMatchObject({ bayId: null });
    expect(await publish(device, reportOf(1, "free"))).toBe(mqttReasons.payloadFormatInvalid);
    expect(await reportsOf("store-bay")).toEqual([]);
    expect((await addDevice("store-bay")).status).toBe(201);
    expect((await move(device, "store-bay")).status).toBe(409);
    await expectRebuilt(hub.open);
  });

  test("a corrected model reads what comes from then on", async () => {
    const modelOf = async (occupied: number): Promise<string> => {
      const body = {
        name: `Occupied is ${occupied}`,
        codec: "function decodeUplink({ bytes }) { return { data: { state: bytes[0] } }; }",
        mapping: { stateField: "state", occupied: [occupied], free: [1 - occupied] },
      };
      return (await hub.operator.send("POST", "/v1/device-models", { body })).json.id;
    };
    const [wrong, right] = [await modelOf(0), await modelOf(1)];
    const device = await deviceOn("model-bay", { modelId: wrong });
    const sendByte = async (byte: number): Promise<void> => {
      const client = await openDevice(hub.mqttPort, device);
      const topic = `pista/v1/${device.id}/raw`;
      client.send(publishPacket(device.id, Buffer.from([byte]), { topic }));
      expect((await client.next("puback")).reasonCode).toBe(0);
      client.vanish();
    };
    await sendByte(1);
    expect((await bayOf("model-bay")).state).toBe("free");
    const body = { modelId: right, model: "Kerb eye 2" };
    expect((await change("PUT", device, "/model", body)).json).toMatchObject(body);
    await sendByte(1);
    expect((await bayOf("model-bay")).state).toBe("occupied");
    expect((await reportsOf("model-bay")).length).toBe(2);
    expect((await change("PUT", device, "/model", { modelId: "none-such" })).status).toBe(404);
    expect(await newestAudit()).toMatchObject({
      action: "device.set-model",
      detail: { from: wrong, to: right, model: "Kerb eye 2" },
    });
    await expectRebuilt(hub.open);
  });
});

describe("pages", () => {
  test.each(["/v1/devices", "/v1/zones"])("of %s are whole, in order, and end", async (path) => {
    const all = (await hub.operator.send("GET", `${path}?limit=1000`)).json;
    const limit = Math.ceil(all.items.length / 3);
    expect(all.items.length).toBeGreaterThan(1);
    const seen: unknown[] = [];
    let cursor = "";
    for (let pages = 0; pages < 5; pages++) {
      const { json } = await hub.operator.send("GET", `${path}?limit=${limit}${cursor}`);
      expect(json.items.length).toBeLessThanOrEqual(limit);
      seen.push(...json.items);
      if (json.nextCursor === null) break;
      cursor = `&cursor=${json.nextCursor}`;
    }
    const idsOf = (items: readonly unknown[]) => items.map((item) => (item as { id: string }).id);
    expect(idsOf(seen)).toEqual([...new Set(idsOf(seen))].sort());
    expect(idsOf(seen).slice(0, 1000)).toEqual(idsOf(all.items));
    expect((await hub.operator.send("GET", `${path}?cursor=NO`)).status).toBe(400);
    expect((await hub.operator.send("GET", `${path}?limit=1001`)).status).toBe(400);
  });
});
