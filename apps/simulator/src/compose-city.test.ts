import type { ReportBody } from "@pista/contracts";
import { type Clock, epochMs, parseRfc3339 } from "@pista/kernel";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DeviceKey } from "./city/device-keys.ts";
import type { Running } from "./compose.ts";
import { composeCity } from "./compose-city.ts";
import { systemClock } from "./system-clock.ts";
import { openHookListener } from "./testing/hook-listener.ts";
import { openTinyHub, type TinyHub } from "./testing/tiny-hub.ts";

const devices: DeviceKey[] = Array.from({ length: 24 }, (_, index) => ({
  bayId: `demo-bay-${index}`,
  deviceId: `demo-sensor-${index}`,
  key: "secret",
  life: "night-life",
  door: "report",
}));
// A Friday at nine in the evening, so that every run of the test plays the same hour.
const aheadMs = Date.parse("2026-11-20T20:00:00Z") - systemClock.nowMs();
const clock: Clock = { ...systemClock, nowMs: () => epochMs(systemClock.nowMs() + aheadMs) };
const log = pino({ level: "silent" });

let hub: TinyHub;
let city: Running | undefined;

beforeEach(async () => {
  hub = await openTinyHub();
});

afterEach(async () => {
  await city?.close();
  hub.close();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + 8_000;
  while (!holds()) {
    if (performance.now() > giveUpAtMs) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function start(speedFactor: number): void {
  const keys = { devices, hook: undefined };
  const options = { hubUrl: hub.url, webUrl: undefined, keys, seed: 1, speedFactor };
  city = composeCity({ ...options, firstPauseMs: 20 }, { clock, log });
}

// Our own sensors wrote it; the test below looks at every field that the contract names.
const reports = (): ReportBody[] =>
  hub.published.map(({ payload }) => JSON.parse(payload) as ReportBody);

test("every bay reports its state at once, each by its own sensor", async () => {
  start(1);
  await until("24 reports", () => hub.published.length >= 24);
  const topics = new Set(hub.published.map(({ topic }) => topic));
  expect(topics).toEqual(new Set(devices.map(({ deviceId }) => `pista/v1/${deviceId}/report`)));
  for (const report of reports()) {
    expect(["free", "occupied"]).toContain(report.state);
    expect(parseRfc3339(report.observedAt)).toBeGreaterThan(0);
    expect(report.counter).toBe(1);
    expect(report.epoch).toBeGreaterThanOrEqual(
      Math.floor(Date.parse("2026-11-20T20:00:00Z") / 1_000),
    );
    expect(Object.keys(report).sort()).toEqual(
      ["batteryPct", "counter", "epoch", "observedAt", "rssiDbm", "state", "temperatureC"].sort(),
    );
  }
});

test("[IN2] what the hub did not acknowledge comes again, in order, and nothing is skipped", async () => {
  hub.publishReason = undefined;
  start(100);
  await until("unanswered reports", () => hub.published.length >= 24);
  for (const socket of hub.sockets) socket.destroy();
  hub.publishReason = 0;
  await until("later reports", () => reports().some(({ counter }) => counter >= 3));
  const countersOf = new Map<string, number[]>();
  for (const { topic, payload } of hub.published) {
    const { counter } = JSON.parse(payload);
    countersOf.set(topic, [...(countersOf.get(topic) ?? []), counter]);
  }
  for (const counters of countersOf.values()) {
    expect(counters.slice(0, 2)).toEqual([1, 1]);
    // Late ones may be overtaken; none is missing.
    const known = [...new Set(counters)].sort((a, b) => a - b);
    expect(known).toEqual(Array.from(known, (_, index) => index + 1));
  }
});

test("a street whose hub is away ends cleanly", async () => {
  start(100);
  hub.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await city?.close();
  city = undefined;
});

test("what a network server hears is posted to its own hook, with the trial's secret", async () => {
  const listener = await openHookListener();
  const heard = devices.map((device, index): DeviceKey => {
    const devEui = `02504953544100${(16 + index).toString(16)}`;
    if (index >= 16) return { ...device, door: "raw" };
    return { ...device, door: index < 8 ? "tts" : "chirpstack", devEui };
  });
  const keys = { devices: heard, hook: { trialId: "demo-trial", secret: "hush" } };
  const options = { hubUrl: hub.url, webUrl: listener.url, keys, seed: 1, speedFactor: 1 };
  city = composeCity(options, { clock, log });
  await until("16 uplinks", () => listener.posts.length >= 16);
  await until("8 payloads", () => hub.published.length >= 8);
  expect(new Set(listener.posts.map(({ authorization }) => authorization))).toEqual(
    new Set(["Bearer hush"]),
  );
  const from = (path: string) => listener.posts.filter((post) => post.path === path);
  const euisOf = (door: string) =>
    heard.flatMap((device) => ("devEui" in device && device.door === door ? device.devEui : []));
  const tts = from("/hooks/tts/demo-trial").map(({ json }) => json.end_device_ids.dev_eui);
  expect(tts.map((eui: string) => eui.toLowerCase()).sort()).toEqual(euisOf("tts"));
  const chirpstack = from("/hooks/chirpstack/demo-trial?event=up");
  expect(chirpstack.map(({ json }) => json.deviceInfo.devEui).sort()).toEqual(euisOf("chirpstack"));
  for (const { topic, payload } of hub.published) {
    expect(topic).toMatch(/^pista\/v1\/demo-sensor-\d+\/raw$/);
    expect(Buffer.from(payload, "latin1")).toHaveLength(8);
  }
  await city.close();
  city = undefined;
  listener.close();
});

test("sensors that a network server hears need to know where the hub is, and its secret", () => {
  const device: DeviceKey = {
    ...{ deviceId: "s", bayId: "b", key: "k", life: "offices" },
    ...{ door: "tts", devEui: "0250495354410001" },
  };
  const hook = { trialId: "demo-trial", secret: "hush" };
  const compose = (webUrl: string | undefined, known: typeof hook | undefined) => () =>
    composeCity(
      {
        ...{ hubUrl: hub.url, webUrl, seed: 1, speedFactor: 1 },
        keys: { devices: [device], hook: known },
      },
      { clock, log },
    );
  expect(compose(undefined, hook)).toThrow("--web");
  expect(compose("http://127.0.0.1:1", undefined)).toThrow("secret");
});

test("[IN3] the faster the city lives, the moment of a report stays the real one", async () => {
  start(100);
  // The sound ones' second reports: by the city's own time they are many minutes later.
  const seconds = () => reports().filter(({ counter }) => counter === 2);
  await until("second reports", () => seconds().length >= 12);
  const nowMs = clock.nowMs();
  const believable = seconds().filter(({ observedAt }) => {
    const ageMs = nowMs - (parseRfc3339(observedAt) ?? 0);
    return ageMs >= 0 && ageMs < 60_000;
  });
  expect(believable.length / seconds().length).toBeGreaterThan(0.8);
});
