import { assertNever, type EnuMps } from "@pista/kernel";
import { batteryVoltageV, nominalV } from "../vehicle/battery.ts";
import { plus, times, type Vector, zero } from "../vehicle/rotation.ts";
import { type PerRotor, perRotor } from "../vehicle/rotor.ts";
import { gravityMps2, stopped, type VehicleState } from "../vehicle/vehicle.ts";
import type { VehicleBody } from "../vehicle/vehicle-body.ts";
import { turnTo } from "./attitude-controller.ts";
import { mixed } from "./motor-mixer.ts";

/** What the autopilot's modes ask of what flies the vehicle. */
export type FlightCommand =
  /** Nothing turns: on the floor it rests, in the air it falls. */
  | { readonly kind: "motors-off" }
  /** Armed on the floor: the propellers turn and lift nothing. */
  | { readonly kind: "idle" }
  | { readonly kind: "velocity"; readonly velocity: EnuMps; readonly yawRateDegps: number };

/** What the controllers remember from one step to the next. */
export type ControllerState = {
  /** The acceleration that wind, drag and a tired battery have been found to cost. */
  readonly offset: Vector;
  /** The heading that it keeps, which turns with the rate asked for. */
  readonly headingDeg: number | undefined;
};

export const relaxed: ControllerState = { offset: zero, headingDeg: undefined };

/** ArduPilot's PSC_VEL*_P and _I, per second and per second squared. */
const gain = { level: 3.5, climb: 4, levelOffset: 1, climbOffset: 1.5 } as const;
const accelerationMps2Max = { level: 3, climb: 2.5, levelOffset: 1.5, climbOffset: 3 } as const;
/** ArduPilot's MOT_SPIN_ARM. */
const idleThrottle = perRotor(0.1);

/** One step of the cascade: velocity to acceleration, to attitude and lift, to rates, to motors. */
export function steer(
  state: ControllerState,
  body: VehicleBody,
  vehicle: VehicleState,
  command: FlightCommand,
  dtS: number,
): { readonly state: ControllerState; readonly throttles: PerRotor } {
  switch (command.kind) {
    case "motors-off":
      return { state: relaxed, throttles: stopped };
    case "idle":
      return { state: relaxed, throttles: idleThrottle };
    case "velocity":
      break;
    default:
      return assertNever(command, "A flight command");
  }
  // On the floor nothing is steered before it climbs, or it would tip over (ArduPilot relaxes its
  // controllers there as well).
  if (vehicle.onFloor && command.velocity.upMps <= 0) {
    return { state: relaxed, throttles: idleThrottle };
  }
  const facingDeg = (state.headingDeg ?? vehicle.headingDeg) + command.yawRateDegps * dtS;
  const headingDeg = ((facingDeg % 360) + 360) % 360;
  const wish = accelerate(state.offset, vehicle, command.velocity, dtS);
  const { x, y, z } = wish.acceleration;
  const thrust = { x, y, z: z + gravityMps2 };
  const length = Math.sqrt(x * x + y * y + thrust.z * thrust.z);
  const hoverShare = hoverShareOf(body);
  const shares = mixed(
    turnTo(vehicle, {
      up: times(thrust, 1 / length),
      liftShare: (hoverShare * thrust.z) / gravityMps2,
      hoverShare,
      headingDeg,
      yawRateDegps: command.yawRateDegps,
    }),
  );
  return {
    state: { offset: wish.offset, headingDeg },
    throttles: throttlesOf(shares, batteryVoltageV(body, vehicle.battery)),
  };
}

/** The share of full thrust that carries it: ArduPilot learns it in flight (MOT_THST_HOVER). */
const hoverShareOf = ({ inertia, rotor }: VehicleBody): number =>
  (inertia.massKg * gravityMps2) / (4 * rotor.thrustNMax);

/** Thrust goes with the square of the speed, and a tired battery turns slower (MOT_BAT_VOLT_MAX). */
function throttlesOf(shares: PerRotor, voltageV: number): PerRotor {
  const throttle = (share: number): number => Math.min(1, (Math.sqrt(share) * nominalV) / voltageV);
  return {
    frontLeft: throttle(shares.frontLeft),
    frontRight: throttle(shares.frontRight),
    rearLeft: throttle(shares.rearLeft),
    rearRight: throttle(shares.rearRight),
  };
}

type Acceleration = { readonly acceleration: Vector; readonly offset: Vector };

/** Velocity errors to accelerations within their limits, and what a lasting error adds to them. */
function accelerate(
  offset: Vector,
  { velocity }: VehicleState,
  wish: EnuMps,
  dtS: number,
): Acceleration {
  const error = {
    x: wish.eastMps - velocity.eastMps,
    y: wish.northMps - velocity.northMps,
    z: wish.upMps - velocity.upMps,
  };
  const max = accelerationMps2Max;
  const levelMps2 = gain.level * Math.sqrt(error.x * error.x + error.y * error.y);
  const scale = Math.min(1, max.level / Math.max(levelMps2, 1e-9));
  const climbMps2 = gain.climb * error.z;
  const asked = {
    x: gain.level * scale * error.x,
    y: gain.level * scale * error.y,
    z: Math.max(-max.climb, Math.min(max.climb, climbMps2)),
  };
  // While the limit holds it back, an error says nothing about wind or weight.
  const learnsLevel = scale === 1 ? gain.levelOffset * dtS : 0;
  const learnsClimb = Math.abs(climbMps2) < max.climb ? gain.climbOffset * dtS : 0;
  const learned = {
    x: within(offset.x + learnsLevel * error.x, max.levelOffset),
    y: within(offset.y + learnsLevel * error.y, max.levelOffset),
    z: within(offset.z + learnsClimb * error.z, max.climbOffset),
  };
  return { acceleration: plus(asked, learned), offset: learned };
}

const within = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
