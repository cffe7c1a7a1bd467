import { expect, test } from "vitest";
import { RepeatedTrouble } from "./repeated-trouble.ts";

const minuteMs = 60_000;

test("the first is told at once, then one a minute with how many were left out, and its end once", () => {
  const trouble = new RepeatedTrouble("well");
  const told: [number, number][] = [];
  for (let atMs = 0; atMs <= 2 * minuteMs; atMs += 20) {
    const one = trouble.seen("the interface is down", atMs);
    if (one) told.push([atMs, one.leftOut]);
  }
  expect(told).toEqual([
    [0, 0],
    [minuteMs, 2_999],
    [2 * minuteMs, 2_999],
  ]);
  expect(trouble.seen("the interface is down", 2 * minuteMs + 20)).toBeUndefined();
  expect(trouble.over(2 * minuteMs + 40)).toEqual({ leftOut: 1 });
  expect(trouble.over(2 * minuteMs + 60)).toBeUndefined();
});

test("another cause is told at once too, and each has a minute of its own", () => {
  const trouble = new RepeatedTrouble("well");
  expect(trouble.seen("refused", 0)).toEqual({ leftOut: 0 });
  expect(trouble.seen("wrong proof", 1)).toEqual({ leftOut: 0 });
  expect(trouble.seen("refused", minuteMs - 1)).toBeUndefined();
  expect(trouble.seen("refused", minuteMs)).toEqual({ leftOut: 1 });
  expect(trouble.seen("wrong proof", minuteMs)).toBeUndefined();
});

test("what comes and goes every second is two lines a minute", () => {
  const trouble = new RepeatedTrouble("unknown");
  let lines = 0;
  for (let atMs = 0; atMs < 10 * minuteMs; atMs += 1_000) {
    if (trouble.seen("not stored", atMs)) lines += 1;
    if (trouble.over(atMs + 500)) lines += 1;
  }
  expect(lines).toBe(20);
});

test("after five good seconds the next is a first one, and tells what was left out before", () => {
  const trouble = new RepeatedTrouble("well");
  trouble.seen("away", 0);
  expect(trouble.over(1_000)).toEqual({ leftOut: 0 });
  expect(trouble.seen("away", 5_999)).toBeUndefined();
  expect(trouble.over(6_000)).toBeUndefined();
  expect(trouble.over(9_000)).toBeUndefined();
  expect(trouble.seen("away", 11_000)).toEqual({ leftOut: 1 });
  expect(trouble.over(11_100)).toEqual({ leftOut: 0 });
});

test("causes that are made up are bounded, in lines and in memory", () => {
  const trouble = new RepeatedTrouble("well");
  let lines = 0;
  for (let number = 0; number < 10_000; number++) {
    if (trouble.seen(`cause ${number}`, number)) lines += 1;
  }
  expect(lines).toBe(17);
  // When all was well for a while there is room again.
  expect(trouble.over(minuteMs)).toEqual({ leftOut: 10_000 - 17 });
  expect(trouble.seen("a true one", minuteMs + 5_000)).toEqual({ leftOut: 0 });
  expect(trouble.seen("another", minuteMs + 5_000)).toEqual({ leftOut: 0 });
});

test("all well is news at first where nothing was known, and nowhere else", () => {
  expect(new RepeatedTrouble("well").over(0)).toBeUndefined();
  expect(new RepeatedTrouble("unknown").over(0)).toEqual({ leftOut: 0 });
});

test("where its end is not known for sure it is over after a while without it", () => {
  const trouble = new RepeatedTrouble("well", 2_000);
  trouble.seen("full", 0);
  trouble.seen("full", 1_000);
  expect(trouble.over(2_999)).toBeUndefined();
  expect(trouble.over(3_000)).toEqual({ leftOut: 1 });
});
