import { isInside, type LngLat, toLocal } from "@pista/kernel";

type Point = { readonly eastM: number; readonly northM: number };
type Segment = { readonly from: Point; readonly to: Point };

/** The pieces of a line in metres from an origin. */
function segmentsOf(origin: LngLat, line: readonly LngLat[]): readonly Segment[] {
  const points = line.map((point) => toLocal(origin, point));
  return points.slice(1).map((to, index) => ({ from: points[index] ?? to, to }));
}

/** Twice the area of a triangle: above zero when c lies left of the way from a to b. */
const turn = (a: Point, b: Point, c: Point): number =>
  (b.eastM - a.eastM) * (c.northM - a.northM) - (b.northM - a.northM) * (c.eastM - a.eastM);

const isBetween = (point: Point, { from, to }: Segment): boolean =>
  Math.min(from.eastM, to.eastM) <= point.eastM &&
  point.eastM <= Math.max(from.eastM, to.eastM) &&
  Math.min(from.northM, to.northM) <= point.northM &&
  point.northM <= Math.max(from.northM, to.northM);

function meet(one: Segment, other: Segment): boolean {
  const sides = [
    turn(one.from, one.to, other.from),
    turn(one.from, one.to, other.to),
    turn(other.from, other.to, one.from),
    turn(other.from, other.to, one.to),
  ].map(Math.sign);
  const [a, b, c, d] = sides;
  if (a !== b && c !== d) return true;
  const touching = [other.from, other.to, one.from, one.to];
  return touching.some((point, index) => {
    const on = index < 2 ? one : other;
    return sides[index] === 0 && isBetween(point, on);
  });
}

/** Whether a closed ring touches or crosses itself anywhere but from one piece to the next. */
export function crossesItself(ring: readonly LngLat[]): boolean {
  const [origin] = ring;
  if (!origin) return false;
  const segments = segmentsOf(origin, ring);
  return segments.some((one, index) =>
    segments.slice(index + 1).some((other, ahead) => {
      const isNext = ahead === 0;
      const isLastToFirst = index === 0 && ahead === segments.length - 2;
      if (isNext) return foldsBack(one, other);
      return isLastToFirst ? foldsBack(other, one) : meet(one, other);
    }),
  );
}

/** The next piece runs back over this one, or one of them has no length. */
function foldsBack(one: Segment, next: Segment): boolean {
  const back = { eastM: one.from.eastM - one.to.eastM, northM: one.from.northM - one.to.northM };
  const on = { eastM: next.to.eastM - next.from.eastM, northM: next.to.northM - next.from.northM };
  const isStraight = turn(one.from, one.to, next.to) === 0;
  return isStraight && back.eastM * on.eastM + back.northM * on.northM >= 0;
}

/** How far a point lies from a line. */
export function distanceToLineM(point: LngLat, line: readonly LngLat[]): number {
  // In metres from the point itself, so that a distance is that of the origin.
  const distances = segmentsOf(point, line).map(({ from, to }) => {
    const along = { eastM: to.eastM - from.eastM, northM: to.northM - from.northM };
    const squared = along.eastM ** 2 + along.northM ** 2;
    const ahead = -(from.eastM * along.eastM + from.northM * along.northM);
    const share = squared === 0 ? 0 : Math.min(1, Math.max(0, ahead / squared));
    return Math.hypot(from.eastM + share * along.eastM, from.northM + share * along.northM);
  });
  return Math.min(Number.POSITIVE_INFINITY, ...distances);
}

/** How far a point lies outside a zone's ring, or away from its line; 0 within. */
export function distanceOutsideM(
  point: LngLat,
  shape: { readonly ring?: readonly LngLat[]; readonly line?: readonly LngLat[] },
): number {
  if (shape.ring) return isInside(point, shape.ring) ? 0 : distanceToLineM(point, shape.ring);
  return distanceToLineM(point, shape.line ?? []);
}
