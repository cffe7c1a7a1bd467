import { defined, toHex } from "@pista/kernel";
import { bayId } from "@pista/parking";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf } from "../intake/report-parser.ts";
import { insertBays } from "../store/inventory.ts";
import { openDevice, publishPacket } from "../testing/raw-mqtt.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

/** More than may wait for one codec, over as many connections as that takes. */
const sensors = 15;
const inFlight = 100;

let hub: TestHub;
const devices: { id: string; key: string }[] = [];
/** Its codec never ends. */
let loop: { id: string; key: string };

beforeAll(async () => {
  hub = await openTestHub();
  const { bays, db, permits } = hub.open.context;
  const trial = defined(
    permits.trials().find(({ progress }) => progress.state === "activated"),
    "A trial",
  );
  const place = defined(trial.assetIds.map(bays.bayOf).find(Boolean), "A bay");
  const addModel = async (name: string, codec: string): Promise<string> => {
    const mapping = { stateField: "state", occupied: [1], free: [0] };
    const body = { name, codec, mapping };
    return (await hub.operator.send("POST", "/v1/device-models", { body })).json.id;
  };
  const addDevice = async (name: string, modelId: string) => {
    const bay = { ...place, bayId: bayId(`raw-${name}`), label: "raw", deviceId: undefined };
    await insertBays(db, [bay]);
    bays.add(bay, undefined);
    const { trialId } = trial;
    const body = { model: "Kerb eye", bayId: bay.bayId, trialId, modelId };
    return (await hub.operator.send("POST", "/v1/devices", { body })).json;
  };
  const source = "function decodeUplink({ bytes }) { return { data: { state: bytes[0] } }; }";
  const eye = await addModel("Kerb eye", source);
  for (let sensor = 0; sensor < sensors; sensor++) devices.push(await addDevice(`${sensor}`, eye));
  loop = await addDevice("loop", await addModel("Loop", "function decodeUplink() { for (;;) {} }"));
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

test("[IN6] what a killed or refused codec did not read is kept with all that reading it takes", async () => {
  const client = await openDevice(hub.mqttPort, loop);
  const topic = `pista/v1/${loop.id}/raw`;
  for (const messageId of [1, 2, 3]) {
    client.send(publishPacket(loop.id, Buffer.of(1, messageId), { topic, messageId }));
    expect((await client.next("puback")).reasonCode).toBe(0x99);
  }
  client.vanish();
  const kept = await hub.open.context.db
    .selectFrom("quarantine")
    .selectAll()
    .where("device_id", "=", loop.id)
    .orderBy("id")
    .execute();
  expect(kept.map(({ cause }) => cause.split(":")[0])).toEqual([
    ...["codec-killed", "codec-killed", "codec-refused"],
  ]);
  for (const [index, { frame, received_at }] of kept.entries()) {
    const atMs = received_at.getTime();
    expect(frame).toEqual({
      ...{ payload: `010${index + 1}`, fPort: 1, observedAtMs: atMs, bayId: "raw-loop" },
      ...{ epoch: Math.floor(atMs / 1_000), counter: atMs % 1_000 },
      digest: toHex(digestOf(Buffer.of(1, index + 1))),
    });
  }
}, 60_000);
