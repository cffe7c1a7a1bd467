import { type EnuM, type EnuMps, type MonotonicMs, speedOf } from "@pista/kernel";
import { standOffM, type VehicleBounds } from "./envelope.ts";
import { poseAgeMsMax } from "./limits.ts";

/** Where the odometry saw the vehicle, and when that was heard. */
export type Place = {
  readonly position: EnuM;
  readonly velocity: EnuMps;
  readonly sigmaM: number | undefined;
  readonly atMs: MonotonicMs;
};

/** A set-point that fell to zero from a steady one. */
export type Fall = {
  readonly asked: EnuMps;
  /** When the set-point first left what was asked, and when it was zero. */
  readonly fromMs: MonotonicMs;
  readonly zeroAtMs: MonotonicMs;
  /** When the vehicle was first seen to stand; undefined where it never was. */
  readonly stoodAtMs: MonotonicMs | undefined;
};

export type BrakeFigures = {
  /** What was asked or what it flew, whichever is slower: so much the bounds must answer for. */
  readonly speedMps: number;
  /** From the pose that the guard knew when it braked, by whichever reading makes it longest. */
  readonly wayM: number;
  /** v T1 + v^2 / 2a. */
  readonly promisedM: number;
  /** What one braking tells of T1 and of a, each for itself: coarse, for people. */
  readonly guardToMotionS: number;
  readonly decelerationMps2: number;
  /**
   * The deceleration whose promise, with T1 as declared, is this way. Infinite, which a record tells as
   * null, where the way was shorter than T1 alone.
   */
  readonly boundMps2: number;
};

/** Why a braking says nothing of the brakes. */
export type UnclearCause =
  | "poses-missing"
  | "odometry-unsure"
  | "odometry-disagrees"
  | "not-steady"
  | "moved-on"
  | "mode-changed"
  | "never-stood"
  | "near-the-bounds";

export type Braking =
  | { readonly verdict: "kept" | "worse"; readonly figures: BrakeFigures }
  | {
      readonly verdict: "unclear";
      readonly cause: UnclearCause;
      readonly figures: BrakeFigures | undefined;
    };

/** The steady flight before a braking is measured over this long. */
export const steadyMs = 500;
/** It stands when it is slower; what is left is air's and odometry's. */
export const standingMps = 0.2;
/** Where it stands is measured over the end of this time, when it has swung out. */
export const settleMs = 500;
const restMs = 200;

/**
 * [LG6] Half the stand-off. A braking is worse than declared when it took this much more than was
 * promised: air and odometry take some of the stand-off in every flight, and are not the brakes. For
 * the same reason odometry less sure than this, or that differs so much from its own velocities, says
 * nothing of them.
 */
export const brakeToleranceM = standOffM / 2;

const unclear = (cause: UnclearCause, figures?: BrakeFigures): Braking => ({
  verdict: "unclear",
  cause,
  figures,
});

/**
 * [LG6] Whether the vehicle stopped within v T1 + v^2 / 2a. The way is what the guard relies on, so
 * the way is judged: by positions and, since these may jump, by velocities too. "kept" is said where
 * both keep the promise without any tolerance, "worse" where both break it beyond the tolerance.
 * @param places from `steadyMs` before the fall on, oldest first
 * @param atMs the end
 */
export function judgeBraking(
  fall: Fall,
  places: readonly Place[],
  bounds: VehicleBounds,
  atMs: MonotonicMs,
): Braking {
  const flaw = flawOf(places, atMs);
  if (flaw) return unclear(flaw);
  const { asked, fromMs, zeroAtMs, stoodAtMs } = fall;
  const rows = alongOf(places, asked);
  const steady = rows.filter((row) => row.atMs > fromMs - steadyMs && row.atMs <= fromMs);
  const rest = rows.filter((row) => row.atMs > atMs - restMs);
  const newest = steady.at(-1);
  if (!newest || steady.length < 4 || rest.length === 0) return unclear("poses-missing");
  const flownMps = mean(steady, "mps");
  const askedMps = speedOf(asked);
  if (!isSteady(steady, askedMps)) return unclear("not-steady");

  // The mean of the steady flight, carried forward to the pose that the guard knew when it braked.
  const carriedM = (flownMps * (newest.atMs - mean(steady, "atMs"))) / 1_000;
  const wayM = (of: "byPositionM" | "byVelocityM"): number =>
    mean(rest, of) - mean(steady, of) - carriedM;
  const ways = [wayM("byPositionM"), wayM("byVelocityM")] as const;
  const mostM = Math.max(...ways);
  // Where the sticks took a moment to fall, the vehicle cannot have begun later than at zero.
  const leastM = Math.min(...ways) - (flownMps * (zeroAtMs - fromMs)) / 1_000;
  const figures = figuresOf({ rows, fromMs, mostM }, Math.min(flownMps, askedMps), bounds);
  const { promisedM } = figures;
  if (Math.abs(ways[0] - ways[1]) > brakeToleranceM) return unclear("odometry-disagrees", figures);
  if (leastM > promisedM + brakeToleranceM) return { verdict: "worse", figures };
  if (stoodAtMs === undefined) return unclear("never-stood", figures);
  return mostM <= promisedM ? { verdict: "kept", figures } : unclear("near-the-bounds", figures);
}

function flawOf(places: readonly Place[], endMs: MonotonicMs): UnclearCause | undefined {
  const isLate = ({ atMs }: Place, index: number): boolean =>
    (places[index + 1]?.atMs ?? endMs) - atMs > poseAgeMsMax;
  if (places.some(isLate)) return "poses-missing";
  const isUnsure = places.some(({ sigmaM }) => (sigmaM ?? 0) > brakeToleranceM);
  return isUnsure ? "odometry-unsure" : undefined;
}

type Row = {
  readonly atMs: number;
  /** Along the way and across it. */
  readonly mps: number;
  readonly acrossMps: number;
  readonly byPositionM: number;
  readonly byVelocityM: number;
};

/** How much of a velocity leads along a way. */
export const speedAlong = ({ eastMps, northMps, upMps }: EnuMps, way: EnuMps): number =>
  (eastMps * way.eastMps + northMps * way.northMps + upMps * way.upMps) / speedOf(way);

/** What was seen, along the way that was asked for. */
function alongOf(places: readonly Place[], asked: EnuMps): Row[] {
  const rows: Row[] = [];
  for (const { position, velocity, atMs } of places) {
    const { eastM, northM, upM } = position;
    const mps = speedAlong(velocity, asked);
    // Metres from the origin are the way of one second from there.
    const byPositionM = speedAlong({ eastMps: eastM, northMps: northM, upMps: upM }, asked);
    const acrossMps = Math.sqrt(Math.max(0, speedOf(velocity) ** 2 - mps ** 2));
    const last = rows.at(-1) ?? { mps, atMs, byVelocityM: 0 };
    const stepM = ((last.mps + mps) / 2) * ((atMs - last.atMs) / 1_000);
    rows.push({ atMs, mps, acrossMps, byPositionM, byVelocityM: last.byVelocityM + stepM });
  }
  return rows;
}

const mean = (rows: readonly Row[], of: keyof Row): number =>
  rows.reduce((sum, row) => sum + row[of], 0) / rows.length;

/** Straight, as fast as asked, and no longer gaining speed: what it gains it gains on the way too. */
function isSteady(steady: readonly Row[], askedMps: number): boolean {
  const half = Math.floor(steady.length / 2);
  const gainedMps = mean(steady.slice(half), "mps") - mean(steady.slice(0, half), "mps");
  const isAsAsked = Math.abs(mean(steady, "mps") - askedMps) <= 0.1 * askedMps + 0.05;
  const isStraight = mean(steady, "acrossMps") <= 0.1 * askedMps + 0.1;
  return isAsAsked && isStraight && Math.abs(gainedMps) <= 0.05 * askedMps + 0.03;
}

type Measured = {
  readonly rows: readonly Row[];
  readonly fromMs: MonotonicMs;
  readonly mostM: number;
};

function figuresOf({ rows, fromMs, mostM }: Measured, v: number, bounds: VehicleBounds) {
  const { guardToMotionS, decelerationMps2 } = bounds;
  const braking = rows.filter(({ atMs }) => atMs >= fromMs);
  const fastAt = braking.findLastIndex(({ mps }) => mps >= 0.9 * v);
  const fast = braking[Math.max(0, fastAt)];
  // Poses that a line held up come at one moment, and tell nothing of how long the braking took.
  const later = braking.slice(Math.max(0, fastAt)).filter(({ atMs }) => fast && atMs > fast.atMs);
  const slow = later.find(({ mps }) => mps <= standingMps) ?? later.at(-1);
  const slowedMps2 = fast && slow ? ((fast.mps - slow.mps) * 1_000) / (slow.atMs - fast.atMs) : 0;
  const sinceS = ((fast?.atMs ?? fromMs) - fromMs) / 1_000;
  // The straight line through the two, back to where it crosses the speed it had.
  const motionS = slowedMps2 > 0 ? sinceS - (v - (fast?.mps ?? v)) / slowedMps2 : sinceS;
  const brakedM = mostM - v * guardToMotionS;
  return {
    speedMps: v,
    wayM: mostM,
    promisedM: v * guardToMotionS + v ** 2 / (2 * decelerationMps2),
    guardToMotionS: Math.max(0, motionS),
    decelerationMps2: Math.max(0, slowedMps2),
    boundMps2: brakedM > 0 ? v ** 2 / (2 * brakedM) : Number.POSITIVE_INFINITY,
  };
}
