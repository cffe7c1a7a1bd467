import { type EpochMs, epochMs, type Weekday } from "@pista/kernel";
import {
  applyReport,
  type BayDay,
  type BayEvidence,
  type BayId,
  dateReport,
  type SensorFault as FoundFault,
  faultsAt,
  judgeZone,
  type SensorReading,
  silenceMsMax,
  bayId as toBayId,
} from "@pista/parking";
import { expect, test } from "vitest";
import { type CityEvent, createCityDay } from "./city-day.ts";
import { type SensorFault, sensorFaultOf } from "./sensor-fault.ts";
import { type StreetLife, streetLives } from "./street-life.ts";

/** Measures the thresholds that packages/parking/SPEC.md names; run alone, the long form prints them. */
const isLong = process.env.PISTA_TEST_LONG !== undefined;
const seeds = Array.from({ length: isLong ? 10 : 1 }, (_, index) => index + 1);
const zoneCount = 10;
const baysInZone = 20;

const dayMs = 24 * 3_600_000;
const midnightMs = Date.parse("2026-11-22T23:00:00Z");
const on = (atMs: number): EpochMs => epochMs(Math.round(midnightMs + atMs));
const networkMs = 400;

/** What each bay's sensor had the hub know in a day, in the order of receipt. */
function receivedIn(seed: number, life: StreetLife, weekday: Weekday) {
  const bays = Array.from({ length: zoneCount * baysInZone }, (_, index) => ({
    bayId: `bay-${index}`,
    deviceId: `sensor-${index}`,
    life,
  }));
  const day = createCityDay({ seed, bays, weekday });
  const faults = new Map(
    bays.map((bay) => [toBayId(bay.bayId), sensorFaultOf(bay.deviceId, seed)]),
  );
  const sensors = new Map(
    [...faults.keys()].map((bayId) => [
      bayId,
      { epoch: 0, counter: 0, received: [] as SensorReading[] },
    ]),
  );
  for (let event: CityEvent = day.next(); event.atMs < dayMs; event = day.next()) {
    const sensor = sensors.get(event.bayId);
    if (!sensor || (event.kind !== "restart" && event.kind !== "uplink")) continue;
    sensor.counter = event.kind === "restart" ? 0 : sensor.counter + 1;
    if (event.kind === "restart") sensor.epoch++;
    if (event.kind !== "uplink") continue;
    const { state, atMs, clockErrorMs, delayMs } = event;
    const receivedAtMs = on(atMs + delayMs + networkMs);
    const dated = dateReport({ observedAtMs: on(atMs + clockErrorMs), receivedAtMs });
    const { epoch, counter } = sensor;
    sensor.received.push({ state, epoch, counter, receivedAtMs, ...dated });
  }
  const received = new Map(
    [...sensors].map(([bayId, sensor]) => [
      bayId,
      sensor.received.sort((a, b) => a.receivedAtMs - b.receivedAtMs),
    ]),
  );
  return { faults, received };
}

/** What was found of a sensor at every fifth minute of the day. */
function foundIn(received: readonly SensorReading[]): readonly FoundFault["kind"][] {
  const found: FoundFault["kind"][] = [];
  let evidence: BayEvidence | undefined;
  let read = 0;
  for (let atMs = 3_600_000; atMs < dayMs; atMs += 300_000) {
    for (; ; read++) {
      const report = received[read];
      if (!report || report.receivedAtMs > on(atMs)) break;
      evidence = applyReport(evidence, report);
    }
    found.push(...faultsAt(evidence, on(atMs)).map(({ kind }) => kind));
  }
  return found;
}

function dayOf(bayId: BayId, received: readonly SensorReading[]): BayDay {
  const readings = received.toSorted((a, b) => a.observedAtMs - b.observedAtMs);
  let changes = 0;
  let heardMs = 0;
  readings.forEach((reading, index) => {
    const next = readings[index + 1];
    if (next && next.state !== reading.state) changes++;
    heardMs += Math.min(silenceMsMax, (next?.observedAtMs ?? on(dayMs)) - reading.observedAtMs);
  });
  return { bayId, changes, heardMs };
}

/** Days of sensors by what is really wrong with them, and on how many what was found. */
type Tally = Map<string, { days: number; found: Map<string, number>; flappingShare: number }>;

function tally(into: Tally, truth: SensorFault, found: readonly string[]): void {
  const entry = into.get(truth.kind) ?? { days: 0, found: new Map(), flappingShare: 0 };
  entry.days++;
  for (const kind of new Set(found)) entry.found.set(kind, (entry.found.get(kind) ?? 0) + 1);
  entry.flappingShare += found.filter((kind) => kind === "flapping").length / (23 * 12);
  into.set(truth.kind, entry);
}

function measure(life: StreetLife, days: readonly Weekday[]): Tally {
  const tallied: Tally = new Map();
  for (const seed of seeds) {
    for (const weekday of days) {
      const { faults, received } = receivedIn(seed * 10 + weekday, life, weekday);
      const bays = [...received];
      for (let first = 0; first < bays.length; first += baysInZone) {
        const zone = bays.slice(first, first + baysInZone);
        const contradicting = judgeZone(zone.map(([bayId, list]) => dayOf(bayId, list)));
        for (const [bayId, list] of zone) {
          const truth = faults.get(bayId) ?? { kind: "none" };
          const stuck = contradicting.has(bayId) ? ["stuck"] : [];
          tally(tallied, truth, [...foundIn(list), ...stuck]);
        }
      }
    }
  }
  return tallied;
}

const shareOf = (tallied: Tally, truth: string, kind: string): number => {
  const entry = tallied.get(truth);
  return entry ? (entry.found.get(kind) ?? 0) / entry.days : Number.NaN;
};

test.each(streetLives)(
  "[BS4] sensors of a street of %s are judged as the model made them",
  (life) => {
    const week = measure(life, isLong ? [1, 2, 3, 4, 5, 6, 7] : [2, 7]);
    // biome-ignore lint/suspicious/noConsole: The long form is a measurement, and these its figures.
    if (isLong) console.info(life, "all week", week);
    // A bay that really turns over six times in half an hour comes once in hundreds of days.
    expect(shareOf(week, "none", "flapping")).toBeLessThan(0.01);
    expect(shareOf(week, "none", "stuck")).toBeLessThan(0.002);
    expect(shareOf(week, "none", "clock-behind")).toBe(0);
    expect(shareOf(week, "none", "clock-ahead")).toBe(0);
    expect(shareOf(week, "flapping", "flapping")).toBe(1);
    expect(shareOf(week, "clock-behind", "clock-behind")).toBe(1);
    expect(shareOf(week, "silent", "silent")).toBeGreaterThan(0.9);
    // Its last word before a silence may have been a late one, which looks like a wrong clock.
    expect(shareOf(week, "silent", "clock-behind")).toBeLessThan(0.01);
  },
);

test.each(streetLives)("[BS4] on a workday the stuck sensors of %s are found", (life) => {
  const workdays = measure(life, isLong ? [1, 2, 3, 4, 5] : [1, 3, 5]);
  // biome-ignore lint/suspicious/noConsole: The long form is a measurement, and these its figures.
  if (isLong) console.info(life, "workdays", workdays);
  // A vehicle that stays all day beside neighbours that turn over looks the same.
  expect(shareOf(workdays, "none", "stuck")).toBeLessThan(0.001);
  expect(shareOf(workdays, "stuck", "stuck")).toBeGreaterThan(0.95);
});
