import { createRandom, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addExchange, type ClockWindow, emptyClockWindow } from "./clock-estimate.ts";

type Way = { atMs: number; downMs: number; upMs: number; offsetMs?: number; heldMs?: number };

/** One exchange whose beacon leaves at `atMs`; the browser's clock is `offsetMs` behind ours. */
function exchanged(window: ClockWindow, way: Way): ClockWindow {
  const { atMs, downMs, upMs, offsetMs = -5_000, heldMs = 7 } = way;
  return addExchange(window, {
    beaconSentAtMs: monotonicMs(atMs),
    beaconAtBrowserMs: atMs + downMs - offsetMs,
    frameSentAtBrowserMs: atMs + downMs + heldMs - offsetMs,
    frameAtMs: monotonicMs(atMs + downMs + heldMs + upMs),
  });
}

const over = (ways: readonly Way[], from = emptyClockWindow): ClockWindow =>
  ways.reduce(exchanged, from);
const steady = (count: number, way: Omit<Way, "atMs">, fromMs = 0): Way[] =>
  Array.from({ length: count }, (_, index) => ({ ...way, atMs: fromMs + 20 * index }));

describe("the pilot's clock", () => {
  test("[LG1] nothing is estimated from fewer than 25 exchanges", () => {
    const ways = steady(25, { downMs: 40, upMs: 40 });
    expect(over(ways.slice(1)).estimate).toBeUndefined();
    expect(over(ways).estimate).toBeDefined();
  });

  test("[LG1] with equal ways the offset is exact and the margin its least", () => {
    const { estimate } = over(steady(50, { downMs: 40, upMs: 40 }));
    expect(estimate?.offsetMs).toBeCloseTo(-5_000, 6);
    expect(estimate?.roundTripMs).toBeCloseTo(80, 6);
    expect(estimate?.marginMs).toBeCloseTo(10, 6);
  });

  test("[LG1] with unequal ways it is wrong by half their difference, as no exchange can see", () => {
    const { estimate } = over(steady(50, { downMs: 10, upMs: 90 }));
    expect(estimate?.offsetMs).toBeCloseTo(-5_000 + 40, 6);
  });

  test("[LG1] how long the browser held the beacon changes nothing", () => {
    const held = steady(60, { downMs: 30, upMs: 30 }).map((way, index) => ({
      ...way,
      heldMs: index % 40,
    }));
    expect(over(held).estimate?.offsetMs).toBeCloseTo(-5_000, 6);
    expect(over(held).estimate?.roundTripMs).toBeCloseTo(60, 6);
  });

  test("[LG1] queues on one way alone move the offset by little, and widen the margin", () => {
    const random = createRandom(11);
    const ways = steady(250, { downMs: 40, upMs: 40 }).map((way) => ({
      ...way,
      upMs: way.upMs + (random.chance(0.4) ? random.between(20, 200) : 0),
    }));
    const { estimate } = over(ways);
    expect(Math.abs((estimate?.offsetMs ?? 0) + 5_000)).toBeLessThan(2);
    expect(estimate?.marginMs).toBeGreaterThan(60);
    expect(estimate?.marginMs).toBeLessThan(110);
  });

  test("[LG1] an exchange that contradicts itself is left out", () => {
    const settled = over(steady(30, { downMs: 2, upMs: 2 }));
    const backwards = { atMs: 700, downMs: 2, upMs: 2, heldMs: -1 };
    const tooQuick = { atMs: 700, downMs: 2, upMs: -3 };
    expect(exchanged(settled, backwards)).toBe(settled);
    expect(exchanged(settled, tooQuick)).toBe(settled);
  });

  test("[LG1] what is older than five seconds is forgotten", () => {
    const before = over(steady(100, { downMs: 40, upMs: 40 }));
    const after = exchanged(before, { atMs: 10_000, downMs: 40, upMs: 40 });
    expect(after.measured).toHaveLength(1);
    expect(after.estimate).toBeUndefined();
  });

  test.each([300, -300, 800, -800, 90_000])(
    "[LG1] when the browser's clock is set by %d ms, the old estimate is forgotten at once",
    (stepMs) => {
      const settled = over(steady(250, { downMs: 40, upMs: 40 }));
      const next = exchanged(settled, {
        atMs: 5_000,
        downMs: 40,
        upMs: 40,
        offsetMs: -5_000 - stepMs,
      });
      expect(next.estimate).toBeUndefined();
      const again = over(
        steady(25, { downMs: 40, upMs: 40, offsetMs: -5_000 - stepMs }, 5_020),
        next,
      );
      expect(again.estimate?.offsetMs).toBeCloseTo(-5_000 - stepMs, 6);
    },
  );

  test("[LG1] the estimate never dates a sample later than its arrival by more than the margin", () => {
    const step = fc.record({
      downMs: fc.nat(300),
      upMs: fc.nat(300),
      stepMs: fc.integer({ min: -900, max: 900 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 90 }), fc.nat(20), (steps, rare) => {
        let window = emptyClockWindow;
        let offsetMs = -5_000;
        for (const [index, { downMs, upMs, stepMs }] of steps.entries()) {
          if (index % (rare + 20) === 19) offsetMs += stepMs;
          const atMs = 40 * index;
          window = exchanged(window, { atMs, downMs, upMs, offsetMs });
          const { estimate } = window;
          const sampledMs = atMs + downMs + 7;
          if (!estimate) continue;
          const datedMs = sampledMs - offsetMs + estimate.offsetMs;
          expect(datedMs).toBeLessThanOrEqual(sampledMs + upMs + estimate.marginMs + 1e-6);
        }
      }),
    );
  });
});
