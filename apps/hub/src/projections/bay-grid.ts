import { type BoundingBox, isWithin, type LngLat } from "@pista/kernel";

/** About 200 m: a street's bays, so that a box looks at few that lie outside of it. */
const cellDeg = 0.002;
const columns = Math.ceil(360 / cellDeg);

const columnOf = (lngDeg: number): number => Math.floor((lngDeg + 180) / cellDeg);
const rowOf = (latDeg: number): number => Math.floor((latDeg + 90) / cellDeg);

/**
 * Places by cells of equal degrees, so that a box costs what lies in it and not what the city has.
 * A packed tree would be quicker where places lie unevenly, but it is built anew for each one added.
 */
export interface BayGrid<Item> {
  add(item: Item): void;
  /** Takes out what was added, as long as its position is the one with which it was. */
  remove(item: Item): void;
  /** What lies in the box, or undefined when that is more than `countMax`. */
  within(box: BoundingBox, countMax: number): readonly Item[] | undefined;
}

export function createBayGrid<Item>(positionOf: (item: Item) => LngLat): BayGrid<Item> {
  const cells = new Map<number, Item[]>();
  const keyOf = (item: Item): number => {
    const { lngDeg, latDeg } = positionOf(item);
    return rowOf(latDeg) * columns + columnOf(lngDeg);
  };
  return {
    add(item) {
      const cell = cells.get(keyOf(item));
      if (cell) cell.push(item);
      else cells.set(keyOf(item), [item]);
    },
    remove(item) {
      const left = cells.get(keyOf(item))?.filter((other) => other !== item);
      if (left?.length === 0) cells.delete(keyOf(item));
      else if (left) cells.set(keyOf(item), left);
    },
    within(box, countMax) {
      const found: Item[] = [];
      for (const cell of cellsOf(cells, box)) {
        for (const item of cell) {
          if (!isWithin(positionOf(item), box)) continue;
          if (found.length === countMax) return undefined;
          found.push(item);
        }
      }
      return found;
    },
  };
}

/** The cells that the box touches, from whichever is fewer: those of the box or those in use. */
function* cellsOf<Cell>(cells: ReadonlyMap<number, Cell>, box: BoundingBox): Iterable<Cell> {
  const [west, east] = [columnOf(box.westDeg), columnOf(box.eastDeg)];
  const [south, north] = [rowOf(box.southDeg), rowOf(box.northDeg)];
  if (east < west || north < south) return;
  if ((east - west + 1) * (north - south + 1) > cells.size) {
    yield* cells.values();
    return;
  }
  for (let row = south; row <= north; row++) {
    for (let column = west; column <= east; column++) {
      const cell = cells.get(row * columns + column);
      if (cell) yield cell;
    }
  }
}
