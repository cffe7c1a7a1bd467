import { axesOf, toBody, type Vector } from "../vehicle/rotation.ts";
import type { VehicleState } from "../vehicle/vehicle.ts";
import { demonstrationBody } from "../vehicle/vehicle-body.ts";
import type { MixerInput } from "./motor-mixer.ts";

/** What the velocity controller wants: where the thrust is to point, and how much of it. */
export type AttitudeWish = {
  /** The body's upward axis in the hall, of length one. */
  readonly up: Vector;
  /** Share of full thrust, as long as the vehicle were level. */
  readonly liftShare: number;
  /** The share that carries it. */
  readonly hoverShare: number;
  readonly headingDeg: number;
  readonly yawRateDegps: number;
};

/** Radians a second for each radian of error, ArduPilot's ATC_ANG_*_P. */
const leanGainPerS = 10;
const yawGainPerS = 2.5;
/** Radians a second squared for each radian a second of error. */
const rateGainPerS = 25;
const yawRateGainPerS = 8;
const rateRadpsMax = 4;
/** Lifting harder the more it leans ends here: at 60 degrees. */
const leanCosineMin = 0.5;

/** The gains are tuned on one vehicle, and fly every other of its make. */
const { inertia, rotor } = demonstrationBody;
const leanShare = inertia.level / (4 * rotor.armM * Math.SQRT1_2 * rotor.thrustNMax);
const yawShare = inertia.vertical / (4 * rotor.torquePerThrustM * rotor.thrustNMax);

/** Angle errors become rates, rate errors become angular accelerations, and those become thrusts. */
export function turnTo(vehicle: VehicleState, wish: AttitudeWish): MixerInput {
  const axes = axesOf(vehicle.attitude);
  const wished = toBody(axes, wish.up);
  const { rates } = vehicle;
  const lean = leanRates(wished);
  const yawError = (((wish.headingDeg - vehicle.headingDeg + 540) % 360) - 180) * (Math.PI / 180);
  const yaw = limit(-yawGainPerS * yawError - (wish.yawRateDegps * Math.PI) / 180);
  return {
    thrust: wish.liftShare / Math.max(leanCosineMin, axes.up.z),
    hover: wish.hoverShare,
    roll: rateGainPerS * leanShare * (lean.x - rates.x),
    pitch: rateGainPerS * leanShare * (lean.y - rates.y),
    yaw: yawRateGainPerS * yawShare * (yaw - rates.z),
  };
}

const limit = (rate: number): number => Math.max(-rateRadpsMax, Math.min(rateRadpsMax, rate));

/** The shortest turn that takes its upward axis to the wished one, as seen from the body. */
function leanRates({ x, y, z }: Vector): { readonly x: number; readonly y: number } {
  const sine = Math.sqrt(x * x + y * y);
  // Beyond a right angle the sine shrinks again, while the way does not.
  const grow = z < 0 && sine > 1e-6 ? 1 / sine : 1;
  return { x: limit(-leanGainPerS * grow * y), y: limit(leanGainPerS * grow * x) };
}
