import { rmSync } from "node:fs";
import { createRandom } from "@pista/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpClient } from "./testing/http-client.ts";
import { type ServedHub, servePista } from "./testing/pista-process.ts";
import { openDevice, publishPacket, type RawMqtt } from "./testing/raw-mqtt.ts";
import { makeDirectory, openTestHub } from "./testing/test-hub.ts";

const kills = process.env.PISTA_TEST_LONG ? 20 : 2;
const numbers = ["01", "02", "03", "04"];
const directory = makeDirectory();
const keys = new Map<string, string>();

beforeAll(async () => {
  const hub = await openTestHub({ directory });
  for (const number of numbers) keys.set(number, hub.deviceKey(`demo-sensor-${number}`));
  await hub.close();
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const counters = new Map<string, number>();
const acknowledged = new Map<string, Set<number>>(numbers.map((number) => [number, new Set()]));

/** Publishes without a pause, some tens in flight, until the hub is gone. */
async function publishUntilKilled(hub: ServedHub, number: string, told: () => void): Promise<void> {
  const id = `demo-sensor-${number}`;
  const device = await openDevice(hub.mqttPort, { id, key: keys.get(number) ?? "" });
  for (let sent = 0; sent < 40; sent++) publishNext(device, number);
  for (;;) {
    let messageId: number;
    try {
      messageId = Number((await device.next("puback")).messageId);
    } catch {
      return; // The hub was killed: that is what this test is for.
    }
    const counter = inFlight.get(`${number}.${messageId}`);
    if (counter !== undefined) acknowledged.get(number)?.add(counter);
    told();
    publishNext(device, number);
  }
}

const inFlight = new Map<string, number>();
function publishNext(device: RawMqtt, number: string): void {
  const counter = (counters.get(number) ?? 0) + 1;
  counters.set(number, counter);
  const messageId = (counter % 60_000) + 1;
  inFlight.set(`${number}.${messageId}`, counter);
  const observedAt = new Date().toISOString();
  const payload = JSON.stringify({ state: "free", observedAt, counter });
  device.send(publishPacket(`demo-sensor-${number}`, payload, { messageId }));
}

async function storedCounters(operator: HttpClient, number: string): Promise<Set<number>> {
  const stored = new Set<number>();
  let query = "?limit=1000";
  for (;;) {
    const page = await operator.send("GET", `/v1/bays/demo-bay-${number}/reports${query}`);
    for (const { counter } of page.json.items) stored.add(counter);
    if (page.json.nextCursor === null) return stored;
    query = `?limit=1000&cursor=${page.json.nextCursor}`;
  }
}

test(
  `[IN1] after ${kills} kills under load every acknowledged report is there`,
  async () => {
    const random = createRandom(20_261_122);
    let hub = await servePista(directory);
    for (let kill = 0; kill < kills; kill++) {
      const wanted = 200 + Math.floor(random.next() * 1_500);
      let count = 0;
      const reached = new Promise<void>((resolve) => {
        const told = (): void => {
          count += 1;
          if (count === wanted) resolve();
        };
        for (const number of numbers) void publishUntilKilled(hub, number, told);
      });
      await reached;
      await hub.end("SIGKILL");
      hub = await servePista(directory);
      for (const number of numbers) {
        const stored = await storedCounters(hub.operator(), number);
        const lost = [...(acknowledged.get(number) ?? [])].filter(
          (counter) => !stored.has(counter),
        );
        expect([number, lost]).toEqual([number, []]);
      }
    }
    expect([...acknowledged.values()].every(({ size }) => size > 50)).toBe(true);
    await hub.end("SIGTERM");
  },
  40_000 + kills * 30_000,
);
