import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HttpClient } from "./http-client.ts";
import { openDevice, publishPacket, type RawMqtt } from "./raw-mqtt.ts";

/** Sensors that publish without a pause and remember what was acknowledged. */
export type DeviceLoad = {
  readonly acknowledged: ReadonlyMap<string, ReadonlySet<number>>;
  /** Resolves after this many acknowledgements; the load goes on until the hub closes on it. */
  run(mqttPort: number, wanted: number): Promise<{ readonly over: Promise<void> }>;
  /** Of each sensor, what was acknowledged and is not in the store. It has to be none. */
  lost(operator: HttpClient): Promise<readonly (readonly [string, readonly number[]])[]>;
};

export type TestDevice = {
  readonly deviceId: string;
  readonly bayId: string;
  readonly key: string;
};

/** The sensors that a hub with the demonstration has left in its data directory. */
export function readDevices(directory: string): readonly TestDevice[] {
  // The hub itself has written it.
  const { devices } = JSON.parse(readFileSync(join(directory, "demo-devices.json"), "utf8")) as {
    devices: readonly TestDevice[];
  };
  return devices;
}

/** Sent ahead of the acknowledgements, so that batches form. */
const inFlightMax = 40;

export function createDeviceLoad(devices: readonly TestDevice[]): DeviceLoad {
  const counters = new Map<string, number>();
  const inFlight = new Map<string, number>();
  const acknowledged = new Map(devices.map(({ deviceId }) => [deviceId, new Set<number>()]));

  const publishNext = (client: RawMqtt, deviceId: string): void => {
    const counter = (counters.get(deviceId) ?? 0) + 1;
    counters.set(deviceId, counter);
    const messageId = (counter % 60_000) + 1;
    inFlight.set(`${deviceId}.${messageId}`, counter);
    const observedAt = new Date().toISOString();
    const payload = JSON.stringify({ state: "free", observedAt, counter });
    client.send(publishPacket(deviceId, payload, { messageId }));
  };

  const publishUntilClosed = async (
    mqttPort: number,
    { deviceId, key }: TestDevice,
    told: () => void,
  ): Promise<void> => {
    const client = await openDevice(mqttPort, { id: deviceId, key });
    for (let sent = 0; sent < inFlightMax; sent++) publishNext(client, deviceId);
    for (;;) {
      let messageId: number;
      try {
        messageId = Number((await client.next("puback")).messageId);
      } catch {
        return; // The hub is gone, or has closed because its store is: what the test is for.
      }
      const counter = inFlight.get(`${deviceId}.${messageId}`);
      if (counter !== undefined) acknowledged.get(deviceId)?.add(counter);
      told();
      publishNext(client, deviceId);
    }
  };

  return {
    acknowledged,
    async run(mqttPort, wanted) {
      let count = 0;
      let reached = (): void => {};
      const enough = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const told = (): void => {
        count += 1;
        if (count === wanted) reached();
      };
      const publishers = devices.map((device) => publishUntilClosed(mqttPort, device, told));
      const over = Promise.all(publishers).then(() => {});
      await Promise.race([
        enough,
        over.then(() => {
          if (count < wanted) throw new Error(`The load ended after ${count} acknowledgements.`);
        }),
      ]);
      return { over };
    },
    async lost(operator) {
      const found: (readonly [string, readonly number[]])[] = [];
      for (const { deviceId, bayId } of devices) {
        const promised = [...(acknowledged.get(deviceId) ?? [])]; // The load goes on meanwhile.
        const stored = await storedCounters(operator, bayId);
        const lost = promised.filter((one) => !stored.has(one));
        if (lost.length > 0) found.push([deviceId, lost]);
      }
      return found;
    },
  };
}

async function storedCounters(operator: HttpClient, bayId: string): Promise<Set<number>> {
  const stored = new Set<number>();
  let query = "?limit=1000";
  for (;;) {
    const page = await operator.send("GET", `/v1/bays/${bayId}/reports${query}`);
    for (const { counter } of page.json.items) stored.add(counter);
    if (page.json.nextCursor === null) return stored;
    query = `?limit=1000&cursor=${page.json.nextCursor}`;
  }
}
