import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromLocal, isInside, isLngLat, isWithin, speedOf, toLocal } from "./geometry.ts";

const turin = { lngDeg: 7.6865, latDeg: 45.0703 };
const metres = fc.double({ min: -2_000, max: 2_000, noNaN: true });

describe("a site's local frame", () => {
  test("there and back is the same place", () => {
    fc.assert(
      fc.property(metres, metres, (eastM, northM) => {
        const back = toLocal(turin, fromLocal(turin, { eastM, northM }));
        expect(back.eastM).toBeCloseTo(eastM, 5);
        expect(back.northM).toBeCloseTo(northM, 5);
      }),
    );
  });

  test("east is east and north is north, in metres", () => {
    const point = fromLocal(turin, { eastM: 0, northM: 1_000 });
    expect(point.lngDeg).toBe(turin.lngDeg);
    // A degree of latitude is 111.2 km on the mean sphere.
    expect(point.latDeg - turin.latDeg).toBeCloseTo(1_000 / 111_195, 6);
    expect(fromLocal(turin, { eastM: 1, northM: 0 }).lngDeg).toBeGreaterThan(turin.lngDeg);
  });

  test("within a kilometre it differs from the great circle by millimetres", () => {
    const distanceOf = (eastM: number, northM: number): number => {
      const point = fromLocal(turin, { eastM, northM });
      const rad = (deg: number): number => (deg * Math.PI) / 180;
      const [lat1, lat2] = [rad(turin.latDeg), rad(point.latDeg)];
      const half =
        Math.sin((lat2 - lat1) / 2) ** 2 +
        Math.cos(lat1) * Math.cos(lat2) * Math.sin(rad(point.lngDeg - turin.lngDeg) / 2) ** 2;
      return 2 * 6_371_008.8 * Math.asin(Math.sqrt(half));
    };
    for (const [east, north] of [
      [100, 0],
      [0, 100],
      [60, 30],
    ] as const) {
      expect(Math.abs(distanceOf(east, north) - Math.hypot(east, north))).toBeLessThan(0.001);
    }
  });
});

describe("inside", () => {
  const square = [
    { lngDeg: 0, latDeg: 0 },
    { lngDeg: 4, latDeg: 0 },
    { lngDeg: 4, latDeg: 4 },
    { lngDeg: 0, latDeg: 4 },
  ];
  /** A square with a bay cut into its eastern side. */
  const bay = [
    ...square.slice(0, 2),
    { lngDeg: 4, latDeg: 1 },
    { lngDeg: 1, latDeg: 2 },
    { lngDeg: 4, latDeg: 3 },
    ...square.slice(2),
  ];

  test.each([
    ["the middle", 2, 2, true],
    ["east of it", 5, 2, false],
    ["level with a corner", 5, 4, false],
    ["south of it", 2, -1, false],
  ])("%s of a square", (_, lngDeg, latDeg, expected) => {
    expect(isInside({ lngDeg, latDeg }, square)).toBe(expected);
  });

  test("a bay in the outline is outside, what surrounds it inside", () => {
    expect(isInside({ lngDeg: 3, latDeg: 2 }, bay)).toBe(false);
    expect(isInside({ lngDeg: 0.5, latDeg: 2 }, bay)).toBe(true);
    expect(isInside({ lngDeg: 3, latDeg: 0.5 }, bay)).toBe(true);
  });

  test("ring open or closed, forwards or backwards, it is the same", () => {
    const coordinate = fc.double({ min: -1, max: 5, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (lngDeg, latDeg) => {
        const point = { lngDeg, latDeg };
        const expected = isInside(point, bay);
        expect(isInside(point, [...bay, ...bay.slice(0, 1)])).toBe(expected);
        expect(isInside(point, bay.toReversed())).toBe(expected);
      }),
    );
  });

  test("nothing is inside of nothing, and what is no number is nowhere", () => {
    expect(isInside({ lngDeg: 0, latDeg: 0 }, [])).toBe(false);
    expect(isInside({ lngDeg: 0, latDeg: 0 }, square.slice(0, 2))).toBe(false);
    expect(isInside({ lngDeg: Number.NaN, latDeg: 2 }, square)).toBe(false);
    expect(isInside({ lngDeg: 2, latDeg: Number.NaN }, square)).toBe(false);
  });
});

test("a position is one of this earth", () => {
  expect(isLngLat(180, -90)).toBe(true);
  expect(isLngLat(180.1, 0)).toBe(false);
  expect(isLngLat(0, 90.1)).toBe(false);
  expect(isLngLat(Number.NaN, 0)).toBe(false);
});

test("a box holds its edges", () => {
  const box = { westDeg: 7, southDeg: 45, eastDeg: 8, northDeg: 46 };
  expect(isWithin({ lngDeg: 7, latDeg: 46 }, box)).toBe(true);
  expect(isWithin({ lngDeg: 6.999, latDeg: 45.5 }, box)).toBe(false);
});

test("speed is the length of a velocity", () => {
  expect(speedOf({ eastMps: 2, northMps: -3, upMps: 6 })).toBe(7);
});
