import { createManualClock } from "@pista/kernel/testing";
import { expect, test } from "vitest";
import { waitWhile } from "./wait-while.ts";

/** Lets ten milliseconds pass again and again, as the waiting asks for them. */
async function waited(isTrue: (nowMs: number) => boolean, withinMs: number) {
  const clock = createManualClock();
  const startMs = clock.monotonicMs();
  let isOver: boolean | undefined;
  const waiting = waitWhile(() => isTrue(clock.monotonicMs() - startMs), withinMs, clock);
  void waiting.then((over) => {
    isOver = over;
  });
  await Promise.resolve();
  for (let turn = 0; turn < 1_000 && isOver === undefined; turn++) {
    clock.advance(10);
    for (let tick = 0; tick < 5; tick++) await Promise.resolve();
  }
  return { isOver, tookMs: clock.monotonicMs() - startMs };
}

test("[IN5] what has no room is waited for, and no longer than it may be", async () => {
  expect(await waitWhile(() => false, -1, createManualClock())).toBe(true);
  expect(await waited((nowMs) => nowMs < 250, 4_000)).toEqual({ isOver: true, tookMs: 300 });
  expect(await waited(() => true, 350)).toEqual({ isOver: false, tookMs: 350 });
});
