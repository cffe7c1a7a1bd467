import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "./random.ts";

const draws = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.next());
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe("seeded chance", () => {
  test("the same seed gives the same run", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(draws(createRandom(seed), 20)).toEqual(draws(createRandom(seed), 20));
      }),
    );
  });

  test("its first numbers never change: a seed that failed is kept for ever", () => {
    const random = createRandom(42);
    expect(draws(random, 3).map((value) => Math.floor(value * 2 ** 32))).toMatchInlineSnapshot(`
      [
        1245691057,
        2020301733,
        1300434193,
      ]
    `);
  });

  test.each([
    [1, 2],
    [1, 1 + 2 ** 32],
    [1 + 2 ** 32, 1 + 2 ** 33],
    [0, -1],
  ])("seeds %d and %d are different runs", (a, b) => {
    expect(draws(createRandom(a), 4)).not.toEqual(draws(createRandom(b), 4));
  });

  test("it is uniform, within what ten thousand draws may show", () => {
    const values = draws(createRandom(7), 10_000);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.02);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of values) {
      expect(value >= 0 && value < 1).toBe(true);
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test("neighbouring draws and neighbouring seeds know nothing of one another", () => {
    const values = draws(createRandom(3), 10_000);
    const pairs = values
      .slice(1)
      .map((value, index) => (value - 0.5) * ((values[index] ?? 0) - 0.5));
    expect(Math.abs(mean(pairs))).toBeLessThan(0.005);
    const firsts = Array.from({ length: 2_000 }, (_, seed) => createRandom(seed).next());
    expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(0.03);
  });

  test("whole numbers, spans, odds and the bell are what they say", () => {
    const random = createRandom(5);
    const dice = new Set(Array.from({ length: 500 }, () => random.integer(6)));
    expect([...dice].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const spans = Array.from({ length: 500 }, () => random.between(-3, -1));
    expect(spans.every((value) => value >= -3 && value < -1)).toBe(true);
    const odds = Array.from({ length: 5_000 }, () => (random.chance(0.2) ? 1 : 0));
    expect(Math.abs(mean(odds) - 0.2)).toBeLessThan(0.03);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
    const bell = Array.from({ length: 10_000 }, () => random.normal(10, 2));
    const spread = Math.sqrt(mean(bell.map((value) => (value - mean(bell)) ** 2)));
    expect(Math.abs(mean(bell) - 10)).toBeLessThan(0.1);
    expect(Math.abs(spread - 2)).toBeLessThan(0.1);
  });

  test("a fork is a run of its own: what it draws shifts nobody else", () => {
    const forked = (drawn: number): number[] => {
      const parent = createRandom(9);
      draws(parent.fork(), drawn);
      return draws(parent, 5);
    };
    expect(forked(0)).toEqual(forked(1_000));
    const parent = createRandom(9);
    expect(draws(parent.fork(), 5)).not.toEqual(draws(parent.fork(), 5));
  });
});
