import { monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { HubClock } from "./hub-clock.ts";

describe("[AU2] the latest that the hub's clock can read", () => {
  test("is unknown before the first pong", () => {
    const clock = new HubClock();
    clock.pinged(monotonicMs(0));
    expect(clock.latestMs(monotonicMs(10))).toBeUndefined();
  });

  test.each([
    { outMs: 0, backMs: 400 },
    { outMs: 400, backMs: 0 },
    { outMs: 50, backMs: 60 },
  ])("is never below the truth, out $outMs ms and back $backMs ms", ({ outMs, backMs }) => {
    const hubAheadMs = 5_000;
    const clock = new HubClock();
    clock.pinged(monotonicMs(100));
    clock.ponged({ sentAtMs: 100, hubNowMs: 100 + outMs + hubAheadMs });
    const atMs = 100 + outMs + backMs;
    const latestMs = Number(clock.latestMs(monotonicMs(atMs)));
    expect(latestMs).toBeGreaterThanOrEqual(atMs + hubAheadMs);
    expect(latestMs - (atMs + hubAheadMs)).toBeLessThanOrEqual(outMs + backMs);
  });

  test("does not believe a pong to a ping that was never sent, or that was answered before", () => {
    const clock = new HubClock();
    clock.pinged(monotonicMs(100));
    expect(clock.ponged({ sentAtMs: 99, hubNowMs: 1 })).toBe(false);
    expect(clock.ponged({ sentAtMs: 100, hubNowMs: 1 })).toBe(true);
    expect(clock.ponged({ sentAtMs: 100, hubNowMs: 0 })).toBe(false);
  });

  test("follows a hub whose clock was set", () => {
    const clock = new HubClock();
    clock.pinged(monotonicMs(0));
    clock.ponged({ sentAtMs: 0, hubNowMs: 1_000 });
    clock.pinged(monotonicMs(1_000));
    clock.ponged({ sentAtMs: 1_000, hubNowMs: 9_000 });
    expect(clock.latestMs(monotonicMs(1_010))).toBe(9_010);
  });
});
