import { expect, test } from "vitest";
import { createManualClock } from "./manual-clock.ts";

test("time moves only when told, and both of its readings move together", () => {
  const clock = createManualClock(1_000);
  expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_000, 0]);
  clock.advance(250);
  expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_250, 250]);
});

test("what is due runs in the order of its time, then of its asking, and reads its own time", () => {
  const clock = createManualClock();
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name} at ${clock.monotonicMs()}`);
  clock.after(20, note("b"));
  clock.after(10, note("a"));
  clock.after(20, note("c"));
  clock.after(31, note("never"));
  clock.advance(30);
  expect(seen).toEqual(["a at 10", "b at 20", "c at 20"]);
  expect(clock.monotonicMs()).toBe(30);
});

test("what is asked for meanwhile runs in the same advance when it is due", () => {
  const clock = createManualClock();
  const seen: number[] = [];
  const again = (): void => {
    seen.push(clock.monotonicMs());
    clock.after(10, again);
  };
  clock.after(10, again);
  clock.advance(35);
  expect(seen).toEqual([10, 20, 30]);
});

test("what was cancelled does not run, and a delay below zero is none", () => {
  const clock = createManualClock();
  let runs = 0;
  clock.after(5, () => runs++)();
  clock.after(-5, () => runs++);
  clock.advance(0);
  expect(runs).toBe(1);
  clock.advance(100);
  expect(runs).toBe(1);
});
