import type { ReportBody } from "@pista/contracts";
import { parseRfc3339 } from "@pista/kernel";
import { demonstrationBays } from "@pista/simulation";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { composeCity, type Running } from "./compose.ts";
import { systemClock } from "./system-clock.ts";
import { openTinyHub, type TinyHub } from "./testing/tiny-hub.ts";

const devices = demonstrationBays.map(({ bayId, deviceId }) => ({
  bayId,
  deviceId,
  key: "secret",
}));
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
  const options = { hubUrl: hub.url, devices, seed: 1, speedFactor, firstPauseMs: 20 };
  city = composeCity(options, { clock: systemClock, log });
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
    expect(parseRfc3339(report.observedAt)).toBeGreaterThan(systemClock.nowMs() - 60_000);
    expect(report).toMatchObject({ counter: 1, batteryPct: 100 });
    expect(report.epoch).toBeGreaterThan(1_700_000_000);
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
    expect([...new Set(counters)]).toEqual(Array.from(new Set(counters), (_, index) => index + 1));
  }
});

test("a street whose hub is away ends cleanly", async () => {
  start(100);
  hub.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await city?.close();
  city = undefined;
});
