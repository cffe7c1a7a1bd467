import type { BoundingBox } from "@pista/kernel";

/** Bays stand in a square lattice, some 20 m apart: with a million of them 20 km by 20 km. */
export const benchCity = {
  westDeg: 7.55,
  southDeg: 44.95,
  stepLngDeg: 0.00025,
  stepLatDeg: 0.00018,
};

/** A square of so many bays a side, whose south-western corner is the given one. */
export const boxOfBays = (side: number, corner: { column: number; row: number }): BoundingBox => {
  const { westDeg, southDeg, stepLngDeg, stepLatDeg } = benchCity;
  // Edges run between the bays.
  return {
    westDeg: westDeg + (corner.column - 0.5) * stepLngDeg,
    southDeg: southDeg + (corner.row - 0.5) * stepLatDeg,
    eastDeg: westDeg + (corner.column + side - 0.5) * stepLngDeg,
    northDeg: southDeg + (corner.row + side - 0.5) * stepLatDeg,
  };
};
