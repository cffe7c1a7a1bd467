import type { Obstacle } from "@pista/programme";
import { limitRates, type Motion } from "./rigid-body.ts";
import {
  axesOf,
  cross,
  dot,
  lengthOf,
  plus,
  times,
  toBody,
  toHall,
  type Vector,
} from "./rotation.ts";
import type { VehicleBody } from "./vehicle-body.ts";

/** What solid things made of one step. */
export type Contact = {
  readonly motion: Motion;
  /** How high the surface is that it stands or lies on; undefined in the air. */
  readonly floorM: number | undefined;
  readonly touchesWall: boolean;
  /** How fast its cage ran into something: 0 for not at all. */
  readonly impactMps: number;
};

/** A surface near the vehicle: which way it faces, and how far its plane is from the middle. */
type Surface = {
  readonly normal: Vector;
  readonly distanceM: number;
  /** Of what can be stood on: its height. */
  readonly topM: number | undefined;
};

/** A point of the body at a surface, all of it in the body's own axes. */
type Touch = {
  readonly arm: Vector;
  readonly normal: Vector;
  readonly depthM: number;
  readonly approachMps: number;
  /** What this point's speed along the normal is to become. */
  readonly leavingMps: number;
  pushedNs: number;
};

/** How much of its speed the cage keeps when it bounces; slower than the least it stays. */
const bounce = { share: 0.3, leastMps: 0.3 } as const;
const friction = 0.5;
/** Rolling on a mesh that gives costs turning: the share lost in a second. */
const rollingLossPerS = 6;
/** Impulses at five points depend on one another: so many rounds bring them to agree. */
const rounds = 6;
/** Feet that are lower than a box's top by less come down on it rather than beside it. */
const edgeM = 0.05;
/** A surface that faces up like this is stood on; all others are walls. */
const floorFacing = 0.7;

/** The hall and what stands in it are solid: the cage bounces off them, the feet stand on them. */
export function collide(body: VehicleBody, motion: Motion, dtS: number): Contact {
  const surfaces = surfacesNear(body, motion.position);
  if (surfaces.length === 0) return { motion, floorM: undefined, touchesWall: false, impactMps: 0 };
  let { position, velocity, rates } = motion;
  const axes = axesOf(motion.attitude);
  let floorM: number | undefined;
  let touchesWall = false;
  let impactMps = 0;
  for (const { normal, distanceM, topM } of surfaces) {
    const inBody = { velocity: toBody(axes, velocity), normal: toBody(axes, normal) };
    const touches = touchesOf(body, inBody, rates, distanceM);
    if (touches.length === 0) continue;
    const after = resolve(body, touches, inBody.velocity, rates);
    velocity = toHall(axes, after.velocity);
    rates = limitRates(after.rates);
    position = plus(position, normal, Math.max(...touches.map(({ depthM }) => depthM)));
    impactMps = Math.max(impactMps, ...touches.map(({ approachMps }) => approachMps));
    if (topM !== undefined && normal.z > floorFacing) {
      floorM = topM;
      rates = times(rates, 1 - rollingLossPerS * dtS);
    } else touchesWall = true;
  }
  return {
    motion: { position, velocity, attitude: motion.attitude, rates },
    floorM,
    touchesWall,
    impactMps,
  };
}

/** Nothing of the vehicle is farther from its middle than its widest. */
function surfacesNear(body: VehicleBody, { x, y, z }: Vector): Surface[] {
  const { hallM, radiusM, obstacles } = body;
  const near: Surface[] = [];
  const look = (distanceM: number, normal: Vector, topM?: number): void => {
    if (distanceM <= radiusM) near.push({ normal, distanceM, topM });
  };
  look(z, facing.up, 0);
  look(hallM.upM - z, facing.down);
  look(x, facing.east);
  look(hallM.eastM - x, facing.west);
  look(y, facing.north);
  look(hallM.northM - y, facing.south);
  for (const box of obstacles) {
    if (x < box.westM - radiusM || x > box.eastM + radiusM || z > box.topM + radiusM) continue;
    if (y < box.southM - radiusM || y > box.northM + radiusM) continue;
    const surface = surfaceOf(body, box, { x, y, z });
    if (surface.distanceM <= radiusM) near.push(surface);
  }
  return near;
}

const facing = {
  up: { x: 0, y: 0, z: 1 },
  down: { x: 0, y: 0, z: -1 },
  east: { x: 1, y: 0, z: 0 },
  west: { x: -1, y: 0, z: 0 },
  north: { x: 0, y: 1, z: 0 },
  south: { x: 0, y: -1, z: 0 },
} as const;

/**
 * A box's nearest point faces the middle: a side, an edge, or the top. Who comes down on the top with
 * any part of the cage stands there: the fall off an edge is left out.
 */
function surfaceOf(body: VehicleBody, box: Obstacle, { x, y, z }: Vector): Surface {
  const { topM } = box;
  const away = {
    x: x - Math.max(box.westM, Math.min(box.eastM, x)),
    y: y - Math.max(box.southM, Math.min(box.northM, y)),
    z: z - Math.min(topM, z),
  };
  const besideM = Math.max(Math.abs(away.x), Math.abs(away.y));
  const isAbove = besideM < body.radiusM && z - topM > body.heightM / 2 - edgeM;
  const distanceM = lengthOf(away);
  // A middle that is inside, where nothing can fly, goes out by the top.
  if (isAbove || distanceM === 0) return { normal: facing.up, distanceM: z - topM, topM };
  return { normal: times(away, 1 / distanceM), distanceM, topM };
}

type InBody = { readonly velocity: Vector; readonly normal: Vector };

/** Where the flattened ball and its feet reach the surface, each with the bounce that it is to make. */
function touchesOf(body: VehicleBody, inBody: InBody, rates: Vector, distanceM: number): Touch[] {
  const { x, y, z } = inBody.normal;
  const wide = body.radiusM ** 2;
  const high = (body.heightM / 2) ** 2;
  const reachM = Math.sqrt(wide * (x * x + y * y) + high * z * z);
  const touches: Touch[] = [];
  const add = (arm: Vector, isFoot: boolean): void => {
    const depthM = -distanceM - dot(inBody.normal, arm);
    if (depthM < 0) return;
    const approachMps = -dot(inBody.normal, plus(inBody.velocity, cross(rates, arm)));
    const bounces = !isFoot && approachMps > bounce.leastMps;
    const leavingMps = bounces ? bounce.share * approachMps : 0;
    touches.push({ arm, normal: inBody.normal, depthM, approachMps, leavingMps, pushedNs: 0 });
  };
  add({ x: (-wide * x) / reachM, y: (-wide * y) / reachM, z: (-high * z) / reachM }, false);
  const footM = body.rotor.armM * Math.SQRT1_2;
  for (const forward of [footM, -footM]) {
    for (const left of [footM, -footM]) add({ x: forward, y: left, z: -body.heightM / 2 }, true);
  }
  return touches;
}

/** Sequential impulses: each point in turn pushes as much as its own speed needs, and never pulls. */
function resolve(
  body: VehicleBody,
  touches: readonly Touch[],
  before: Vector,
  beforeRates: Vector,
): { readonly velocity: Vector; readonly rates: Vector } {
  let velocity = before;
  let rates = beforeRates;
  const push = (arm: Vector, direction: Vector, impulseNs: number): void => {
    velocity = plus(velocity, direction, impulseNs / body.inertia.massKg);
    rates = plus(rates, turnOf(body, cross(arm, direction)), impulseNs);
  };
  for (let round = 0; round < rounds; round++) {
    for (const touch of touches) {
      const { arm, normal } = touch;
      const speedMps = dot(normal, plus(velocity, cross(rates, arm)));
      const wantedNs = (touch.leavingMps - speedMps) * yieldOf(body, arm, normal);
      const pushNs = Math.max(-touch.pushedNs, wantedNs);
      touch.pushedNs += pushNs;
      push(arm, normal, pushNs);
      if (pushNs <= 0) continue;
      const sliding = plus(velocity, cross(rates, arm));
      const along = plus(sliding, normal, -dot(normal, sliding));
      const slidingMps = lengthOf(along);
      if (slidingMps < 1e-9) continue;
      const direction = times(along, -1 / slidingMps);
      const stopNs = slidingMps * yieldOf(body, arm, direction);
      push(arm, direction, Math.min(stopNs, friction * pushNs));
    }
  }
  return { velocity, rates };
}

/** How a body's rates answer to an angular impulse. */
const turnOf = ({ inertia }: VehicleBody, { x, y, z }: Vector): Vector => ({
  x: x / inertia.level,
  y: y / inertia.level,
  z: z / inertia.vertical,
});

/** The impulse that changes a point's speed in a direction by one. */
function yieldOf(body: VehicleBody, arm: Vector, direction: Vector): number {
  const turning = cross(turnOf(body, cross(arm, direction)), arm);
  return 1 / (1 / body.inertia.massKg + dot(turning, direction));
}
