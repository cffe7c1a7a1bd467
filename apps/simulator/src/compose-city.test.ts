import type { ReportBody } from "@pista/contracts";
import { type Clock, epochMs, parseRfc3339 } from "@pista/kernel";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { composeCity, type Running } from "./compose.ts";
import { systemClock } from "./system-clock.ts";
import { openTinyHub, type TinyHub } from "./testing/tiny-hub.ts";

const devices = Array.from({ length: 24 }, (_, index) => ({
  bayId: `demo-bay-${index}`,
  deviceId: `demo-sensor-${index}`,
  key: "secret",
  life: "night-life" as const,
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
  const options = { hubUrl: hub.url, devices, seed: 1, speedFactor, firstPauseMs: 20 };
  city = composeCity(options, { clock, log });
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
