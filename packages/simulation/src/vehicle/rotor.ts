import type { Vector } from "./rotation.ts";

/** One number for each rotor of the X. */
export type PerRotor = {
  readonly frontLeft: number;
  readonly frontRight: number;
  readonly rearLeft: number;
  readonly rearRight: number;
};

export const perRotor = (value: number): PerRotor => ({
  frontLeft: value,
  frontRight: value,
  rearLeft: value,
  rearRight: value,
});

export type RotorModel = {
  /** From the vehicle's middle to the rotor's axis. */
  readonly armM: number;
  readonly radiusM: number;
  /** Of one rotor at full throttle and the battery's nominal voltage. */
  readonly thrustNMax: number;
  readonly speedRadpsMax: number;
  /** A blade's drag turns the vehicle the other way: its torque for each newton of thrust. */
  readonly torquePerThrustM: number;
  /** First-order lag from the speed asked for to the speed turned. */
  readonly lagS: number;
  /** What arrives at the shaft of what leaves the battery. */
  readonly efficiency: number;
};

/** What the rotors do to the body, about its own axes. */
export type Lift = { readonly thrustN: number; readonly torque: Vector };

/** A throttle is a share of the voltage, and a motor's speed follows its voltage. */
export function spin(
  rotor: RotorModel,
  speeds: PerRotor,
  throttles: PerRotor,
  voltageShare: number,
  dtS: number,
): PerRotor {
  const full = rotor.speedRadpsMax * voltageShare;
  const share = Math.min(1, dtS / rotor.lagS);
  return {
    frontLeft: towards(speeds.frontLeft, full * throttles.frontLeft, share),
    frontRight: towards(speeds.frontRight, full * throttles.frontRight, share),
    rearLeft: towards(speeds.rearLeft, full * throttles.rearLeft, share),
    rearRight: towards(speeds.rearRight, full * throttles.rearRight, share),
  };
}

const towards = (from: number, to: number, share: number): number => from + (to - from) * share;

const thrustOf = (rotor: RotorModel, speedRadps: number): number =>
  rotor.thrustNMax * (speedRadps / rotor.speedRadpsMax) ** 2;

/**
 * Thrust and torque of the four. As in ArduPilot's X, front right and rear left turn anticlockwise
 * seen from above, so that their drag turns the body clockwise; the other two turn it back.
 */
export function liftOf(rotor: RotorModel, speeds: PerRotor, gain: number): Lift {
  const frontLeft = gain * thrustOf(rotor, speeds.frontLeft);
  const frontRight = gain * thrustOf(rotor, speeds.frontRight);
  const rearLeft = gain * thrustOf(rotor, speeds.rearLeft);
  const rearRight = gain * thrustOf(rotor, speeds.rearRight);
  const lever = rotor.armM * Math.SQRT1_2;
  // The drag is the blade's, whatever the floor adds to its thrust.
  const drag = rotor.torquePerThrustM / gain;
  return {
    thrustN: frontLeft + frontRight + rearLeft + rearRight,
    torque: {
      x: lever * (frontLeft + rearLeft - frontRight - rearRight),
      y: lever * (rearLeft + rearRight - frontLeft - frontRight),
      z: drag * (frontLeft + rearRight - frontRight - rearLeft),
    },
  };
}

/** What the four take from the battery: the drag of their blades, times their speed. */
export function electricalPowerW(rotor: RotorModel, speeds: PerRotor): number {
  const powerW = (speedRadps: number): number =>
    thrustOf(rotor, speedRadps) * rotor.torquePerThrustM * Math.abs(speedRadps);
  const { frontLeft, frontRight, rearLeft, rearRight } = speeds;
  const shaftW = powerW(frontLeft) + powerW(frontRight) + powerW(rearLeft) + powerW(rearRight);
  return shaftW / rotor.efficiency;
}

const airKgpm3 = 1.225;

/**
 * How much the floor adds to the thrust: 1 / (1 - (R / 4z)^2 / (1 + (V / v_i)^2)), by Cheeseman and
 * Bennett 1955, "The Effect of the Ground on a Helicopter Rotor in Forward Flight" (ARC R&M 3021), of
 * one rotor at a height z and a level speed V, v_i being what it induces when it hovers. The formula
 * holds down to half a radius; from there on the gain stays what it is there. Above four radii it is
 * less than half a per cent, and is left out.
 */
export function groundGain(
  rotor: RotorModel,
  air: { readonly heightM: number; readonly levelMps: number; readonly thrustN: number },
): number {
  if (air.heightM > 4 * rotor.radiusM) return 1;
  const ratio = rotor.radiusM / (4 * Math.max(air.heightM, rotor.radiusM / 2));
  const discM2 = Math.PI * rotor.radiusM ** 2;
  const inducedSquared = air.thrustN / (4 * 2 * airKgpm3 * discM2);
  const speedRatio = air.levelMps ** 2 / Math.max(inducedSquared, 1);
  return 1 / (1 - ratio ** 2 / (1 + speedRatio));
}
