import { type BoundingBox, isWithin, type LngLat } from "@pista/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBayGrid } from "./bay-grid.ts";

// Coarse steps, so that places and edges fall on cells' edges and on each other.
const step = fc.integer({ min: -20, max: 20 }).map((steps) => steps * 0.001);
const place: fc.Arbitrary<LngLat> = fc.record({ lngDeg: step, latDeg: step });
const anyBox: fc.Arbitrary<BoundingBox> = fc
  .tuple(step, step, step, step)
  .map(([westDeg, southDeg, eastDeg, northDeg]) => ({ westDeg, southDeg, eastDeg, northDeg }));

const gridOf = (places: readonly LngLat[]) => {
  const grid = createBayGrid<LngLat>((item) => item);
  for (const one of places) grid.add(one);
  return grid;
};

test("finds what lies in the box, whatever the box, or says that it is too much", () => {
  fc.assert(
    fc.property(fc.array(place), anyBox, fc.nat(5), (places, box, countMax) => {
      const expected = places.filter((one) => isWithin(one, box));
      const found = gridOf(places).within(box, countMax);
      if (expected.length > countMax) expect(found).toBeUndefined();
      else expect(new Set(found)).toEqual(new Set(expected));
    }),
  );
});

test.each([
  [-1e300, -1e300, 1e300, 1e300, 1],
  [-180, 0, 180, 0, 1],
  [1, -1e300, 0, 1e300, 0],
  [-1e300, 1, 1e300, 0, 0],
])(
  "a box beyond the earth (%d, %d, %d, %d) is soon answered",
  (west, south, east, north, count) => {
    const box = { westDeg: west, southDeg: south, eastDeg: east, northDeg: north };
    expect(gridOf([{ lngDeg: 0, latDeg: 0 }]).within(box, 10)).toHaveLength(count);
  },
);
