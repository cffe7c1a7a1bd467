import { expect } from "vitest";
import { until } from "../apps/gateway/src/testing/until.ts";
import type { HubSite, Recorded } from "./hub-site.ts";
import type { Sample } from "./radio-tap.ts";

/** What happened from the death on. */
export type Death = {
  readonly walls: HubSite["walls"];
  readonly atMs: number;
  readonly levelMps: number;
  readonly samples: readonly Sample[];
  readonly said: readonly { readonly text: string; readonly atMs: number }[];
  readonly record: readonly Recorded[];
};

/** Faster than what the hall's air does to a vehicle that holds its place. */
const movingMps = 0.3;

export const patienceMs = 60_000;

type Killing = {
  readonly fly: () => Promise<unknown>;
  readonly kill: () => void;
  /** What must be alive again before the record is complete. */
  readonly after?: () => Promise<unknown>;
};

/** Flies, kills, and waits for the ground. */
export async function dieInFlight(site: HubSite, { fly, kill, after }: Killing): Promise<Death> {
  await fly();
  const { walls, tap } = site;
  const levelMps = tap.newest?.levelMps ?? 0;
  const at = new Date().toISOString();
  const atMs = performance.now();
  kill();
  await until("the ground", () => tap.landed && !tap.armed, patienceMs);
  await after?.();
  const isLater = (one: { readonly atMs: number }): boolean => one.atMs >= atMs;
  return {
    ...{ walls, atMs, levelMps },
    samples: tap.samples.filter(isLater),
    said: tap.said.filter(isLater),
    record: await site.recordSince(at),
  };
}

/** [LG6] [LG10] It was under way, stopped in time, and did not leave the fence on its way down. */
export function expectSafeEnd(death: Death, stillWithinMs: number): void {
  const { walls, samples, levelMps } = death;
  // Half a metre a second is the most of a lease without a camera.
  expect(levelMps).toBeGreaterThan(0.35);
  expect(samples.length).toBeGreaterThan(100);
  const outside = samples.filter(
    ({ eastM, northM, upM }) =>
      eastM < walls.westM ||
      eastM > walls.eastM ||
      northM < walls.southM ||
      northM > walls.northM ||
      upM > walls.topM,
  );
  // The first of them is enough to read.
  expect(outside.slice(0, 1)).toEqual([]);
  expect(stillAfterMs(death)).toBeLessThan(stillWithinMs);
  expect(samples.at(-1)?.upM).toBeLessThan(0.1);
}

/** When it moved for the last time. */
export const stillAfterMs = ({ samples, atMs }: Death): number =>
  (samples.findLast(({ levelMps }) => levelMps > movingMps)?.atMs ?? atMs) - atMs;

/** The kinds and causes of these kinds, in their order. */
export const story = (record: readonly Recorded[], kinds: readonly string[]): string[] =>
  record
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, to, cause }) => [kind, to, cause].filter((part) => part).join(" "));

export function expectInOrder(told: readonly string[], expected: readonly string[]): void {
  const places = expected.map((start) => told.findIndex((line) => line.startsWith(start)));
  expect(places, told.join("; ")).not.toContain(-1);
  expect(places, told.join("; ")).toEqual([...places].sort((a, b) => a - b));
}
