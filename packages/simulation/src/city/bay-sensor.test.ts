import { createRandom, defined } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  type BaySensor,
  createBaySensor,
  type Restart,
  signOfLifeMs,
  type Uplink,
  uplinkMishaps,
} from "./bay-sensor.ts";
import { type SensorFault, sensorFaultOf } from "./sensor-fault.ts";

const hourMs = 3_600_000;

/** The first sensor of some thousand names that has this fault. */
function sensorWith(kind: SensorFault["kind"]): BaySensor {
  const names = Array.from({ length: 5_000 }, (_, index) => `sensor-${index}`);
  const fault = names.map((name) => sensorFaultOf(name, 1)).find((one) => one.kind === kind);
  return createBaySensor(createRandom(7), { fault: defined(fault, kind), first: "free" });
}

/** Under a bay that changes every ten hours, until so long after midnight. */
function heard(sensor: BaySensor, endMs: number): (Restart | Uplink)[] {
  const events: (Restart | Uplink)[] = [...sensor.wake()];
  let changesAtMs = 10 * hourMs;
  let state: Uplink["state"] = "free";
  while (Math.min(changesAtMs, sensor.wakesAtMs) < endMs) {
    if (sensor.wakesAtMs <= changesAtMs) {
      events.push(...sensor.wake());
      continue;
    }
    state = state === "free" ? "occupied" : "free";
    events.push(...sensor.see(changesAtMs, state));
    changesAtMs += 10 * hourMs;
  }
  return events;
}

const uplinksOf = (sensor: BaySensor, endMs: number): Uplink[] =>
  heard(sensor, endMs).filter((event): event is Uplink => event.kind === "uplink");

function longestSilenceMs(uplinks: readonly Uplink[]): number {
  const gaps = uplinks.slice(1).map(({ atMs }, index) => atMs - (uplinks[index]?.atMs ?? 0));
  return Math.max(...gaps);
}

const changesOf = (uplinks: readonly Uplink[]): number =>
  uplinks.filter(({ state }, index) => index > 0 && state !== uplinks[index - 1]?.state).length;

describe("a simulated bay sensor", () => {
  test("that is sound tells every change and gives signs of life", () => {
    const uplinks = uplinksOf(sensorWith("none"), 55 * hourMs);
    expect(changesOf(uplinks)).toBe(5);
    expect(longestSilenceMs(uplinks)).toBeLessThan(1.06 * signOfLifeMs);
    expect(uplinks.every(({ clockErrorMs }) => clockErrorMs === 0)).toBe(true);
  });

  test("duplicates, delays and restarts as often as is said", () => {
    const events = heard(sensorWith("none"), 2_000 * 24 * hourMs);
    const uplinks = events.filter((event): event is Uplink => event.kind === "uplink");
    const shareOf = (count: number): number => count / uplinks.length;
    expect(shareOf(uplinks.filter(({ copies }) => copies > 1).length)).toBeCloseTo(
      uplinkMishaps.duplicate,
      2,
    );
    const late = uplinks.filter(({ delayMs }) => delayMs > 0);
    expect(shareOf(late.length)).toBeCloseTo(uplinkMishaps.late, 2);
    expect(late.every(({ delayMs }) => delayMs >= 120_000 && delayMs <= 2_400_000)).toBe(true);
    expect(shareOf(events.length - uplinks.length)).toBeCloseTo(uplinkMishaps.restart, 3);
  });

  test("empties its battery and never fills it", () => {
    const charges = uplinksOf(sensorWith("none"), 400 * 24 * hourMs).map(
      ({ batteryPct }) => batteryPct,
    );
    expect(charges).toEqual(charges.toSorted((a, b) => b - a));
    expect(charges.at(-1)).toBeLessThan((charges[0] ?? 0) - 20);
    expect(charges.at(-1)).toBeGreaterThanOrEqual(0);
  });

  test("[BS2] that falls silent does so for hours, and is heard again", () => {
    const uplinks = uplinksOf(sensorWith("silent"), 96 * hourMs);
    expect(longestSilenceMs(uplinks)).toBeGreaterThan(2 * hourMs);
    expect(longestSilenceMs(uplinks)).toBeLessThan(9 * hourMs);
    expect(uplinks.at(-1)?.atMs).toBeGreaterThan(80 * hourMs);
  });

  test("that is stuck never changes its word", () => {
    const uplinks = uplinksOf(sensorWith("stuck"), 96 * hourMs);
    expect(changesOf(uplinks)).toBe(0);
    expect(uplinks.length).toBeGreaterThan(200);
  });

  test("that flaps tells changes that nobody made", () => {
    expect(changesOf(uplinksOf(sensorWith("flapping"), 24 * hourMs))).toBeGreaterThan(200);
  });

  test("[IN3] whose clock is wrong is so by hours, ahead or behind", () => {
    for (const [kind, sign] of [
      ["clock-ahead", 1],
      ["clock-behind", -1],
    ] as const) {
      const errors = new Set(
        uplinksOf(sensorWith(kind), 24 * hourMs).map((uplink) => uplink.clockErrorMs),
      );
      expect(errors.size).toBe(1);
      for (const errorMs of errors) expect(errorMs * sign).toBeGreaterThanOrEqual(hourMs);
    }
  });

  test("[IN3] whose clock drifts is wrong more and more", () => {
    const drifting = uplinksOf(sensorWith("clock-drifting"), 24 * hourMs);
    expect(drifting[0]?.clockErrorMs).toBeCloseTo(0);
    expect(Math.abs(drifting.at(-1)?.clockErrorMs ?? 0)).toBeGreaterThan(40_000);
  });

  test.each<[SensorFault["kind"], number, (uplink: Uplink) => boolean]>([
    ["repeating", 0.5, ({ copies }) => copies === 2],
    ["late", 0.5, ({ delayMs }) => delayMs >= 120_000],
    ["garbled", 0.3, ({ wholeness }) => wholeness < 1],
  ])("that is %s is so with a share of %d of its messages", (kind, share, isSo) => {
    const uplinks = uplinksOf(sensorWith(kind), 60 * 24 * hourMs);
    expect(uplinks.filter(isSo).length / uplinks.length).toBeCloseTo(share, 1);
    const sound = uplinksOf(sensorWith("none"), 60 * 24 * hourMs);
    expect(sound.filter(isSo).length / sound.length).toBeLessThan(0.05);
  });

  test("[IN2] that restarts does so every few messages", () => {
    const events = heard(sensorWith("restarting"), 30 * 24 * hourMs);
    const restarts = events.filter(({ kind }) => kind === "restart").length;
    expect(restarts / (events.length - restarts)).toBeCloseTo(0.2, 1);
  });
});
