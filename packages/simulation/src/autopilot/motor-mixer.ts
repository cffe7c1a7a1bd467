import type { PerRotor } from "../vehicle/rotor.ts";

/** Shares of one rotor's full thrust: what each gives, and what it gives more or less for a turn. */
export type MixerInput = {
  readonly thrust: number;
  /** What carries the vehicle. */
  readonly hover: number;
  /** To the right. */
  readonly roll: number;
  /** Nose down, as the body's axis turns. */
  readonly pitch: number;
  /** Anticlockwise seen from above. */
  readonly yaw: number;
};

/** ArduPilot's MOT_SPIN_MIN: slower propellers answer badly. Here it is a share of the thrust. */
const leastShare = 0.02;

/**
 * Thrust and turns to the four rotors of an X, as shares of full thrust. Where a rotor can give no
 * more, attitude comes first, then lift, then heading: a vehicle that leans wrongly falls, one that
 * lifts too little sinks, and one that turns too slowly merely looks elsewhere (ArduPilot's order,
 * AP_MotorsMatrix::output_armed_stabilizing). A turn may raise the lift as far as what hovers, and
 * never makes the vehicle climb (its throttle mix, AC_AttitudeControl_Multi).
 */
export function mixed(input: MixerInput): PerRotor {
  const { roll, pitch } = input;
  const span = 2 * (Math.abs(roll) + Math.abs(pitch));
  const borrowed = 2 * (Math.max(input.thrust, input.hover) - leastShare);
  const lean = Math.min(1, Math.min(1 - leastShare, borrowed) / Math.max(span, 1e-9));
  const most = (lean * span) / 2;
  const thrust = Math.max(leastShare + most, Math.min(1 - most, input.thrust));
  const left = lean * roll;
  const rear = lean * pitch;
  const frontLeft = thrust + left - rear;
  const frontRight = thrust - left - rear;
  const rearLeft = thrust + left + rear;
  const rearRight = thrust - left + rear;
  // Front left and rear right turn clockwise: their drag turns the body the other way.
  const yawMost = (rising: number, falling: number): number =>
    Math.max(0, Math.min(1 - rising, falling - leastShare));
  const room =
    input.yaw > 0
      ? yawMost(Math.max(frontLeft, rearRight), Math.min(frontRight, rearLeft))
      : yawMost(Math.max(frontRight, rearLeft), Math.min(frontLeft, rearRight));
  const yaw = Math.max(-room, Math.min(room, input.yaw));
  return {
    frontLeft: frontLeft + yaw,
    frontRight: frontRight - yaw,
    rearLeft: rearLeft - yaw,
    rearRight: rearRight + yaw,
  };
}
