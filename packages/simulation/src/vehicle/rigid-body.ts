import { cross, plus, type Quaternion, turned, type Vector } from "./rotation.ts";

/** A rigid body's motion: its middle and speed in the hall, its rates about its own axes. */
export type Motion = {
  readonly position: Vector;
  readonly velocity: Vector;
  readonly attitude: Quaternion;
  /** Radians a second. */
  readonly rates: Vector;
};

export type Inertia = {
  readonly massKg: number;
  /** About the body's own axes, kg m2; an X has the same forward and sideways. */
  readonly level: number;
  readonly vertical: number;
};

/** 2,000 degrees a second, where a gyroscope's range ends: a model that spins faster says nothing. */
const rateRadpsMax = 35;

/**
 * One step by Newton and Euler: the force in the hall's axes, the torque about the body's. Speeds
 * come first and places follow them (semi-implicit Euler), which keeps the energy of what swings.
 */
export function moved(
  motion: Motion,
  inertia: Inertia,
  force: Vector,
  torque: Vector,
  dtS: number,
): Motion {
  const velocity = plus(motion.velocity, force, dtS / inertia.massKg);
  const { rates } = motion;
  const spin = {
    x: inertia.level * rates.x,
    y: inertia.level * rates.y,
    z: inertia.vertical * rates.z,
  };
  const gyration = cross(rates, spin);
  const next = limitRates({
    x: rates.x + ((torque.x - gyration.x) * dtS) / inertia.level,
    y: rates.y + ((torque.y - gyration.y) * dtS) / inertia.level,
    z: rates.z + ((torque.z - gyration.z) * dtS) / inertia.vertical,
  });
  return {
    position: plus(motion.position, velocity, dtS),
    velocity,
    attitude: turned(motion.attitude, next, dtS),
    rates: next,
  };
}

const limit = (rate: number): number => Math.max(-rateRadpsMax, Math.min(rateRadpsMax, rate));

export const limitRates = ({ x, y, z }: Vector): Vector => ({
  x: limit(x),
  y: limit(y),
  z: limit(z),
});

/** Kinetic energy, of the way and of the turning. */
export function kineticEnergyJ({ velocity, rates }: Motion, inertia: Inertia): number {
  const way = velocity.x ** 2 + velocity.y ** 2 + velocity.z ** 2;
  const turning = inertia.level * (rates.x ** 2 + rates.y ** 2) + inertia.vertical * rates.z ** 2;
  return (inertia.massKg * way + turning) / 2;
}
