import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { promisify } from "node:util";
import mqttClient from "mqtt";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDevice, openRawMqtt, publishPacket } from "../testing/raw-mqtt.ts";
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

const sensor = (number: string) => `demo-sensor-${number}`;
const device = (number: string, version: 4 | 5 = 5) =>
  openDevice(hub.mqttPort, { id: sensor(number), key: hub.deviceKey(sensor(number)), version });

const report = (counter: number, more: object = {}): string =>
  JSON.stringify({ state: "occupied", observedAt: new Date().toISOString(), counter, ...more });

async function publish(number: string, payload: string | Uint8Array): Promise<number> {
  const client = await device(number);
  client.send(publishPacket(sensor(number), payload));
  const { reasonCode } = await client.next("puback");
  client.vanish();
  return reasonCode ?? 0;
}

type Item = { counter: number; state: string; observedAt: string; clockAhead: boolean };
const pageOf = async (number: string, query = "") =>
  (await hub.operator.send("GET", `/v1/bays/demo-bay-${number}/reports${query}`)).json;
const storedOf = async (number: string): Promise<Item[]> => (await pageOf(number)).items;
const bayOf = async (number: string) => {
  const { items } = (await hub.visitor.send("GET", "/v1/public/bays")).json;
  return items.find(({ id }: { id: string }) => id === `demo-bay-${number}`);
};
const quarantined = (number: string) =>
  hub.open.context.db
    .selectFrom("quarantine")
    .selectAll()
    .where("device_id", "=", sensor(number))
    .orderBy("id")
    .execute();

describe("a report over MQTT", () => {
  test("[IN1] [IN4] what is acknowledged is stored, with its three times apart", async () => {
    const observedAt = new Date(Date.now() - 5_000).toISOString();
    expect(await publish("0001", report(1, { observedAt, batteryPct: 81.5, rssiDbm: -70 }))).toBe(
      0,
    );
    const [item, ...rest] = await storedOf("0001");
    expect(rest).toEqual([]);
    expect(item).toMatchObject({ counter: 1, state: "occupied", observedAt, batteryPct: 81.5 });
    const { receivedAt, state } = await bayOf("0001");
    expect(state).toBe("occupied");
    expect(Date.parse(receivedAt) - Date.parse(observedAt)).toBeGreaterThanOrEqual(4_900);
  });

  test("[IN2] the same report again changes nothing, however it is dated", async () => {
    for (const observedAt of [new Date().toISOString(), "2099-01-01T00:00:00Z"]) {
      const payload = report(2, { observedAt });
      await publish("0002", payload);
      const before = [await storedOf("0002"), await bayOf("0002")];
      for (let again = 0; again < 3; again++) expect(await publish("0002", payload)).toBe(0);
      const client = await device("0002");
      // Three times at once, so that the repeats meet in one batch.
      for (const messageId of [1, 2, 3]) {
        client.send(publishPacket(sensor("0002"), payload, { messageId }));
      }
      for (const _ of [1, 2, 3]) await client.next("puback");
      const after = [await storedOf("0002"), await bayOf("0002")];
      // Confidence fades with age; everything else stays.
      expect(withoutConfidence(after)).toEqual(withoutConfidence(before));
    }
    expect((await storedOf("0002")).map(({ clockAhead }) => clockAhead)).toEqual([false, true]);
  });

  test("[IN6] what cannot be read is kept with its bytes and acknowledged", async () => {
    const payloads = [
      Buffer.from([0, 1, 2, 0xff]),
      Buffer.from("\u0000\u0000"),
      Buffer.from('{"state":"free\u0007"}'),
      Buffer.from(report(1, { state: "perhaps" })),
      Buffer.from(report(1, { observedAt: "noon" })),
      Buffer.alloc(60_000, "x"),
    ];
    for (const payload of payloads) expect(await publish("0003", payload)).toBe(0x99);
    const rows = await quarantined("0003");
    expect(rows.map(({ payload }) => Buffer.from(payload).toString("hex"))).toEqual(
      payloads.map((payload) => payload.subarray(0, 4_096).toString("hex")),
    );
    expect(rows.map(({ cause }) => cause.split(":")[0])).toEqual([
      "not-utf8",
      "not-json",
      "not-json",
      "wrong-shape",
      "wrong-time",
      "not-json",
    ]);
    expect(await storedOf("0003")).toEqual([]);
    const metrics = (await hub.visitor.send("GET", "/metrics")).text;
    expect(metrics).toMatch(/^pista_intake_quarantined_total [6-9]/m);
  });

  test("[IN6] bytes for a codec that is not there are kept too", async () => {
    const client = await device("0003");
    const topic = "pista/v1/demo-sensor-0003/raw";
    client.send(publishPacket(sensor("0003"), Buffer.from([1, 2]), { topic }));
    expect((await client.next("puback")).reasonCode).toBe(0x99);
    expect((await quarantined("0003")).at(-1)?.topic).toBe("raw");
  });

  test("[IN5] one device's numbers do not keep another's reports out", async () => {
    const [odd, plain] = [await device("0004"), await device("0005")];
    for (let id = 1; id <= 20; id++) {
      const messageId = id;
      const tiny = { batteryPct: 1e-60, temperatureC: 5e-324 };
      odd.send(publishPacket(sensor("0004"), report(id, tiny), { messageId }));
      plain.send(publishPacket(sensor("0005"), report(id), { messageId }));
    }
    for (let id = 1; id <= 20; id++) {
      expect((await odd.next("puback")).reasonCode).toBe(0);
      expect((await plain.next("puback")).reasonCode).toBe(0);
    }
  });

  test("[BS3] pages hold every report once, also where two bear one counter", async () => {
    const observedAt = new Date().toISOString();
    const client = await device("0006");
    const payloads = Array.from({ length: 9 }, (_, index) =>
      report(index < 6 ? 1 : index, { observedAt, batteryPct: index }),
    );
    for (const [index, payload] of payloads.entries()) {
      client.send(publishPacket(sensor("0006"), payload, { messageId: index + 1 }));
    }
    for (const _ of payloads) await client.next("puback");
    const seen: number[] = [];
    let query = "?limit=2";
    for (let pages = 0; pages < 10; pages++) {
      const { items, nextCursor } = await pageOf("0006", query);
      seen.push(...items.map(({ batteryPct }: { batteryPct: number }) => batteryPct));
      if (nextCursor === null) break;
      query = `?limit=2&cursor=${nextCursor}`;
    }
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const { items } = await pageOf("0006", `?from=${observedAt}&to=${observedAt}`);
    expect(items).toEqual([]);
  });

  test("[DC3] a suspended trial's reports are refused from the answer on, a resumed one's not", async () => {
    const steward = await hub.signedIn("steward");
    const order = (verb: string, body: object) =>
      steward.send("POST", `/v1/trials/demo-trial/${verb}`, {
        body,
        headers: { origin: hub.url },
      });
    const [five, four] = [await device("0007"), await device("0008", 4)];
    five.send(publishPacket(sensor("0007"), report(1)));
    expect((await five.next("puback")).reasonCode).toBe(0);
    expect((await order("suspend", { reason: "works" })).status).toBe(200);
    five.send(publishPacket(sensor("0007"), report(2), { messageId: 2 }));
    const puback = await five.next("puback");
    expect([puback.reasonCode, puback.properties?.reasonString]).toEqual([0x87, "trial-suspended"]);
    four.send(publishPacket(sensor("0008"), report(1)));
    await four.closed();
    expect((await order("resume", {})).status).toBe(200);
    five.send(publishPacket(sensor("0007"), report(3), { messageId: 3 }));
    expect((await five.next("puback")).reasonCode).toBe(0);
    expect((await storedOf("0007")).map(({ counter }) => counter)).toEqual([1, 3]);
    expect(await storedOf("0008")).toEqual([]);
  });

  test("publishers that vanish in the middle of a burst leave the hub healthy", async () => {
    const payload = report(1);
    // The long form: a thousand, ten times over.
    const publishers = process.env.PISTA_TEST_LONG ? 10_000 : 200;
    const numbers = Array.from({ length: 24 }, (_, index) => String(index + 1).padStart(4, "0"));
    for (let from = 0; from < publishers; from += numbers.length) {
      await Promise.all(
        numbers.map(async (number, index) => {
          const client = await openRawMqtt(hub.mqttPort);
          const id = sensor(number);
          const connect = {
            cmd: "connect",
            protocolVersion: 5,
            clientId: id,
            clean: true,
            username: id,
            password: Buffer.from(hub.deviceKey(id)),
          } as const;
          const packets = Array.from({ length: 50 }, (_, messageId) =>
            generate(publishPacket(id, payload, { messageId: messageId + 1 }), {
              protocolVersion: 5,
            }),
          );
          client.sendBytes(Buffer.concat([generate(connect), ...packets]));
          if (index % 2 === 0) client.sendBytes(Buffer.from([0x32, 0x40, 0]));
          await client.next("connack");
          client.vanish();
        }),
      );
    }
    await vi.waitFor(
      async () => {
        const { text } = await hub.visitor.send("GET", "/metrics");
        expect(text).toMatch(/^pista_device_connections [0-9]$/m);
      },
      { timeout: 10_000 },
    );
    expect((await hub.visitor.send("GET", "/ready")).status).toBe(200);
    expect(await publish("0009", report(9))).toBe(0);
  }, 300_000);
});

describe("devices of other makers", () => {
  test.each([4, 5] as const)("mqtt.js, protocol %i", async (protocolVersion) => {
    const id = sensor("0010");
    const client = await mqttClient.connectAsync(`mqtt://127.0.0.1:${hub.mqttPort}`, {
      protocolVersion,
      clientId: id,
      username: id,
      password: hub.deviceKey(id),
      reconnectPeriod: 0,
    });
    const [granted] = await client.subscribeAsync(`pista/v1/${id}/command`, { qos: 1 });
    expect(granted?.qos).toBe(1);
    await client.publishAsync(`pista/v1/${id}/report`, report(protocolVersion), { qos: 1 });
    await client.endAsync();
    expect((await storedOf("0010")).map(({ counter }) => counter)).toContain(protocolVersion);
  });

  const program = "/usr/bin/mosquitto_pub";
  const isInstalled = existsSync(program);
  const mayBeMissing = process.env.PISTA_TEST_REQUIRE !== "all";
  test.skipIf(!isInstalled && mayBeMissing)(
    "mosquitto_pub, both protocols (skipped where it is not installed)",
    async () => {
      expect(isInstalled).toBe(true);
      const id = sensor("0011");
      for (const [version, counter] of [
        ["mqttv311", 101],
        ["mqttv5", 102],
      ] as const) {
        await promisify(execFile)(program, [
          ...["-h", "127.0.0.1", "-p", String(hub.mqttPort), "-V", version, "-q", "1"],
          ...["-i", id, "-u", id, "-P", hub.deviceKey(id)],
          ...["-t", `pista/v1/${id}/report`, "-m", report(counter)],
        ]);
      }
      const stored = (await storedOf("0011")).map(({ counter }) => counter);
      expect(stored.slice(-2)).toEqual([101, 102]);
    },
  );
});

test("[BS3] after a restart every bay is what it was", async () => {
  const all = async () => (await hub.visitor.send("GET", "/v1/public/bays")).json;
  const before = await all();
  await hub.close();
  hub = await openTestHub({ directory });
  expect(withoutConfidence(await all())).toEqual(withoutConfidence(before));
}, 60_000);

const withoutConfidence = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, member) => (key === "confidence" ? undefined : member)));
