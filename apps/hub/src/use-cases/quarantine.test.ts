import { assetId, defined } from "@pista/kernel";
import { bayId } from "@pista/parking";
import type { Role } from "@pista/programme";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { visitor } from "../http/asker.ts";
import { insertBays } from "../store/inventory.ts";
import { expectRebuilt } from "../testing/expect-rebuilt.ts";
import { type Frame, thingsStackUplink } from "../testing/network-uplinks.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";
import { listQuarantinePage } from "./quarantine.ts";

let hub: TestHub;
let secret: string;
let wrong: string;
let right: string;
beforeAll(async () => {
  hub = await openTestHub();
  const hook = "/v1/trials/demo-trial/hook-secret";
  secret = (await hub.operator.send("POST", hook, { body: {} })).json.secret;
  wrong = await addModel("throw new Error('not this byte')");
  right = await addModel("return { data: { state: bytes[0] } }");
}, 60_000);
afterAll(() => hub.close());

async function addModel(work: string): Promise<string> {
  const body = {
    name: "M",
    codec: `function decodeUplink({ bytes }) { ${work}; }`,
    mapping: { stateField: "state", occupied: [1], free: [0] },
  };
  return (await hub.operator.send("POST", "/v1/device-models", { body })).json.id;
}

/** A sensor whose model cannot read it, on a bay of its own. */
async function addSensor(name: string, devEui: string): Promise<string> {
  const { bays, db } = hub.open.context;
  const place = defined(bays.bayOf(assetId("demo-sensor-0001")), "A bay");
  const bay = { ...place, bayId: bayId(name), label: name, deviceId: undefined };
  await insertBays(db, [bay]);
  bays.add(bay, undefined);
  const body = { model: "M", bayId: name, trialId: "demo-trial", modelId: wrong, devEui };
  return (await hub.operator.send("POST", "/v1/devices", { body })).json.id;
}

const send = (devEui: string, frame: Frame) =>
  hub.visitor.send("POST", "/hooks/tts/demo-trial", {
    body: thingsStackUplink("x", devEui, frame),
    headers: { authorization: `Bearer ${secret}` },
  });
const listOf = async (device: string) =>
  (await hub.operator.send("GET", `/v1/quarantine?device=${device}`)).json.items;
const replay = (body: object) => hub.operator.send("POST", "/v1/quarantine/replay", { body });
const setModel = (device: string, modelId: string) =>
  hub.operator.send("PUT", `/v1/devices/${device}/model`, { body: { modelId } });
const reportsOf = async (bay: string) =>
  (await hub.operator.send("GET", `/v1/bays/${bay}/reports`)).json.items;
const stateOf = async (bay: string): Promise<string> =>
  (await hub.visitor.send("GET", "/v1/public/bays")).json.items.find(
    ({ id }: { id: string }) => id === bay,
  ).state;

const hourMs = 3_600_000;

describe("[IN6] the quarantine", () => {
  test("is read with its bytes and the fault in words, page by page", async () => {
    const devEui = "70b3d57ed00a0001";
    const device = await addSensor("listed", devEui);
    for (const counter of [1, 2, 3]) {
      expect((await send(devEui, { bytes: [counter], counter })).status).toBe(202);
    }
    const items = await listOf(device);
    expect(items).toHaveLength(3);
    expect(items[0]).toMatchObject({
      ...{ deviceId: device, topic: "hooks/tts", canReplay: true, replayedAt: null },
      fault: expect.stringMatching(/^codec-threw: the codec threw: .*not this byte/),
    });
    // The bytes as they came: the network server's own words.
    const kept = Buffer.from(items[0].payload, "base64").toString();
    expect(kept).toContain(devEui.toUpperCase());
    const pages: number[] = [];
    let cursor: string | null = "";
    for (let count = 0; cursor !== null && count < 9; count++) {
      const after: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const path = `/v1/quarantine?device=${device}&limit=2${after}`;
      const { json } = await hub.operator.send("GET", path);
      pages.push(...json.items.map(({ id }: { id: number }) => id));
      cursor = json.nextCursor;
    }
    expect(pages).toEqual(items.map(({ id }: { id: number }) => id));
    expect((await hub.operator.send("GET", "/v1/quarantine?cursor=x")).status).toBe(400);
  });

  test("shows an organisation its own devices, and the city also what nobody knows", async () => {
    const devEui = "70b3d57ed00a0002";
    const device = await addSensor("owned", devEui);
    await send(devEui, { bytes: [1], counter: 1 });
    await send("70b3d57ed00affff", { bytes: [1], counter: 1 });
    const seenBy = async (organisationId: string, roles: readonly Role[]) => {
      const person = { personId: "p", organisationId, organisationName: "", email: "", name: "" };
      const asker = { ...visitor, person: { ...person, roles, createdAtMs: 0 } };
      const page = await listQuarantinePage(hub.open.context, asker, { limit: 200 });
      return new Set(page.ok ? page.value.items.map(({ deviceId }) => deviceId) : []);
    };
    const owner = hub.open.registry.asset(assetId(device))?.organisationId ?? "";
    for (const seen of [await seenBy("city", ["steward"]), await seenBy("x", ["administrator"])]) {
      expect([seen.has(device), seen.has(null)]).toEqual([true, true]);
    }
    const own = await seenBy(owner, ["manager"]);
    expect([own.has(device), own.has(null)]).toEqual([true, false]);
    expect(await seenBy("another", ["manager"])).toEqual(new Set());
  });
});

describe("[IN6] reading again", () => {
  test("[IN2] [IN3] [BS3] makes reports of the moment they were received, each once", async () => {
    const devEui = "70b3d57ed00a0003";
    const device = await addSensor("again", devEui);
    const nowMs = Date.now();
    const [fresh, late] = [new Date(nowMs - 60_000), new Date(nowMs - 25 * hourMs)];
    await send(devEui, { bytes: [1], counter: 2, at: fresh });
    // The network server delivers it a second time, and one that is late by a day.
    await send(devEui, { bytes: [1], counter: 2, at: fresh });
    await send(devEui, { bytes: [0], counter: 1, at: late });
    const received = (await listOf(device)).map((item: { receivedAt: string }) => item.receivedAt);
    expect((await replay({ deviceId: device })).json).toMatchObject({ replayed: 0, unreadable: 3 });

    await setModel(device, right);
    const done = await replay({ deviceId: device });
    expect(done.json).toEqual({ replayed: 3, unreadable: 0, nextCursor: null });
    const reports = await reportsOf("again");
    expect(reports).toMatchObject([
      { counter: 1, state: "free", observedAt: late.toISOString(), receivedAt: received[0] },
      { counter: 2, state: "occupied", observedAt: fresh.toISOString(), receivedAt: received[2] },
    ]);
    expect(await stateOf("again")).toBe("occupied");
    await expectRebuilt(hub.open);
    for (const item of await listOf(device)) {
      expect([item.canReplay, item.replayedAt]).toEqual([false, expect.any(String)]);
    }
    expect((await replay({ deviceId: device })).json).toMatchObject({ replayed: 0, unreadable: 0 });
    const [line] = (await hub.operator.send("GET", "/v1/audit?limit=1")).json.items;
    expect(line).toMatchObject({
      ...{ action: "quarantine.replay", subject: { kind: "device", id: device } },
      detail: { replayed: 3, unreadable: 0 },
    });
    // Said once more by the sensor itself, it is a repeat still.
    expect((await send(devEui, { bytes: [1], counter: 2, at: fresh })).status).toBe(200);
    expect(await reportsOf("again")).toEqual(reports);
    await expectRebuilt(hub.open);
  });

  test("is for the bay that was watched then, and for all devices of a model at once", async () => {
    const [first, second] = ["70b3d57ed00a0004", "70b3d57ed00a0005"];
    const [moved, other] = [await addSensor("then", first), await addSensor("other", second)];
    await send(first, { bytes: [1], counter: 1 });
    await send(second, { bytes: [7], counter: 1 });
    await hub.operator.send("PUT", `/v1/devices/${moved}/bay`, { body: { bayId: null } });
    const corrected = await addModel(
      "if (bytes[0] > 1) throw 'odd'; return { data: { state: bytes[0] } }",
    );
    for (const device of [moved, other]) await setModel(device, corrected);
    expect((await replay({ modelId: corrected })).json).toMatchObject({
      replayed: 1,
      unreadable: 1,
    });
    expect([await stateOf("then"), await stateOf("other")]).toEqual(["occupied", "unknown"]);
    expect((await listOf(other))[0]).toMatchObject({
      ...{ canReplay: true, fault: expect.stringContaining("odd") },
    });
    await expectRebuilt(hub.open);
    for (const body of [{}, { deviceId: moved, modelId: corrected }]) {
      expect((await replay(body)).status).toBe(400);
    }
  });
});
