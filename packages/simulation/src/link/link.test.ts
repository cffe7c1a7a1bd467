import { createRandom } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createSimulatedLink, type Delivery, type LinkProfile, perfectLink } from "./link.ts";

/** Sends a number every 20 ms and tells what arrived when. */
function carry(
  profile: Partial<LinkProfile>,
  options: { count?: number; reliable?: boolean } = {},
) {
  const link = createSimulatedLink<number>({
    random: createRandom(1),
    profile: { ...perfectLink, ...profile },
    loss: options.reliable ? "repeated" : "lost",
  });
  const { count = 500 } = options;
  const arrived: Delivery<number>[] = [];
  for (let sent = 0; sent < count; sent++) {
    link.send(sent * 20, sent);
    arrived.push(...link.deliverUntil(sent * 20));
  }
  arrived.push(...link.deliverUntil(Number.MAX_VALUE));
  const ages = arrived.map(({ atMs, payload }) => atMs - payload * 20);
  return { link, arrived, ages };
}

describe("the simulated link", () => {
  test("carries everything at once when nothing is wrong, and each packet once", () => {
    const { link, arrived, ages } = carry({});
    expect(arrived.map(({ payload }) => payload)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(Math.max(...ages)).toBe(0);
    expect(link.deliverUntil(Number.MAX_VALUE)).toEqual([]);
  });

  test("hands out what has arrived, and says when the next does", () => {
    const link = createSimulatedLink<string>({
      random: createRandom(1),
      profile: { ...perfectLink, delayMs: 55 },
    });
    link.send(0, "a");
    link.send(20, "b");
    expect(link.nextMs).toBe(55);
    expect(link.deliverUntil(54)).toEqual([]);
    expect(link.deliverUntil(60)).toEqual([{ atMs: 55, payload: "a" }]);
    expect(link.nextMs).toBe(75);
  });

  test("adds delay and one-sided jitter", () => {
    const { ages } = carry({ delayMs: 55, jitterMs: 10, reorders: true }, { count: 5_000 });
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(55);
    const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
    expect(mean).toBeGreaterThan(64);
    expect(mean).toBeLessThan(66);
  });

  test("lets packets overtake one another only where it reorders", () => {
    const isOrdered = (numbers: number[]): boolean =>
      numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
    const order = (reorders: boolean): number[] =>
      carry({ delayMs: 20, jitterMs: 40, reorders }).arrived.map(({ payload }) => payload);
    expect(isOrdered(order(true))).toBe(false);
    expect(isOrdered(order(false))).toBe(true);
  });

  test("loses the share that it should, alone and in runs", () => {
    const alone = carry({ lossShare: 0.03 }, { count: 20_000 }).link.counters;
    expect(alone.lost / alone.sent).toBeCloseTo(0.03, 2);
    const runs = carry({ burst: { beginShare: 0.01, meanPackets: 9 } }, { count: 20_000 });
    const gaps = runs.arrived.map(
      ({ payload }, index) => payload - (runs.arrived[index - 1]?.payload ?? -1) - 1,
    );
    expect(Math.max(...gaps)).toBeGreaterThan(15);
  });

  test("is dark in a blackout and slow in a surge", () => {
    const { arrived } = carry({
      blackouts: [{ fromMs: 1_000, toMs: 2_000 }],
      surges: [{ fromMs: 3_000, toMs: 4_000, addedMs: 300 }],
    });
    expect(arrived.filter(({ payload }) => payload >= 50 && payload < 100)).toEqual([]);
    const during = arrived.find(({ payload }) => payload === 160);
    expect(during?.atMs).toBe(160 * 20 + 300);
  });

  test("a reliable lane loses nothing, keeps the order and pays in time", () => {
    const { arrived, ages } = carry(
      { delayMs: 50, lossShare: 0.1, blackouts: [{ fromMs: 1_000, toMs: 2_000 }] },
      { reliable: true },
    );
    expect(arrived.map(({ payload }) => payload)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(Math.max(...ages)).toBeGreaterThan(1_000);
  });

  test("is the same for the same seed", () => {
    const profile = { delayMs: 50, jitterMs: 20, lossShare: 0.1, reorders: true };
    expect(carry(profile).arrived).toEqual(carry(profile).arrived);
  });
});
