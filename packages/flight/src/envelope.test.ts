import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clearanceM,
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

/** To the millimetre: of all doubles in a range most are next to nothing, and would show nothing. */
const metres = (min: number, max: number) =>
  fc.integer({ min: Math.ceil(min * 1_000), max: Math.floor(max * 1_000) }).map((mm) => mm / 1_000);

describe("the envelope", () => {
  test.each([
    ["east", going(2, 0, 0), 30],
    ["west", going(-0.5, 0, 0), 30],
    ["north", going(0, 1, 0), 15],
    ["down", going(0, 0, -3), 5],
    ["to the corner", going(1, 1, 0), 15 * Math.SQRT2],
  ])("[LG6] the way to the fence is measured along the velocity: %s", (_, velocity, roomM) => {
    expect(roomTo({ fence, obstacles: [] }, middle, velocity, 0)).toBeCloseTo(roomM, 9);
  });

  test("[LG6] outside there is no way further out, and one back in", () => {
    const outside = { ...middle, eastM: 61 };
    expect(roomTo({ fence, obstacles: [] }, outside, going(1, 0, 0), 0.3)).toBe(0);
    expect(roomTo({ fence, obstacles: [] }, outside, going(-1, 0, 0), 0.3)).toBe(60.7);
  });

  test("[LG6] who stands still has no wall ahead", () => {
    expect(roomTo({ fence, obstacles: [] }, middle, going(0, 0, 0), 0.3)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  const anyRoom = fc.record({
    roomM: metres(0, 100),
    sigmaM: metres(0, 0.3),
    guardToMotionS: metres(0, 0.5),
    decelerationMps2: metres(0.5, 8),
  });

  test("[LG6] (a) at the speed returned, reaction and braking end 0.3 m and 3 sigma before a wall", () => {
    fc.assert(
      fc.property(anyRoom, ({ roomM, sigmaM, ...vehicle }) => {
        const wall = { ...fence, eastM: middle.eastM + roomM };
        const map = { fence: wall, obstacles: [] };
        const v = speedForRoom(roomTo(map, middle, going(1, 0, 0), clearanceM(sigmaM)), vehicle);
        const needM =
          v * vehicle.guardToMotionS + v ** 2 / (2 * vehicle.decelerationMps2) + 3 * sigmaM + 0.3;
        expect(v).toBeGreaterThanOrEqual(0);
        if (v > 0) expect(needM).toBeCloseTo(roomM, 6);
        else expect(roomM).toBeLessThanOrEqual(3 * sigmaM + 0.3 + 1e-9);
      }),
    );
  });

  test("[LG6] (a) more room and better brakes never make it slower", () => {
    fc.assert(
      fc.property(anyRoom, metres(0, 10), ({ roomM, ...vehicle }, moreM) => {
        const v = speedForRoom(roomM, vehicle);
        const slack = 1e-9;
        expect(speedForRoom(roomM + moreM, vehicle) + slack).toBeGreaterThan(v);
        const braking = { ...vehicle, decelerationMps2: vehicle.decelerationMps2 + 1 };
        expect(speedForRoom(roomM, braking) + slack).toBeGreaterThan(v);
      }),
    );
  });

  test("[LG6] without a wall ahead the envelope sets no limit", () => {
    const vehicle = { guardToMotionS: 0.1, decelerationMps2: 2 };
    expect(speedForRoom(Number.POSITIVE_INFINITY, vehicle)).toBe(Number.POSITIVE_INFINITY);
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

  test("[LG6] (a) on the way it gives all is clear on every side, and the next point is not", () => {
    fc.assert(
      fc.property(anyBox, anyPlace, anyWay, metres(0, 0.9), (box, place, way, keepM) => {
        fc.pre(!isInside(box, place, -keepM - 1e-6));
        const speed = Math.hypot(way.eastMps, way.northMps, way.upMps);
        const roomM = roomTo({ fence, obstacles: [box] }, place, way, keepM);
        const toFenceM = roomTo({ fence, obstacles: [] }, place, way, keepM);
        const at = (wayM: number) => ({
          eastM: place.eastM + (way.eastMps / speed) * wayM,
          northM: place.northM + (way.northMps / speed) * wayM,
          upM: place.upM + (way.upMps / speed) * wayM,
        });
        for (let step = 0; step <= 200; step++) {
          expect(isInside(box, at((roomM * step) / 200), 1e-6 - keepM)).toBe(false);
        }
        if (roomM < toFenceM) {
          expect(isInside(box, at(roomM + 1e-6), -2e-6 - keepM)).toBe(true);
        }
      }),
    );
  });

  test("[LG6] (a) no way leads nearer to a face than it keeps, however shallow its angle", () => {
    const shallow = metres(-0.2, 0.2);
    const clear = { eastMps: fc.constant(1), northMps: shallow, upMps: shallow };
    const start = fc.record({ eastM: metres(1, 10), northM: metres(1, 29), upM: metres(1, 9) });
    fc.assert(
      fc.property(start, fc.record(clear), metres(0, 0.9), (place, way, keepM) => {
        const speed = Math.hypot(way.eastMps, way.northMps, way.upMps);
        const wayM = roomTo({ fence, obstacles: [] }, place, way, keepM);
        const northM = place.northM + (way.northMps / speed) * wayM;
        const upM = place.upM + (way.upMps / speed) * wayM;
        expect(Math.min(northM, 30 - northM, upM, 10 - upM)).toBeGreaterThanOrEqual(keepM - 1e-9);
      }),
    );
  });

  test("[LG6] nearer than it keeps, the only ways are those that do not lead nearer", () => {
    const box: Obstacle = { westM: 20, southM: 10, eastM: 24, northM: 14, topM: 3 };
    const map = { fence, obstacles: [box] };
    const beside = { eastM: 19.8, northM: 12, upM: 1 };
    const free = (way: ReturnType<typeof going>) => roomTo(map, beside, way, 0.6) > 0;
    expect([free(going(1, 0, 0)), free(going(0.1, 1, 0))]).toEqual([false, false]);
    expect([free(going(0, 1, 0)), free(going(-0.1, 1, 0))]).toEqual([true, true]);
    // Over it, as one that could not come down on it leaves for a landing spot.
    expect(roomTo(map, { eastM: 22, northM: 12, upM: 3.2 }, going(1, 0, 0), 0.6)).toBeGreaterThan(
      30,
    );
  });

  test("[LG6] within an obstacle's limit the only way is out by the nearest side", () => {
    const box: Obstacle = { westM: 20, southM: 10, eastM: 24, northM: 14, topM: 3 };
    const map = { fence, obstacles: [box] };
    const inside = { eastM: 20.2, northM: 12, upM: 1 };
    expect(roomTo(map, inside, going(1, 0, 0), 0)).toBe(0);
    expect(roomTo(map, inside, going(0, 1, 0), 0)).toBe(0);
    expect(roomTo(map, inside, going(-1, 0, 0), 0)).toBeCloseTo(20.2, 9);
  });

  test("[LG6] along a face it leads neither out nor in: free beside an obstacle, not within it", () => {
    const box: Obstacle = { westM: 20, southM: 10, eastM: 24, northM: 14, topM: 3 };
    const map = { fence, obstacles: [box] };
    // Sticks forward at a heading of exactly east.
    const east = going(1, Math.cos(Math.PI / 2), 0);
    expect(roomTo(map, { eastM: 22, northM: 13.9, upM: 1 }, east, 0)).toBe(0);
    expect(roomTo(map, { eastM: 22, northM: 14.1, upM: 1 }, east, 0.6)).toBeGreaterThan(30);
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
