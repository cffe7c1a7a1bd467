/**
 * Frames as ROS has them (REP 103): the hall's axes are east, north, up; the body's are forward,
 * left, up. What aviation and MAVLink count to the right and down is turned in `attitudeOf` alone.
 */
export type Vector = { readonly x: number; readonly y: number; readonly z: number };

/** A rotation from the body's axes to the hall's; always of length one. */
export type Quaternion = {
  readonly w: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
};

/** The body's own axes as the hall sees them. */
export type Axes = { readonly forward: Vector; readonly left: Vector; readonly up: Vector };

export const zero: Vector = { x: 0, y: 0, z: 0 };

export const dot = (a: Vector, b: Vector): number => a.x * b.x + a.y * b.y + a.z * b.z;
// Math.hypot guards against overflow, which costs ten times as much as the root.
export const lengthOf = (a: Vector): number => Math.sqrt(dot(a, a));
export const cross = (a: Vector, b: Vector): Vector => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
});
/** a + b * share */
export const plus = (a: Vector, b: Vector, share = 1): Vector => ({
  x: a.x + b.x * share,
  y: a.y + b.y * share,
  z: a.z + b.z * share,
});
export const times = (a: Vector, share: number): Vector => ({
  x: a.x * share,
  y: a.y * share,
  z: a.z * share,
});

export const axesOf = ({ w, x, y, z }: Quaternion): Axes => ({
  forward: { x: 1 - 2 * (y * y + z * z), y: 2 * (x * y + w * z), z: 2 * (x * z - w * y) },
  left: { x: 2 * (x * y - w * z), y: 1 - 2 * (x * x + z * z), z: 2 * (y * z + w * x) },
  up: { x: 2 * (x * z + w * y), y: 2 * (y * z - w * x), z: 1 - 2 * (x * x + y * y) },
});

export const toHall = ({ forward, left, up }: Axes, { x, y, z }: Vector): Vector => ({
  x: forward.x * x + left.x * y + up.x * z,
  y: forward.y * x + left.y * y + up.y * z,
  z: forward.z * x + left.z * y + up.z * z,
});

export const toBody = ({ forward, left, up }: Axes, hall: Vector): Vector => ({
  x: dot(forward, hall),
  y: dot(left, hall),
  z: dot(up, hall),
});

/** Level, its nose towards a heading, which is counted clockwise from north. */
export function levelAt(headingDeg: number): Quaternion {
  const half = ((90 - headingDeg) * Math.PI) / 360;
  return { w: Math.cos(half), x: 0, y: 0, z: Math.sin(half) };
}

/** Clockwise from north, 0 to 360. */
export function headingOf({ forward }: Axes): number {
  const headingDeg = (Math.atan2(forward.x, forward.y) * 180) / Math.PI;
  return headingDeg < 0 ? headingDeg + 360 : headingDeg;
}

/** A step of turning at `rates` (radians a second about the body's axes), brought back to length one. */
export function turned(q: Quaternion, rates: Vector, dtS: number): Quaternion {
  const x = (rates.x * dtS) / 2;
  const y = (rates.y * dtS) / 2;
  const z = (rates.z * dtS) / 2;
  const next = {
    w: q.w - q.x * x - q.y * y - q.z * z,
    x: q.x + q.w * x + q.y * z - q.z * y,
    y: q.y + q.w * y + q.z * x - q.x * z,
    z: q.z + q.w * z + q.x * y - q.y * x,
  };
  const length = Math.sqrt(next.w * next.w + next.x * next.x + next.y * next.y + next.z * next.z);
  next.w /= length;
  next.x /= length;
  next.y /= length;
  next.z /= length;
  return next;
}
