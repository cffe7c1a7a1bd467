import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDevices } from "../testing/device-load.ts";
import { openDevice, publishPacket, type RawMqtt } from "../testing/raw-mqtt.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
}, 60_000);
afterAll(() => hub.close());

const isLong = process.env.PISTA_TEST_LONG !== undefined;
const observedAt = "2026-11-22T12:00:00Z";

/** Bytes, JSON of any shape, and reports with one member that is not what it should be. */
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc.string({ unit: "binary", maxLength: 300 }).map((text) => Buffer.from(text)),
  fc
    .record({
      state: fc.oneof(fc.constant("free"), fc.jsonValue()),
      observedAt: fc.oneof(fc.constant(observedAt), fc.jsonValue()),
      counter: fc.oneof(fc.nat(), fc.jsonValue()),
      batteryPct: fc.jsonValue(),
      ["__proto__"]: fc.jsonValue(),
    })
    .map((value) => Buffer.from(JSON.stringify(value))),
  fc.constant(Buffer.from("[".repeat(20_000))),
  fc.constant(Buffer.from(`{"counter":${"9".repeat(2_000)}}`)),
);

const inFlight = 90;

/** Publishes all of them and tells each one's reason code. */
async function publishAll(client: RawMqtt, deviceId: string, payloads: readonly Uint8Array[]) {
  const reasons: number[] = [];
  for (let from = 0; from < payloads.length; from += inFlight) {
    const some = payloads.slice(from, from + inFlight);
    for (const [index, payload] of some.entries()) {
      client.send(publishPacket(deviceId, payload, { messageId: index + 1 }));
    }
    for (let heard = 0; heard < some.length; heard++) {
      reasons.push((await client.next("puback")).reasonCode ?? 0);
    }
  }
  return reasons;
}

const quarantinedCount = async (): Promise<number> =>
  Number(
    /^pista_intake_quarantined_total (\d+)$/m.exec(
      (await hub.visitor.send("GET", "/metrics")).text,
    )?.[1],
  );

test(
  "[IN6] whatever a device publishes is stored or quarantined, counted, and hurts nobody",
  async () => {
    const [device, other] = readDevices(hub.settings.dataDirectory);
    if (!device || !other) throw new Error("The demonstration has no devices.");
    const client = await openDevice(hub.mqttPort, { id: device.deviceId, key: device.key });
    const seed = Date.now() % 2 ** 31;
    const payloads = fc.sample(anything, { numRuns: isLong ? 5_000 : 400, seed });
    const before = await quarantinedCount();
    const reasons = await publishAll(client, device.deviceId, payloads);
    expect([seed, [...new Set(reasons)].sort()]).toEqual([seed, expect.arrayContaining([0x99])]);
    expect([seed, reasons.filter((reason) => reason !== 0 && reason !== 0x99)]).toEqual([seed, []]);
    const unreadable = reasons.filter((reason) => reason === 0x99).length;
    expect([seed, (await quarantinedCount()) - before]).toEqual([seed, unreadable]);
    const kept = await hub.open.context.db
      .selectFrom("quarantine")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("device_id", "=", device.deviceId)
      .executeTakeFirstOrThrow();
    expect([seed, Number(kept.count)]).toEqual([seed, unreadable]);
    // The device itself and another one go on.
    const report = JSON.stringify({
      state: "free",
      observedAt: new Date(),
      counter: 4_000_000_000,
    });
    expect(await publishAll(client, device.deviceId, [Buffer.from(report)])).toEqual([0]);
    const second = await openDevice(hub.mqttPort, { id: other.deviceId, key: other.key });
    expect(await publishAll(second, other.deviceId, [Buffer.from(report)])).toEqual([0]);
    client.vanish();
    second.vanish();
  },
  isLong ? 300_000 : 30_000,
);
