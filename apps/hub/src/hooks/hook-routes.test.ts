import { defined, trialId } from "@pista/kernel";
import { bayId } from "@pista/parking";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hookLimits } from "../intake/hook-limits.ts";
import { type Asset, readAssets } from "../store/assets.ts";
import { insertBays } from "../store/inventory.ts";
import { chirpstackUplink, type Frame, thingsStackUplink } from "../testing/network-uplinks.ts";
import { openDevice, publishPacket } from "../testing/raw-mqtt.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";
import { loadDeviceModels } from "../use-cases/device-models.ts";

let hub: TestHub;
let trial: string;
let secret: string;
/** By the names of the bays below. */
const devices = new Map<string, { id: string; key: string }>();

const euiOf = (index: number): string => `70b3d57ed00${(0x1a000 + index).toString(16)}`;
const names = ["tts", "chirp", "range", "loop", "steady", "raw", "late", "twice"] as const;
type Name = (typeof names)[number];
const eui = (name: Name): string => euiOf(names.indexOf(name));

/** A vendor's codec: the first byte is the state, the second the battery. */
const codec = `function decodeUplink(input) {
  if (input.bytes.length === 0) return { errors: ["nothing to read"] };
  return {
    data: {
      status: ["free", "occupied"][input.bytes[0]] || "odd",
      battery: input.bytes[1],
      port: input.fPort,
    },
  };
}`;
const mapping = {
  stateField: "status",
  occupied: ["occupied"],
  free: ["free"],
  batteryField: "battery",
};

async function addModel(name: string, source: string, meaning: object = mapping): Promise<string> {
  const body = { name, codec: source, mapping: meaning };
  const answer = await hub.operator.send("POST", "/v1/device-models", { body });
  expect(answer.status).toBe(201);
  return answer.json.id;
}

beforeAll(async () => {
  hub = await openTestHub();
  const { bays, db, permits } = hub.open.context;
  const demonstration = defined(
    permits
      .trials()
      .find(
        ({ assetIds, progress }) => progress.state === "activated" && assetIds.some(bays.bayOf),
      ),
    "A trial with sensors",
  );
  trial = demonstration.trialId;
  const place = defined(demonstration.assetIds.map(bays.bayOf).find(Boolean), "A bay");
  const models: Partial<Record<Name, string>> = {
    range: await addModel(
      "Range",
      "function decodeUplink({ bytes }) { return { data: { cm: bytes[0] } }; }",
      { distanceField: "cm", occupiedBelowCm: 100 },
    ),
    loop: await addModel("Loop", "function decodeUplink() { for (;;) {} }"),
  };
  const common = await addModel("Kerb eye", codec);
  const addBay = async (name: string) => {
    const bay = { ...place, bayId: bayId(`test-${name}`), label: name, deviceId: undefined };
    await insertBays(db, [bay]);
    bays.add(bay, undefined);
    return bay;
  };
  await addBay("spare");
  for (const [index, name] of names.entries()) {
    const bay = await addBay(name);
    const added = await hub.operator.send("POST", "/v1/devices", {
      body: {
        ...{ model: "Kerb eye", bayId: bay.bayId, trialId: trial, devEui: euiOf(index) },
        modelId: models[name] ?? common,
      },
    });
    expect(added.status).toBe(201);
    devices.set(name, added.json);
  }
  const made = await hub.operator.send("POST", `/v1/trials/${trial}/hook-secret`, { body: {} });
  expect(made.status).toBe(201);
  secret = made.json.secret;
}, 60_000);
afterAll(() => hub.close());

const thingsStack = (name: Name, frame: Frame) => thingsStackUplink(name, eui(name), frame);
const chirpstack = (name: Name, frame: Frame) => chirpstackUplink(name, eui(name), frame);

type Sent = { token?: string; to?: string; rawBody?: string };
const deliver = (server: "tts" | "chirpstack", body: object, more: Sent = {}) =>
  hub.visitor.send("POST", `/hooks/${server}/${more.to ?? trial}`, {
    ...(more.rawBody === undefined ? { body } : { rawBody: more.rawBody }),
    headers: { authorization: `Bearer ${more.token ?? secret}` },
  });
const bayOf = async (name: Name) => {
  const { items } = (await hub.visitor.send("GET", "/v1/public/bays")).json;
  return items.find(({ id }: { id: string }) => id === `test-${name}`);
};
const reportsOf = async (name: Name) =>
  (await hub.operator.send("GET", `/v1/bays/test-${name}/reports`)).json.items;
const lastQuarantined = () =>
  hub.open.context.db
    .selectFrom("quarantine")
    .selectAll()
    .orderBy("id", "desc")
    .executeTakeFirstOrThrow();

describe("an uplink becomes the state of a bay", () => {
  test("[IN1] [IN4] The Things Stack", async () => {
    const at = new Date(Date.now() - 4_000);
    const frame = { bytes: [1, 77], counter: 5, at };
    expect((await deliver("tts", thingsStack("tts", frame))).json).toEqual({ status: "stored" });
    const { state, observedAt, receivedAt } = await bayOf("tts");
    expect([state, observedAt]).toEqual(["occupied", at.toISOString()]);
    expect(Date.parse(receivedAt)).toBeGreaterThan(Date.parse(observedAt));
    const [report] = await reportsOf("tts");
    expect(report).toMatchObject({
      ...{ counter: 5, epoch: 0x260b1f0c, batteryPct: 77, rssiDbm: -87, clockAhead: false },
    });
    await deliver("tts", thingsStack("tts", { bytes: [0, 76], counter: 6 }));
    expect((await bayOf("tts")).state).toBe("free");
  });

  test("[IN1] ChirpStack", async () => {
    expect(
      (await deliver("chirpstack", chirpstack("chirp", { bytes: [1], counter: 1 }))).status,
    ).toBe(200);
    expect((await bayOf("chirp")).state).toBe("occupied");
  });

  test("[RM1] a sensor that measures a distance", async () => {
    for (const [counter, cm, state] of [
      [1, 40, "occupied"],
      [2, 180, "free"],
    ] as const) {
      await deliver("tts", thingsStack("range", { bytes: [cm], counter }));
      expect((await bayOf("range")).state).toBe(state);
    }
  });

  test("bytes by MQTT go through the same codec", async () => {
    const { id, key } = defined(devices.get("raw"), "The device");
    const client = await openDevice(hub.mqttPort, { id, key });
    const topic = `pista/v1/${id}/raw`;
    const publish = async (messageId: number, bytes: number[]): Promise<number | undefined> => {
      client.send(publishPacket(id, Buffer.from(bytes), { topic, messageId }));
      return (await client.next("puback")).reasonCode;
    };
    expect(await publish(1, [1])).toBe(0);
    expect((await bayOf("raw")).state).toBe("occupied");
    expect(await publish(2, [0])).toBe(0);
    expect((await bayOf("raw")).state).toBe("free");
    expect(await publish(3, [9])).toBe(0x99);
    client.vanish();
  });

  test("[IN2] the same uplink again changes nothing, and a new session's does", async () => {
    const frame = { bytes: [1, 50], counter: 9 };
    const uplink = thingsStack("twice", frame);
    for (let again = 0; again < 3; again++) {
      expect((await deliver("tts", uplink)).status).toBe(200);
    }
    expect(await reportsOf("twice")).toHaveLength(1);
    await deliver("tts", thingsStack("twice", { ...frame, session: "AZO" }));
    expect(await reportsOf("twice")).toHaveLength(2);
  });

  test("[IN3] an uplink that was long on its way is stored and changes no state", async () => {
    const at = new Date(Date.now() - 25 * 3_600_000);
    const late = thingsStack("late", { bytes: [1], counter: 1, at });
    expect((await deliver("tts", late)).status).toBe(200);
    expect((await bayOf("late")).state).toBe("unknown");
    expect(await reportsOf("late")).toHaveLength(1);
  });
});

describe("[IN6] what cannot be read is kept with its bytes and answered with 202", () => {
  test.each<[string, string]>([
    ["{", "not-json"],
    ["", "not-json"],
    ["null", "malformed-uplink"],
    ["{}", "malformed-uplink"],
    [`{"end_device_ids":{},"uplink_message":{"f_port":1,"frm_payload":"*"}}`, "malformed-uplink"],
  ])("%s: %s", async (rawBody, cause) => {
    const answer = await deliver("tts", {}, { rawBody });
    expect([answer.status, answer.json.status]).toEqual([202, "quarantined"]);
    const row = await lastQuarantined();
    expect(row.cause.split(":")[0]).toBe(cause);
    expect([Buffer.from(row.payload).toString("utf8"), row.topic]).toEqual([rawBody, "hooks/tts"]);
  });

  test("a device that nobody knows, or another trial's", async () => {
    const stranger = chirpstack("chirp", { bytes: [1], counter: 1 });
    stranger.deviceInfo.devEui = "ffffffffffffffff";
    expect((await deliver("chirpstack", stranger)).status).toBe(202);
    expect((await lastQuarantined()).cause).toMatch(/^unknown-device: /);
    const { permits } = hub.open.context;
    const isOther = ({ assetId, devEui }: Asset): boolean =>
      devEui !== undefined && permits.trialsOf(assetId)[0]?.trialId !== trial;
    const other = defined(hub.open.registry.assets().find(isOther), "Another trial's device");
    const uplink = thingsStackUplink("other", other.devEui ?? "", { bytes: [1], counter: 1 });
    expect((await deliver("tts", uplink)).status).toBe(202);
    expect((await lastQuarantined()).cause).toMatch(/^unknown-device: /);
  });

  test("a payload that the codec or its mapping refuses", async () => {
    expect((await deliver("tts", thingsStack("steady", { bytes: [7], counter: 1 }))).status).toBe(
      202,
    );
    expect((await lastQuarantined()).cause).toMatch(/^value-unmapped: /);
    const { text } = await hub.visitor.send("GET", "/metrics");
    expect(text).toMatch(/^pista_intake_quarantined_total [1-9]/m);
  });

  test("a join and a status are no reports, and are not kept", async () => {
    const before = (await lastQuarantined()).id;
    const { uplink_message, ...joined } = thingsStack("tts", { bytes: [], counter: 0 });
    expect((await deliver("tts", { ...joined, join_accept: {} })).status).toBe(204);
    const status = { deviceInfo: { devEui: eui("chirp") }, margin: 10, batteryLevel: 88 };
    expect((await deliver("chirpstack", status)).status).toBe(204);
    expect((await lastQuarantined()).id).toBe(before);
  });
});

describe("who may", () => {
  const uplink = () => thingsStack("tts", { bytes: [1], counter: 100 });

  test("a wrong secret, another trial's and none at all are refused alike", async () => {
    const before = (await reportsOf("tts")).length;
    for (const more of [
      { token: "x" },
      { token: "" },
      { to: "other-trial" },
      { to: "Not%20One" },
    ]) {
      const answer = await deliver("tts", uplink(), more);
      expect([answer.status, answer.json.code]).toEqual([401, "not-signed-in"]);
    }
    expect((await reportsOf("tts")).length).toBe(before);
  });

  test("a new secret makes the old one void", async () => {
    const old = secret;
    const made = await hub.operator.send("POST", `/v1/trials/${trial}/hook-secret`, { body: {} });
    secret = made.json.secret;
    expect((await deliver("tts", uplink(), { token: old })).status).toBe(401);
    expect((await deliver("tts", uplink())).status).toBe(200);
    const rows = await hub.open.context.db
      .selectFrom("hook_secret")
      .selectAll()
      .where("trial_id", "=", trial)
      .execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test("[DC3] a suspended trial's uplinks are refused from the answer on", async () => {
    const order = (verb: string, body: object) =>
      hub.operator.send("POST", `/v1/trials/${trial}/${verb}`, { body });
    expect((await order("suspend", { reason: "works" })).status).toBe(200);
    const refused = await deliver("tts", thingsStack("tts", { bytes: [0], counter: 101 }));
    expect([refused.status, refused.json.code]).toEqual([403, "not-permitted"]);
    expect(refused.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect((await order("resume", {})).status).toBe(200);
    expect((await bayOf("tts")).state).toBe("occupied");
    const heard = await deliver("tts", thingsStack("tts", { bytes: [0], counter: 102 }));
    expect(heard.status).toBe(200);
  });

  test("an EUI is one device's, and a model must be there", async () => {
    const add = async (more: object) => {
      const body = { model: "Kerb eye", bayId: "test-spare", ...more };
      return (await hub.operator.send("POST", "/v1/devices", { body })).json.code;
    };
    expect(await add({ devEui: eui("tts").toUpperCase() })).toBe("id-taken");
    expect(await add({ modelId: "model-none" })).toBe("not-found");
    expect(await add({ devEui: "70b3" })).toBe("malformed-request");
    expect(await add({ devEui: "70b3d57ed0ffffff" })).toBeUndefined();
  });
});

test("[BS3] models, EUIs and secrets are there after a restart", async () => {
  const { context, models, registry } = hub.open;
  const loaded = await loadDeviceModels(context);
  expect(loaded.models().filter(({ modelId }) => !modelId.startsWith("demo-"))).toHaveLength(3);
  expect(new Set(loaded.models())).toEqual(new Set(models.models()));
  const hash = loaded.hookSecretHash(trialId(trial));
  expect(Buffer.from(hash ?? [])).toEqual(Buffer.from(context.hasher.hash("hook-secret", secret)));
  const read = (await readAssets(context.db)).filter(
    ({ devEui, assetId }) => devEui && !assetId.startsWith("demo-"),
  );
  expect(read).toHaveLength(names.length + 1);
  for (const { assetId, devEui, modelId } of read) {
    expect(registry.asset(assetId)).toMatchObject(modelId ? { devEui, modelId } : { devEui });
  }
});

test("[IN5] one device that floods is refused and not kept, and the others on its hook go on", async () => {
  const counters = Array.from({ length: 200 }, (_, index) => 5_000 + index);
  const answers = [];
  for (const counter of counters) {
    const answer = await deliver("tts", thingsStack("twice", { bytes: [1], counter }));
    answers.push({ counter, answer });
    if (counter % 20 > 0) continue;
    const other = thingsStack("range", { bytes: [40], counter });
    expect((await deliver("tts", other)).status).toBe(200);
  }
  const refused = answers.filter(({ answer }) => answer.status !== 200);
  expect(refused.length).toBeGreaterThan(20);
  for (const { answer } of refused) {
    expect([answer.status, answer.json.code]).toEqual([429, "too-many-requests"]);
    expect(Number(answer.headers.get("retry-after"))).toBe(1);
  }
  // What was answered with 2xx is stored, and nothing else is.
  const stored = (await hub.operator.send("GET", "/v1/bays/test-twice/reports?limit=1000")).json;
  const kept = stored.items.map(({ counter }: { counter: number }) => counter);
  const heard = answers.filter(({ answer }) => answer.status === 200);
  expect(kept.filter((counter: number) => counter >= 5_000)).toEqual(
    heard.map(({ counter }) => counter),
  );
  const { text } = await hub.visitor.send("GET", "/metrics");
  expect(text).toContain('pista_intake_refused_total{cause="hook-device-budget"}');
}, 30_000);

test("[IN5] a body over 64 KiB is refused, and a secret that has spent its budget waits", async () => {
  const large = await deliver("tts", {}, { rawBody: `"${"x".repeat(65_536)}"` });
  expect([large.status, large.json.code]).toEqual([413, "body-too-large"]);
  // Four megabytes at once are allowed; 64 of these at once are owed for longer than any waits.
  const rawBody = `"${"x".repeat(64_000)}"`;
  const answers = await Promise.all(
    Array.from({ length: 64 }, async () => {
      const statuses: number[] = [];
      for (let turn = 0; turn < 5 && !statuses.includes(429); turn++) {
        const startedAtMs = performance.now();
        const answer = await deliver("tts", {}, { rawBody });
        statuses.push(answer.status);
        if (answer.status !== 429) continue;
        // A refusal that came at once would be asked for again at once.
        expect(performance.now() - startedAtMs).toBeGreaterThan(3_900);
        expect(answer.json.code).toBe("too-many-requests");
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      }
      return statuses;
    }),
  );
  expect(answers.flat()).toContain(429);
  expect(new Set(answers.flat())).toEqual(new Set([202, 429]));
  await vi.waitFor(
    async () => expect((await deliver("tts", {}, { rawBody: "{}" })).status).toBe(202),
    { timeout: 20_000, interval: 500 },
  );
}, 40_000);

test("[IN5] whoever is over budget waits for its turn, and is heard", async () => {
  const startedAtMs = performance.now();
  const uplinks = Array.from({ length: hookLimits.messages.burst + 60 }, () =>
    deliver("tts", {}, { rawBody: "{}" }),
  );
  expect(new Set((await Promise.all(uplinks)).map(({ status }) => status))).toEqual(new Set([202]));
  // Sixty beyond the burst are a good quarter of a second, if not more.
  const beyondMs = (60 / hookLimits.messages.perSecond) * 1_000;
  expect(performance.now() - startedAtMs).toBeGreaterThan(beyondMs * 0.9);
});

test("[IN7] while one model's codec loops, another's uplinks take as long as before", async () => {
  let counter = 1_000;
  const timed = async (): Promise<number> => {
    counter += 1;
    const startedAtMs = performance.now();
    const sent = await deliver("tts", thingsStack("steady", { bytes: [counter % 2], counter }));
    expect(sent.status).toBe(200);
    return performance.now() - startedAtMs;
  };
  const middle = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
  const measure = async (): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < 40; turn++) times.push(await timed());
    return middle(times);
  };
  const alone = await measure();
  const loop = (_: unknown, counter: number) =>
    deliver("tts", thingsStack("loop", { bytes: [1], counter }));
  const loops = Promise.all(Array.from({ length: 6 }, loop));
  const beside = await measure();
  expect((await loops).map(({ status }) => status)).toEqual(Array(6).fill(202));
  expect(beside).toBeLessThan(alone * 1.25 + 25);
  const { items } = (await hub.operator.send("GET", "/v1/device-models")).json;
  const looping = items.find(({ name }: { name: string }) => name === "Loop");
  expect(looping).toMatchObject({ kills: 3, isRefused: true });
  const { text } = await hub.visitor.send("GET", "/metrics");
  expect(text).toMatch(/^pista_codecs_killed_total\{cause="codec-killed"\} [3-9]$/m);
});
