import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { defined } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readDevices, type TestDevice } from "../testing/device-load.ts";
import { openDevice, type RawMqtt } from "../testing/raw-mqtt.ts";
import { makeDirectory, openTestHub, type TestHub } from "../testing/test-hub.ts";

const directory = makeDirectory();
let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub({ directory });
}, 60_000);
afterAll(async () => {
  await hub.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Each test has a device of its own. The demonstration's keys are new with each start of the hub. */
const deviceAt = (index: number): TestDevice => defined(readDevices(directory)[index], "A device");
const topicOf = ({ deviceId }: TestDevice): string => `pista/v1/${deviceId}/command`;

const send = ({ deviceId }: TestDevice, text: string, more: object = {}) =>
  hub.operator.send("POST", `/v1/devices/${deviceId}/commands`, {
    body: { payload: Buffer.from(text).toString("base64"), ...more },
  });
const list = async ({ deviceId }: TestDevice, query = "") =>
  (await hub.operator.send("GET", `/v1/devices/${deviceId}/commands${query}`)).json;
const states = async (device: TestDevice): Promise<string[]> =>
  (await list(device)).items.map(({ state }: { state: string }) => state);

async function subscribed(device: TestDevice): Promise<RawMqtt> {
  const client = await openDevice(hub.mqttPort, { id: device.deviceId, key: device.key });
  const subscriptions = [{ topic: topicOf(device), qos: 1 as const }];
  client.send({ cmd: "subscribe", messageId: 1, subscriptions });
  await client.next("suback");
  return client;
}

test("a command is kept while its device is away, and delivered once it is acknowledged", async () => {
  const device = deviceAt(0);
  const made = await send(device, "reboot");
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ state: "waiting", payload: "cmVib290", answeredAt: null });
  const keptForMs = Date.parse(made.json.expiresAt) - Date.parse(made.json.createdAt);
  expect(keptForMs).toBe(7 * 86_400_000);
  const client = await subscribed(device);
  const sent = await client.next("publish");
  expect(sent.payload.toString()).toBe("reboot");
  expect(await states(device)).toEqual(["sent"]);
  client.send({ cmd: "puback", messageId: Number(sent.messageId) });
  await vi.waitFor(async () => expect(await states(device)).toEqual(["delivered"]));
  // Connected and subscribed, it gets the next at once.
  await send(device, "again");
  expect((await client.next("publish")).payload.toString()).toBe("again");
  client.vanish();
});

test("cut before PUBACK, and with the hub started anew, it comes again with DUP", async () => {
  const device = deviceAt(1);
  await send(device, "one");
  await send(device, "two");
  const first = await subscribed(device);
  expect((await first.next("publish")).dup).toBe(false);
  await hub.close();
  hub = await openTestHub({ directory });
  const second = await subscribed(deviceAt(1));
  const again = await second.next("publish");
  expect([again.payload.toString(), again.dup]).toEqual(["one", true]);
  second.send({ cmd: "puback", messageId: Number(again.messageId) });
  const next = await second.next("publish");
  expect([next.payload.toString(), next.dup]).toEqual(["two", false]);
  second.send({ cmd: "puback", messageId: Number(next.messageId), reasonCode: 0x83 });
  await vi.waitFor(async () => expect(await states(device)).toEqual(["refused", "delivered"]));
  second.vanish();
}, 60_000);

test("the seventeenth that waits is refused; an acknowledged one makes room", async () => {
  const device = deviceAt(2);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => send(device, `command ${index}`)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(16);
  const refused = defined(
    answers.find(({ status }) => status !== 201),
    "A refusal",
  );
  expect([refused.status, refused.json.code]).toEqual([409, "commands-full"]);
  expect(refused.json.detail).toMatch(/^16 commands wait for /);
  const client = await subscribed(device);
  client.send({ cmd: "puback", messageId: Number((await client.next("publish")).messageId) });
  await client.next("publish");
  expect((await send(device, "one more")).status).toBe(201);
  client.vanish();
  const page = await list(device, "?limit=10");
  const rest = await list(device, `?limit=10&cursor=${page.nextCursor}`);
  expect([page.items.length, rest.items.length, rest.nextCursor]).toEqual([10, 7, null]);
  const ids = [...page.items, ...rest.items].map(({ id }: { id: number }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
});

test("what is no command is refused, and so is a device that is none", async () => {
  const device = deviceAt(3);
  expect((await send(device, "x".repeat(1_024))).status).toBe(201);
  expect((await send(device, "x".repeat(1_025))).status).toBe(400);
  expect((await send(device, "")).status).toBe(400);
  for (const payload of ["=", "abc", "ab c", "YQ=", 7]) {
    expect((await send(device, "", { payload })).status).toBe(400);
  }
  expect((await send(device, "x", { expiresInS: 0 })).status).toBe(400);
  expect((await send({ ...device, deviceId: "nobody" }, "x")).status).toBe(404);
  expect((await send({ ...device, deviceId: "demo-drone" }, "x")).status).toBe(404);
  const cursor = await hub.operator.send("GET", `/v1/devices/${device.deviceId}/commands?cursor=x`);
  expect(cursor.status).toBe(400);
});

test("who sent it is in the audit", async () => {
  const device = deviceAt(4);
  const manager = await hub.personOf("manager");
  const path = `/v1/devices/${device.deviceId}/commands`;
  const made = await manager.send("POST", path, {
    body: { payload: "YQ==" },
    headers: { origin: hub.url },
  });
  expect(made.status).toBe(201);
  const [line] = (await hub.operator.send("GET", "/v1/audit?limit=1")).json.items;
  expect(line).toMatchObject({
    actor: { kind: "person", name: "The manager" },
    action: "device.command",
    subject: { kind: "device", id: device.deviceId },
    detail: { payload: "YQ==" },
  });
});

const [subscriber, publisher] = ["/usr/bin/mosquitto_sub", "/usr/bin/mosquitto_pub"];
const mustRun = process.env.PISTA_TEST_REQUIRE === "all";

test.runIf(mustRun || existsSync(subscriber))(
  "mosquitto_sub gets its commands in both protocols, and no other device's (skipped where it is not installed)",
  async () => {
    for (const [index, version] of ["mqttv311", "mqttv5"].entries()) {
      const [own, other] = [deviceAt(5 + 2 * index), deviceAt(6 + 2 * index)];
      await send(other, "not yours");
      await send(own, "first");
      await send(own, "second");
      const credentials = [
        "-p",
        `${hub.mqttPort}`,
        "-u",
        own.deviceId,
        "-P",
        own.key,
        "-V",
        version,
      ];
      const topics = ["-t", topicOf(own), "-t", topicOf(other)];
      const args = [
        ...credentials,
        ...topics,
        "-q",
        "1",
        "-c",
        "-i",
        own.deviceId,
        "-C",
        "2",
        "-W",
        "20",
      ];
      expect(await outputOf(subscriber, args)).toBe("first\nsecond\n");
      await vi.waitFor(async () => {
        expect(await states(own)).toEqual(["delivered", "delivered"]);
      });
      expect(await states(other)).toEqual(["waiting"]);
      // Nobody but the hub speaks on a command topic.
      await outputOf(publisher, [...credentials, "-t", topicOf(other), "-m", "forged", "-q", "1"]);
      expect(await states(other)).toEqual(["waiting"]);
    }
  },
  60_000,
);

/** What the program has written when it ends. */
const outputOf = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });

test("an expired command is not delivered, and a device is told when the next expires", async () => {
  const clock = createManualClock();
  const late = await openTestHub({ clock });
  try {
    const [device] = readDevices(late.settings.dataDirectory);
    const { deviceId, key } = defined(device, "A device");
    const path = `/v1/devices/${deviceId}/commands`;
    const add = (payload: string, expiresInS: number) =>
      late.operator.send("POST", path, { body: { payload, expiresInS } });
    const ids = async () =>
      (await late.operator.send("GET", path)).json.items.map(
        ({ payload, state }: { payload: string; state: string }) => [payload, state],
      );
    await add("b25l", 60);
    await add("dHdv", 120);
    clock.advance(60_000);
    expect(await ids()).toEqual([
      ["dHdv", "waiting"],
      ["b25l", "expired"],
    ]);
    const client = await openDevice(late.mqttPort, { id: deviceId, key });
    const subscriptions = [{ topic: `pista/v1/${deviceId}/command`, qos: 1 as const }];
    client.send({ cmd: "subscribe", messageId: 1, subscriptions });
    await client.next("suback");
    const sent = await client.next("publish");
    expect(sent.payload.toString()).toBe("two");
    expect(sent.properties?.messageExpiryInterval).toBe(60);
    client.vanish();
  } finally {
    await late.close();
  }
}, 60_000);
