import { describe, expect, test } from "vitest";
import type { Uplink } from "./bay-sensor.ts";
import { type CityBay, type CityDay, type CityEvent, createCityDay } from "./city-day.ts";
import { faultShares, sensorFaultOf } from "./sensor-fault.ts";
import type { StreetLife } from "./street-life.ts";

const hourMs = 3_600_000;
const baysOf = (life: StreetLife, count: number): CityBay[] =>
  Array.from({ length: count }, (_, index) => ({
    bayId: `${life}-${index}`,
    deviceId: `sensor-${life}-${index}`,
    life,
  }));

function eventsUntil(day: CityDay, endMs: number): CityEvent[] {
  const events: CityEvent[] = [];
  for (let event = day.next(); event.atMs < endMs; event = day.next()) events.push(event);
  return events;
}

const uplinksIn = (events: readonly CityEvent[]) =>
  events.filter((event): event is CityEvent & Uplink => event.kind === "uplink");

/** Share of bays that are taken at the end of each hour, by the model's truth. */
function occupancyByHour(events: readonly CityEvent[], bayCount: number): number[] {
  const shares: number[] = [];
  let taken = 0;
  for (const event of events) {
    while (event.atMs >= (shares.length + 1) * hourMs) shares.push(taken / bayCount);
    if (event.kind === "arrival") taken++;
    if (event.kind === "departure") taken--;
  }
  return [...shares, taken / bayCount];
}

describe("a day of the city", () => {
  test("is the same for the same seed, and another for another", () => {
    const bays = [...baysOf("offices", 5), ...baysOf("night-life", 5)];
    const play = (seed: number) =>
      eventsUntil(createCityDay({ seed, bays, weekday: 2 }), 24 * hourMs);
    expect(play(7)).toEqual(play(7));
    expect(play(8)).not.toEqual(play(7));
  });

  test("of the first bays is the same however many more there are", () => {
    const bays = baysOf("night-life", 20);
    const [first] = bays;
    const of = (some: readonly CityBay[]) =>
      eventsUntil(createCityDay({ seed: 3, bays: some, weekday: 5 }), 12 * hourMs).filter(
        ({ bayId }) => bayId === first?.bayId,
      );
    expect(of(bays)).toEqual(of(bays.slice(0, 4)));
  });

  test("begins with every bay's state and goes on in order of time", () => {
    const day = createCityDay({ seed: 1, bays: baysOf("night-life", 40), weekday: 1 });
    const events = eventsUntil(day, 30 * hourMs);
    expect(new Set(uplinksIn(events.filter(({ atMs }) => atMs === 0))).size).toBe(40);
    const times = events.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("lets a vehicle come only where none stands, and leave when it said", () => {
    const events = eventsUntil(
      createCityDay({ seed: 4, bays: baysOf("offices", 30), weekday: 3 }),
      48 * hourMs,
    );
    const leavesAtMs = new Map<string, number>();
    let evaders = 0;
    let arrivals = 0;
    for (const event of events) {
      if (event.kind === "arrival") {
        expect(leavesAtMs.has(event.bayId)).toBe(false);
        leavesAtMs.set(event.bayId, event.leavesAtMs);
        arrivals++;
        evaders += event.paid ? 0 : 1;
      } else if (event.kind === "departure") {
        expect(event.atMs).toBe(leavesAtMs.get(event.bayId));
        leavesAtMs.delete(event.bayId);
      }
    }
    expect(evaders / arrivals).toBeGreaterThan(0.02);
    expect(evaders / arrivals).toBeLessThan(0.12);
  });

  // Bounds that hold for every seed with room to spare; the last hour is from 23 to 24.
  test.each([
    ["offices", 2, 4, 0.15, 0.45],
    ["offices", 2, 10, 0.85, 1],
    ["offices", 7, 10, 0.15, 0.5],
    ["night-life", 2, 4, 0.45, 0.75],
    ["night-life", 2, 21, 0.8, 1],
    ["night-life", 6, 22, 0.85, 1],
  ] as const)("%s on weekday %d at %d:00 are %d to %d full", (life, weekday, hour, low, high) => {
    const day = createCityDay({ seed: 11, bays: baysOf(life, 150), weekday });
    const share = occupancyByHour(eventsUntil(day, hour * hourMs), 150)[hour - 1];
    expect(share).toBeGreaterThan(low);
    expect(share).toBeLessThanOrEqual(high);
  });

  test("of 1,200 bays shows a change every ten seconds or sooner, in the small hours too", () => {
    const bays = [...baysOf("offices", 400), ...baysOf("night-life", 800)];
    const shown = new Map<string, string>();
    const changes = [0, 0, 0, 0, 0];
    const day = createCityDay({ seed: 2, bays, weekday: 1 });
    for (const { bayId, state, atMs } of uplinksIn(eventsUntil(day, 5 * hourMs))) {
      if (shown.get(bayId) !== state && atMs > 0) {
        const hour = Math.floor(atMs / hourMs);
        changes[hour] = (changes[hour] ?? 0) + 1;
      }
      shown.set(bayId, state);
    }
    for (const count of changes) expect(count).toBeGreaterThan(360);
  });
});

test("as many sensors are faulty as is said, of every kind, and the seed tells which", () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `demo-sensor-${index}`);
  const faults = names.map((name) => sensorFaultOf(name, 5));
  for (const [kind, share] of Object.entries(faultShares)) {
    const count = faults.filter((fault) => fault.kind === kind).length;
    // Three standard deviations of a count with that mean.
    expect(Math.abs(count - 10_000 * share), kind).toBeLessThan(3 * Math.sqrt(10_000 * share));
  }
  expect(names.map((name) => sensorFaultOf(name, 5))).toEqual(faults);
  expect(names.map((name) => sensorFaultOf(name, 6))).not.toEqual(faults);
});

test("many stay a few minutes and few stay all day", () => {
  const events = eventsUntil(
    createCityDay({ seed: 6, bays: baysOf("offices", 300), weekday: 2 }),
    24 * hourMs,
  );
  const stays = events
    .filter((event) => event.kind === "arrival")
    .map(({ atMs, leavesAtMs }) => leavesAtMs - atMs)
    .sort((a, b) => a - b);
  expect(stays[stays.length >> 1]).toBeLessThan(1.2 * hourMs);
  const shareOf = (isSo: (stayMs: number) => boolean) => stays.filter(isSo).length / stays.length;
  expect(shareOf((stayMs) => stayMs < 0.5 * hourMs)).toBeGreaterThan(0.25);
  expect(shareOf((stayMs) => stayMs > 6 * hourMs)).toBeGreaterThan(0.1);
  expect(shareOf((stayMs) => stayMs > 6 * hourMs)).toBeLessThan(0.35);
});
