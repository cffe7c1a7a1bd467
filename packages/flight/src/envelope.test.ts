import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Fence,
  isColumnFree,
  type Obstacle,
  roomTo,
  speedForRoom,
  speedForView,
} from "./envelope.ts";

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
    expect(roomTo({ fence, obstacles: [] }, middle, velocity)).toBeCloseTo(roomM, 9);
  });

  test("[LG6] outside there is no way further out, and one back in", () => {
    const outside = { ...middle, eastM: 61 };
    expect(roomTo({ fence, obstacles: [] }, outside, going(1, 0, 0))).toBe(0);
    expect(roomTo({ fence, obstacles: [] }, outside, going(-1, 0, 0))).toBe(61);
  });

  test("[LG6] who stands still has no wall ahead", () => {
    expect(roomTo({ fence, obstacles: [] }, middle, going(0, 0, 0))).toBe(Number.POSITIVE_INFINITY);
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

  const anyBox = fc
    .record({
      westM: metres(1, 50),
      southM: metres(1, 20),
      widthM: metres(0.2, 9),
      depthM: metres(0.2, 9),
      topM: metres(0.2, 9),
    })
    .map(
      ({ westM, southM, widthM, depthM, topM }): Obstacle => ({
        westM,
        southM,
        eastM: westM + widthM,
        northM: southM + depthM,
        topM,
      }),
    );
  const anyPlace = fc.record({ eastM: metres(0, 60), northM: metres(0, 30), upM: metres(0, 10) });
  const anyWay = fc
    .record({ eastMps: metres(-2, 2), northMps: metres(-2, 2), upMps: metres(-1, 1) })
    .filter(({ eastMps, northMps, upMps }) => Math.hypot(eastMps, northMps, upMps) > 0.01);
  const isInside = (box: Obstacle, { eastM, northM, upM }: typeof middle, byM: number): boolean =>
    eastM > box.westM + byM &&
    eastM < box.eastM - byM &&
    northM > box.southM + byM &&
    northM < box.northM - byM &&
    upM < box.topM - byM;

  test("[LG6] (a) on the way it gives, no point lies in an obstacle, and the next one does", () => {
    fc.assert(
      fc.property(anyBox, anyPlace, anyWay, (box, place, way) => {
        fc.pre(!isInside(box, place, -1e-6));
        const speed = Math.hypot(way.eastMps, way.northMps, way.upMps);
        const roomM = roomTo({ fence, obstacles: [box] }, place, way);
        const toFenceM = roomTo({ fence, obstacles: [] }, place, way);
        const at = (wayM: number) => ({
          eastM: place.eastM + (way.eastMps / speed) * wayM,
          northM: place.northM + (way.northMps / speed) * wayM,
          upM: place.upM + (way.upMps / speed) * wayM,
        });
        for (let step = 0; step <= 200; step++) {
          expect(isInside(box, at((roomM * step) / 200), 1e-6)).toBe(false);
        }
        if (roomM < toFenceM) expect(isInside(box, at(roomM + 1e-6), -2e-6)).toBe(true);
      }),
    );
  });

  test("[LG6] within an obstacle's limit the only way is out by the nearest side", () => {
    const box: Obstacle = { westM: 20, southM: 10, eastM: 24, northM: 14, topM: 3 };
    const map = { fence, obstacles: [box] };
    const inside = { eastM: 20.2, northM: 12, upM: 1 };
    expect(roomTo(map, inside, going(1, 0, 0))).toBe(0);
    expect(roomTo(map, inside, going(0, 1, 0))).toBe(0);
    expect(roomTo(map, inside, going(-1, 0, 0))).toBeCloseTo(20.2, 9);
  });

  test("[LG2] a column is free with 0.3 m beside it, and never outside the fence", () => {
    const box: Obstacle = { westM: 20, southM: 10, eastM: 24, northM: 14, topM: 3 };
    const map = { fence, obstacles: [box] };
    const at = (eastM: number, northM: number): boolean => isColumnFree(map, { eastM, northM });
    expect([at(22, 12), at(19.8, 12), at(24.2, 12), at(22, 9.8), at(22, 14.2)]).toEqual(
      Array(5).fill(false),
    );
    expect([at(19.6, 12), at(24.4, 12), at(22, 9.6), at(22, 14.4)]).toEqual(Array(4).fill(true));
    expect(at(61, 12)).toBe(false);
  });

  test("[LG6] (b) at the speed returned, what was seen late and braking end within the clear view", () => {
    const anyView = fc.record({ clearViewM: metres(0, 20), ageS: metres(0, 0.5) });
    fc.assert(
      fc.property(anyView, anyRoom, (view, vehicle) => {
        const v = speedForView(view, vehicle);
        const needM =
          v * (view.ageS + vehicle.guardToMotionS) + v ** 2 / (2 * vehicle.decelerationMps2);
        expect(needM).toBeCloseTo(view.clearViewM, 6);
      }),
    );
  });
});
