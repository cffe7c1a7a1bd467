import { defined } from "@pista/kernel";
import { bayId } from "@pista/parking";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertBays } from "../store/inventory.ts";
import { openDevice, publishPacket } from "../testing/raw-mqtt.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

/** More than may wait for one codec, over as many connections as that takes. */
const sensors = 15;
const inFlight = 100;

let hub: TestHub;
const devices: { id: string; key: string }[] = [];

beforeAll(async () => {
  hub = await openTestHub();
  const { bays, db, permits } = hub.open.context;
  const trial = defined(
    permits.trials().find(({ progress }) => progress.state === "activated"),
    "A trial",
  );
  const place = defined(trial.assetIds.map(bays.bayOf).find(Boolean), "A bay");
  const model = await hub.operator.send("POST", "/v1/device-models", {
    body: {
      name: "Kerb eye",
      codec: "function decodeUplink({ bytes }) { return { data: { state: bytes[0] } }; }",
      mapping: { stateField: "state", occupied: [1], free: [0] },
    },
  });
  for (let sensor = 0; sensor < sensors; sensor++) {
    const bay = { ...place, bayId: bayId(`raw-${sensor}`), label: "raw", deviceId: undefined };
    await insertBays(db, [bay]);
    bays.add(bay, undefined);
    const added = await hub.operator.send("POST", "/v1/devices", {
      body: {
        ...{ model: "Kerb eye", bayId: bay.bayId, trialId: trial.trialId },
        modelId: model.json.id,
      },
    });
    devices.push(added.json);
  }
}, 60_000);
afterAll(() => hub.close());

test("[IN1] [IN7] a crowd of one model that comes back at once: whatever is acknowledged is stored", async () => {
  const reasons = await Promise.all(
    devices.map(async ({ id, key }) => {
      const client = await openDevice(hub.mqttPort, { id, key });
      const topic = `pista/v1/${id}/raw`;
      const packets = Array.from({ length: inFlight }, (_, index) =>
        generate(publishPacket(id, Buffer.of(1, index), { topic, messageId: index + 1 }), {
          protocolVersion: 5,
        }),
      );
      client.sendBytes(Buffer.concat(packets));
      const heard: unknown[] = [];
      for (const _ of packets) heard.push((await client.next("puback")).reasonCode);
      client.vanish();
      return heard;
    }),
  );
  expect(new Set(reasons.flat())).toEqual(new Set([0]));
  for (const sensor of devices.keys()) {
    const answer = await hub.operator.send("GET", `/v1/bays/raw-${sensor}/reports?limit=1000`);
    expect(answer.json.items).toHaveLength(inFlight);
  }
}, 60_000);
