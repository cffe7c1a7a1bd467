import { type EnuM, type EnuMps, type Random, speedOf } from "@pista/kernel";
import { drawBattery, type SimulatedBattery, voltageShare } from "./battery.ts";
import { collide } from "./contact.ts";
import { type Motion, moved } from "./rigid-body.ts";
import {
  type Axes,
  axesOf,
  headingOf,
  lengthOf,
  levelAt,
  plus,
  type Quaternion,
  type Vector,
  zero,
} from "./rotation.ts";
import { groundGain, type Lift, liftOf, type PerRotor, perRotor, spin } from "./rotor.ts";
import type { VehicleBody } from "./vehicle-body.ts";

export type VehicleState = {
  /** Of its middle, less half its height: of the point between its feet while it is level. */
  readonly position: EnuM;
  readonly velocity: EnuMps;
  readonly attitude: Quaternion;
  /** Radians a second about its own axes: forward, left, up. */
  readonly rates: Vector;
  /** Clockwise from north. */
  readonly headingDeg: number;
  /** Radians a second. */
  readonly rotors: PerRotor;
  /** The air's own velocity where the vehicle is. */
  readonly wind: EnuMps;
  readonly onFloor: boolean;
  /** How often it began to touch a wall, the ceiling or an obstacle's side. */
  readonly wallContacts: number;
  readonly touchesWall: boolean;
  /** The cage met something faster than it bears: the propellers turn no more. */
  readonly broken: boolean;
  readonly battery: SimulatedBattery;
};

/** 400 Hz, the rate of ArduPilot Copter's own main loop. */
export const vehicleStepS = 0.002_5;

export const gravityMps2 = 9.806_65;
export const stopped: PerRotor = perRotor(0);
const still: EnuMps = { eastMps: 0, northMps: 0, upMps: 0 };
/** Slower than this it comes to rest, where it stands flat or lies on its back. */
const rest = { speedMps: 0.05, rateRadps: 0.3 } as const;
/** The upward part of its own upward axis; on its side it rolls on. */
const flat = { standing: 0.999, onItsBack: -0.99 } as const;
/** Rotors that run down never quite stop in the model: slower than this they stand. */
const standingRadps = 1;

/** Standing on the floor of the hall, motors off. */
export function parkedVehicle(
  body: VehicleBody,
  spot: { eastM: number; northM: number; headingDeg: number },
): VehicleState {
  return {
    position: { eastM: spot.eastM, northM: spot.northM, upM: 0 },
    velocity: still,
    attitude: levelAt(spot.headingDeg),
    rates: zero,
    headingDeg: spot.headingDeg,
    rotors: stopped,
    wind: still,
    onFloor: true,
    wallContacts: 0,
    touchesWall: false,
    broken: false,
    battery: { leftMah: body.batteryMah, currentA: 0 },
  };
}

/**
 * One step of the quadrotor: its battery turns the rotors as its motors are told to, the rotors lift
 * and turn it, the air drags it along, and what is solid stops it.
 */
export function stepVehicle(
  body: VehicleBody,
  state: VehicleState,
  throttles: PerRotor,
  dtS: number,
  random: Random,
): VehicleState {
  const wind = stepWind(body, state.wind, dtS, random);
  const asked = state.broken ? stopped : throttles;
  const rotors = spin(body.rotor, state.rotors, asked, voltageShare(body, state.battery), dtS);
  const isParked = state.onFloor && rotors.frontLeft < standingRadps;
  const battery = drawBattery(body, state.battery, rotors, isParked, dtS);
  const placed = place(body, state, rotors, dtS);
  const { touchesWall } = placed;
  // Written out: spreading one state into the next makes the step six times as slow.
  return {
    position: placed.position,
    velocity: placed.velocity,
    attitude: placed.attitude,
    rates: placed.rates,
    headingDeg: placed.headingDeg,
    rotors,
    wind,
    onFloor: placed.onFloor,
    wallContacts: state.wallContacts + (touchesWall && !state.touchesWall ? 1 : 0),
    touchesWall,
    broken: state.broken || placed.impactMps > body.cageSpeedMpsMax,
    battery,
  };
}

type Placed = Pick<
  VehicleState,
  "position" | "velocity" | "attitude" | "rates" | "headingDeg" | "onFloor" | "touchesWall"
> & { readonly impactMps: number };

/** Where a step takes it; what has come to rest on the floor stays exactly where it is. */
function place(body: VehicleBody, state: VehicleState, rotors: PerRotor, dtS: number): Placed {
  const axes = axesOf(state.attitude);
  const lift = liftNear(body, state, axes, rotors);
  const isDown = staysDown(body, axes, lift);
  if (isDown && state.onFloor && speedOf(state.velocity) === 0 && lengthOf(state.rates) === 0) {
    return resting(state.position, state.attitude, state.headingDeg, 0);
  }
  const { motion, floorM, touchesWall, impactMps } = collide(
    body,
    moved(
      motionOf(body, state),
      body.inertia,
      forceOn(body, state, axes, lift),
      torqueOn(body, state, lift),
      dtS,
    ),
    dtS,
  );
  const { position, velocity, attitude, rates } = motion;
  const { x: eastM, y: northM } = position;
  const upM = position.z - body.heightM / 2;
  const headingDeg = headingOf(axesOf(attitude));
  const isSlow = lengthOf(velocity) < rest.speedMps && lengthOf(rates) < rest.rateRadps;
  if (isDown && floorM !== undefined && isSlow) {
    if (axes.up.z > flat.standing) {
      return resting({ eastM, northM, upM: floorM }, levelAt(headingDeg), headingDeg, impactMps);
    }
    if (axes.up.z < flat.onItsBack) {
      return resting({ eastM, northM, upM }, attitude, headingDeg, impactMps);
    }
  }
  return {
    position: { eastM, northM, upM },
    velocity: { eastMps: velocity.x, northMps: velocity.y, upMps: velocity.z },
    attitude,
    rates,
    headingDeg,
    onFloor: floorM !== undefined,
    touchesWall,
    impactMps,
  };
}

const resting = (
  position: EnuM,
  attitude: Quaternion,
  headingDeg: number,
  impactMps: number,
): Placed => ({
  position,
  velocity: still,
  attitude,
  rates: zero,
  headingDeg,
  onFloor: true,
  touchesWall: false,
  impactMps,
});

const motionOf = (
  body: VehicleBody,
  { position, velocity, attitude, rates }: VehicleState,
): Motion => ({
  position: { x: position.eastM, y: position.northM, z: position.upM + body.heightM / 2 },
  velocity: { x: velocity.eastMps, y: velocity.northMps, z: velocity.upMps },
  attitude,
  rates,
});

/** Gravity, the rotors, and the drag of the air that moves past; in the hall's axes. */
function forceOn(body: VehicleBody, state: VehicleState, { up }: Axes, lift: Lift): Vector {
  const { velocity, wind } = state;
  const air = {
    x: velocity.eastMps - wind.eastMps,
    y: velocity.northMps - wind.northMps,
    z: velocity.upMps - wind.upMps,
  };
  const drag = body.drag.linear + body.drag.quadratic * lengthOf(air);
  return {
    x: lift.thrustN * up.x - drag * air.x,
    y: lift.thrustN * up.y - drag * air.y,
    z: lift.thrustN * up.z - drag * air.z - body.inertia.massKg * gravityMps2,
  };
}

/** What an accelerometer feels, in the hall's axes: all that pushes it but gravity; m/s2. */
export function feltAccelerationOf(body: VehicleBody, state: VehicleState): Vector {
  if (state.onFloor) return { x: 0, y: 0, z: gravityMps2 };
  const axes = axesOf(state.attitude);
  const force = forceOn(body, state, axes, liftNear(body, state, axes, state.rotors));
  const { massKg } = body.inertia;
  return { x: force.x / massKg, y: force.y / massKg, z: force.z / massKg + gravityMps2 };
}

const torqueOn = (body: VehicleBody, { rates }: VehicleState, { torque }: Lift): Vector =>
  plus(torque, rates, -body.turnDrag);

/** The rotors' lift, and what the floor or the box under them adds to it. */
function liftNear(body: VehicleBody, state: VehicleState, { up }: Axes, rotors: PerRotor): Lift {
  const { position, velocity } = state;
  const free = liftOf(body.rotor, rotors, 1);
  const heightM = position.upM - surfaceBelowM(body, position) + body.rotorHeightM;
  if (heightM > 4 * body.rotor.radiusM || up.z < 0.5) return free;
  const levelMps = Math.sqrt(velocity.eastMps ** 2 + velocity.northMps ** 2);
  const gain = groundGain(body.rotor, { heightM, levelMps, thrustN: free.thrustN });
  return liftOf(body.rotor, rotors, gain);
}

function surfaceBelowM({ obstacles }: VehicleBody, { eastM, northM, upM }: EnuM): number {
  let belowM = 0;
  for (const { westM, southM, eastM: toM, northM: northToM, topM } of obstacles) {
    const isOver = eastM > westM && eastM < toM && northM > southM && northM < northToM;
    if (isOver && topM <= upM + 0.01) belowM = Math.max(belowM, topM);
  }
  return belowM;
}

/** On the floor it stays until its rotors lift more than it weighs, or tip it over its own feet. */
function staysDown(body: VehicleBody, { up }: Axes, { thrustN, torque }: Lift): boolean {
  const pressN = body.inertia.massKg * gravityMps2 - thrustN * up.z;
  const footM = body.rotor.armM * Math.SQRT1_2;
  return pressN > 0 && Math.max(Math.abs(torque.x), Math.abs(torque.y)) < pressN * footM;
}

/** Air that remembers itself for about a second (an Ornstein-Uhlenbeck process) around a draught. */
function stepWind(body: VehicleBody, wind: EnuMps, dtS: number, random: Random): EnuMps {
  const { gustSigmaMps: sigma, gustMemoryS, draught } = body;
  const kept = 1 - dtS / gustMemoryS;
  // A uniform draw of the same variance (a twelfth of its width squared) costs a tenth of a normal
  // one and sums to the same gusts.
  const width = sigma * Math.sqrt(12 * (1 - kept * kept));
  const gust = (now: number, mean: number): number =>
    mean + (now - mean) * kept + width * (random.next() - 0.5);
  return {
    eastMps: gust(wind.eastMps, draught.eastMps),
    northMps: gust(wind.northMps, draught.northMps),
    upMps: gust(wind.upMps, 0),
  };
}

export type Attitude = {
  /** To the right. */
  readonly rollDeg: number;
  /** Nose up. */
  readonly pitchDeg: number;
  /** About the body's own axes: to the right, nose up, clockwise seen from above. */
  readonly rollRateDegps: number;
  readonly pitchRateDegps: number;
  readonly yawRateDegps: number;
};

const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** As aviation and MAVLink count; its yaw is `headingDeg`. */
export function attitudeOf({ attitude, rates }: VehicleState): Attitude {
  const { forward, left, up } = axesOf(attitude);
  return {
    rollDeg: degrees(Math.atan2(left.z, up.z)),
    // Rounding may take an axis of length one a little beyond one.
    pitchDeg: degrees(Math.asin(Math.max(-1, Math.min(1, forward.z)))),
    rollRateDegps: degrees(rates.x),
    pitchRateDegps: -degrees(rates.y),
    yawRateDegps: -degrees(rates.z),
  };
}
