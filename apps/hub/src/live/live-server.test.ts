import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assetId, ok } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { demonstrationBays } from "../demonstration/demonstration-city.ts";
import type { HttpClient } from "../testing/http-client.ts";
import { type JsonSocket, openJsonSocket, upgradeStatus } from "../testing/json-socket.ts";
import { openDevice, publishPacket } from "../testing/raw-mqtt.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";
import type { LiveWatcher } from "./live-connection.ts";
import { createLiveServer } from "./live-server.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
let hub: TestHub;
let steward: HttpClient;
beforeAll(async () => {
  hub = await openTestHub({ clock });
  steward = await hub.signedIn("steward");
}, 60_000);
beforeEach(() => clock.advance(1_000));
afterAll(async () => {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
});

const open = (client: HttpClient = hub.visitor): Promise<JsonSocket> =>
  openJsonSocket(`${hub.url.replace("http", "ws")}/live`, client.headers);
const subscribe = (id: number, topic: string, more: object = {}) => ({
  op: "subscribe",
  id,
  topic,
  ...more,
});

let counter = 0;
async function report(number: string, state: string): Promise<void> {
  const id = `demo-sensor-${number}`;
  const device = await openDevice(hub.mqttPort, { id, key: hub.deviceKey(id) });
  counter += 1;
  const observedAt = new Date(clock.nowMs()).toISOString();
  device.send(publishPacket(id, JSON.stringify({ state, observedAt, counter })));
  expect((await device.next("puback")).reasonCode).toBe(0);
  device.vanish();
}

const watcherCount = async (): Promise<number> => {
  const { text } = await hub.visitor.send("GET", "/metrics");
  return Number(/^pista_live_watchers (\d+)$/m.exec(text)?.[1]);
};

describe("GET /live", () => {
  test("a visitor sees the bays as they are, and then what changes", async () => {
    const live = await open();
    live.send(subscribe(1, "bays"));
    const { id, seq, snapshot } = await live.next();
    expect([id, seq, snapshot.length]).toEqual([1, 0, demonstrationBays.length]);
    expect(Object.keys(snapshot[0]).sort()).toEqual([
      "confidence",
      "id",
      "observedAt",
      "receivedAt",
      "state",
    ]);
    await report("0001", "occupied");
    expect(await live.next()).toMatchObject({
      id: 1,
      seq: 1,
      changes: [{ id: "demo-bay-0001", state: "occupied", confidence: 0.98 }],
    });
    // Within 50 ms of that one nothing leaves; then all of it together.
    await report("0001", "free");
    await report("0002", "free");
    clock.advance(50);
    const { seq: next, changes } = await live.next();
    expect([next, changes.map((one: { id: string }) => one.id)]).toEqual([
      2,
      ["demo-bay-0001", "demo-bay-0002"],
    ]);
    live.webSocket.terminate();
  });

  test("[BS2] silence is told as unknown", async () => {
    await report("0003", "free");
    const live = await open();
    live.send(subscribe(1, "bays"));
    await live.next();
    clock.advance(96 * 60_000);
    // Others fell silent a little earlier, and leave in messages of their own.
    for (let state = ""; state !== "unknown"; ) {
      const { changes } = await live.next();
      state = changes.find(({ id }: { id: string }) => id === "demo-bay-0003")?.state ?? "";
    }
    live.webSocket.terminate();
  });

  test("a box shows what lies in it and nothing else", async () => {
    const { items } = (await hub.visitor.send("GET", "/v1/public/bays")).json;
    const [lng, lat] = items[0].kerb[0];
    const live = await open();
    live.send(subscribe(1, "bays", { bbox: [lng - 1e-4, lat - 1e-4, lng + 1e-4, lat + 1e-4] }));
    const { snapshot } = await live.next();
    expect(snapshot.length).toBeLessThan(12);
    expect(snapshot[0].id).toBe("demo-bay-0001");
    await report("0024", "free");
    clock.advance(1_000);
    await report("0001", "occupied");
    expect((await live.next()).changes).toHaveLength(1);
    live.webSocket.terminate();
  });

  test.each(["", "x", "{}", "null", "[]", '{"op":"subscribe","id":1,"topic":"people"}'])(
    "%j is answered as malformed and ends nothing",
    async (text) => {
      const live = await open();
      live.send(text);
      const { id, error } = await live.next();
      expect([id, error.code]).toEqual([null, "malformed-request"]);
      live.send({ ...subscribe(1, "bays"), misspelt: true });
      expect((await live.next()).error.code).toBe("malformed-request");
      live.send(subscribe(1, "bays", { maxHz: 1_000 }));
      expect((await live.next()).error.code).toBe("malformed-request");
      live.send(subscribe(1, "bays"));
      expect((await live.next()).seq).toBe(0);
      live.webSocket.terminate();
    },
  );

  test("[LV7] who asks for snapshots without end is heard at its rate, and others at once", async () => {
    const greedy = await open();
    const asked = 300;
    for (let id = 0; id < asked; id++) {
      greedy.send(subscribe(id, "car-parks"));
      greedy.send({ op: "unsubscribe", id });
    }
    for (let id = 0; id <= 50; id++) expect(await greedy.next()).toMatchObject({ id, seq: 0 });
    const other = await open();
    other.send(subscribe(1, "bays"));
    expect((await other.next()).seq).toBe(0);
    expect(greedy.unread()).toBe(0);
    // Ten subscriptions a second, and none of them lost.
    for (let id = 51; id + 10 <= asked; id += 10) {
      clock.advance(1_000);
      for (let next = id; next < id + 10; next++)
        expect(await greedy.next()).toMatchObject({ id: next });
    }
    for (const { webSocket } of [greedy, other]) webSocket.terminate();
  });

  test("[LV8] a ping is answered in its turn, and within the limits of everything else", async () => {
    const live = await open();
    live.send(subscribe(1, "bays"));
    live.send({ op: "ping" });
    expect((await live.next()).seq).toBe(0);
    expect(await live.next()).toEqual({ op: "pong" });
    const asked = 120;
    for (let sent = 2; sent < asked; sent++) live.send({ op: "ping" });
    // A hundred in a burst and the one that is owed for; then twenty a second.
    for (let heard = 2; heard <= 100; heard++) expect(await live.next()).toEqual({ op: "pong" });
    const other = await open();
    other.send({ op: "ping" });
    expect(await other.next()).toEqual({ op: "pong" });
    expect(live.unread()).toBe(0);
    clock.advance(1_000);
    for (let heard = 101; heard < asked; heard++) expect(await live.next()).toEqual({ op: "pong" });
    for (const { webSocket } of [live, other]) webSocket.terminate();
  });

  test("a connection has so many subscriptions, each id once, until one is given back", async () => {
    const live = await open();
    for (let id = 0; id < 40; id++) live.send(subscribe(id, "car-parks"));
    const answers = [];
    for (let index = 0; index < 40; index++) answers.push(await live.next());
    expect(answers.filter(({ seq }) => seq === 0)).toHaveLength(32);
    const refused = answers.filter(({ error }) => error?.code === "too-many-subscriptions");
    expect(refused).toHaveLength(8);
    live.send(subscribe(5, "car-parks"));
    expect((await live.next()).error.code).toBe("id-taken");
    live.send({ op: "unsubscribe", id: 5 });
    live.send(subscribe(5, "car-parks"));
    expect((await live.next()).seq).toBe(0);
    live.webSocket.terminate();
  });

  test("drones and trials are for those who may, and a suspension is seen at once", async () => {
    const visitor = await open();
    for (const topic of ["drones", "trials"]) {
      visitor.send(subscribe(1, topic));
      expect((await visitor.next()).error.code).toBe("not-permitted");
    }
    const live = await open(steward);
    live.send(subscribe(1, "trials"));
    expect((await live.next()).snapshot[0].state).toBe("activated");
    for (const [verb, state, body] of [
      ["suspend", "suspended", { reason: "wind" }],
      ["resume", "activated", {}],
    ] as const) {
      clock.advance(1_000);
      await steward.send("POST", `/v1/trials/demo-trial/${verb}`, {
        body,
        headers: { origin: hub.url },
      });
      expect((await live.next()).changes[0].state).toBe(state);
    }
    visitor.webSocket.terminate();
    live.webSocket.terminate();
  });

  test("[DC3] whoever signs out loses what was not public within fifteen seconds", async () => {
    const viewer = await hub.personOf("viewer");
    const live = await open(viewer);
    live.send(subscribe(1, "drones"));
    live.send(subscribe(2, "bays"));
    expect([(await live.next()).seq, (await live.next()).seq]).toEqual([0, 0]);
    await viewer.send("POST", "/v1/sign-out", { body: {}, headers: { origin: hub.url } });
    clock.advance(15_000);
    const { id, error } = await live.next();
    expect([id, error.code]).toEqual([1, "not-permitted"]);
    await report("0005", "free");
    expect((await live.next()).id).toBe(2);
    live.webSocket.terminate();
  });

  test("another site's page is refused, and so is any other path", async () => {
    const url = hub.url.replace("http", "ws");
    expect(await upgradeStatus(`${url}/live`, { origin: "https://elsewhere.invalid" })).toBe(403);
    expect(await upgradeStatus(`${url}/live`, { origin: "null" })).toBe(403);
    expect(await upgradeStatus(`${url}/live`, { "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await upgradeStatus(`${url}/live`, { origin: hub.url })).toBe(101);
    expect(await upgradeStatus(`${url}/constructor`)).toBe(404);
    expect(await upgradeStatus(`${url}/v1/me`)).toBe(404);
  });

  test("a message that is too large ends the connection", async () => {
    const live = await open();
    live.send("x".repeat(5_000));
    await live.closed();
  });

  test("a watcher that does not read is dropped", async () => {
    await vi.waitFor(async () => expect(await watcherCount()).toBe(0), { timeout: 5_000 });
    const live = await open(steward);
    live.send(subscribe(1, "drones"));
    await live.next();
    live.webSocket.pause();
    for (let sent = 0; sent < 2_000 && (await watcherCount()) > 0; sent += 50) {
      for (let index = 0; index < 50; index++) {
        hub.open.context.drones.setTelemetry(assetId("demo-drone"), largeTelemetry);
        clock.advance(50);
      }
    }
    expect(await watcherCount()).toBe(0);
    live.webSocket.terminate();
  });
});

const largeTelemetry = {
  op: "telemetry",
  phase: "grounded",
  armed: false,
  rung: "fly",
  lock: "x".repeat(60_000),
  commandAgeMs: null,
  batteryPct: null,
  signing: { state: "unsigned", refusedFrames: 0 },
  brakes: { state: "untested" },
  position: null,
  headingDeg: null,
  speedMps: null,
} as const;

/** The stream alone, of a city where there is nothing. */
async function openStream(identify: () => Promise<LiveWatcher>) {
  const own = createManualClock();
  const listen = vi.fn(() => () => {});
  const source = { snapshot: () => ok([]), listen };
  const sources = { bays: source, "car-parks": source, drones: source, trials: source };
  const live = createLiveServer({ clock: own, identify, sources });
  const server = createServer().on("upgrade", live.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  const close = (): void => {
    live.close();
    own.advance(1_000);
    server.close();
  };
  return { own, live, listen, close, watch: () => openJsonSocket(`ws://127.0.0.1:${port}`) };
}

test("[LV8] a watcher that vanished without a word is dropped, and one that is silent stays", async () => {
  const stream = await openStream(async () => ({ refusal: () => undefined }));
  const watchers = [await stream.watch(), await stream.watch()] as const;
  for (const watcher of watchers) {
    watcher.send(subscribe(1, "bays"));
    await watcher.next();
  }
  const [silent, vanished] = watchers;
  vanished.webSocket.pause();
  for (let pings = 1; pings <= 3; pings++) {
    const pinged = once(silent.webSocket, "ping");
    stream.own.advance(15_000);
    await pinged;
  }
  expect(stream.live.watcherCount()).toBe(2);
  for (let pings = 4; pings <= 10; pings++) {
    const pinged = once(silent.webSocket, "ping");
    stream.own.advance(15_000);
    await pinged;
    await vi.waitFor(() => expect(stream.live.watcherCount()).toBe(1));
  }
  for (const { webSocket } of watchers) webSocket.terminate();
  stream.close();
});

test("who leaves before it is known who asked is forgotten altogether", async () => {
  const asked: ((watcher: LiveWatcher) => void)[] = [];
  const stream = await openStream(() => new Promise((resolve) => asked.push(resolve)));
  const { own, live, listen } = stream;
  const socket = await stream.watch();
  for (let id = 0; id < 33; id++) socket.send(subscribe(id, "bays"));
  expect((await socket.next()).error.code).toBe("too-many-subscriptions");
  socket.webSocket.terminate();
  await vi.waitFor(() => expect(live.watcherCount()).toBe(0));
  asked[0]?.({ refusal: () => undefined });
  await new Promise((resolve) => setImmediate(resolve));
  own.advance(60_000);
  expect([asked.length, listen.mock.calls.length]).toEqual([1, 0]);
  stream.close();
});
