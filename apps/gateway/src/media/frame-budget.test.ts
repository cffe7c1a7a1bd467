import { expect, test } from "vitest";
import { createFrameBudget } from "./frame-budget.ts";

/** How many of `count` frames pass when they come evenly over `overMs`. */
function passed(lane: "sticks" | "stop", count: number, overMs: number): number {
  const budget = createFrameBudget(0);
  let through = 0;
  for (let frame = 0; frame < count; frame++) {
    if (budget(lane, (frame * overMs) / count)) through += 1;
  }
  return through;
}

test("[LG4] a pilot at 50 Hz on every lane never meets the limit", () => {
  expect(passed("sticks", 1_000, 10_000)).toBe(1_000);
});

test("a flood of sticks is cut to 150 frames a second beside one burst", () => {
  expect(passed("sticks", 20_000, 10_000)).toBeGreaterThan(1_500);
  expect(passed("sticks", 20_000, 10_000)).toBeLessThanOrEqual(1_600);
});

test("[LG4] a flood on one lane starves neither a stop nor a command", () => {
  const budget = createFrameBudget(0);
  for (let frame = 0; frame < 10_000; frame++) budget("sticks", 0);
  expect(budget("sticks", 0)).toBe(false);
  expect(budget("stop", 0)).toBe(true);
  expect(budget("commands", 0)).toBe(true);
});
