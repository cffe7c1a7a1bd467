import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fence, roomTo, speedForRoom } from "./envelope.ts";

const fence: Fence = { westM: 0, southM: 0, eastM: 60, northM: 30, floorM: 0, topM: 10 };
const middle = { eastM: 30, northM: 15, upM: 5 };
const going = (eastMps: number, northMps: number, upMps: number) => ({ eastMps, northMps, upMps });

const metres = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("the envelope", () => {
  test.each([
    ["east", going(2, 0, 0), 30],
    ["west", going(-0.5, 0, 0), 30],
    ["north", going(0, 1, 0), 15],
    ["down", going(0, 0, -3), 5],
    ["to the corner", going(1, 1, 0), 15 * Math.SQRT2],
  ])("[LG6] the way to the fence is measured along the velocity: %s", (_, velocity, roomM) => {
    expect(roomTo(fence, middle, velocity)).toBeCloseTo(roomM, 9);
  });

  test("[LG6] outside there is no way further out, and one back in", () => {
    const outside = { ...middle, eastM: 61 };
    expect(roomTo(fence, outside, going(1, 0, 0))).toBe(0);
    expect(roomTo(fence, outside, going(-1, 0, 0))).toBe(61);
  });

  test("[LG6] who stands still has no wall ahead", () => {
    expect(roomTo(fence, middle, going(0, 0, 0))).toBe(Number.POSITIVE_INFINITY);
  });

  const anyRoom = fc.record({
    roomM: metres(0, 100),
    sigmaM: metres(0, 0.3),
    guardToMotionS: metres(0, 0.5),
    decelerationMps2: metres(0.5, 8),
  });

  test("[LG6] (a) at the speed returned, reaction and braking end 0.3 m and 3 sigma before it", () => {
    fc.assert(
      fc.property(anyRoom, ({ roomM, sigmaM, ...vehicle }) => {
        const v = speedForRoom({ roomM, sigmaM }, vehicle);
        const needM =
          v * vehicle.guardToMotionS + v ** 2 / (2 * vehicle.decelerationMps2) + 3 * sigmaM + 0.3;
        expect(v).toBeGreaterThanOrEqual(0);
        if (v > 0) expect(needM).toBeCloseTo(roomM, 6);
        else expect(roomM).toBeLessThanOrEqual(3 * sigmaM + 0.3 + 1e-9);
      }),
    );
  });

  test("[LG6] (a) more room, surer odometry and better brakes never make it slower", () => {
    fc.assert(
      fc.property(anyRoom, metres(0, 10), ({ roomM, sigmaM, ...vehicle }, moreM) => {
        const v = speedForRoom({ roomM, sigmaM }, vehicle);
        const slack = 1e-9;
        expect(speedForRoom({ roomM: roomM + moreM, sigmaM }, vehicle) + slack).toBeGreaterThan(v);
        expect(speedForRoom({ roomM, sigmaM: 0 }, vehicle) + slack).toBeGreaterThan(v);
        const braking = { ...vehicle, decelerationMps2: vehicle.decelerationMps2 + 1 };
        expect(speedForRoom({ roomM, sigmaM }, braking) + slack).toBeGreaterThan(v);
      }),
    );
  });

  test("[LG6] without a wall ahead the envelope sets no limit", () => {
    const vehicle = { guardToMotionS: 0.1, decelerationMps2: 2 };
    expect(speedForRoom({ roomM: Number.POSITIVE_INFINITY, sigmaM: 0.1 }, vehicle)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
