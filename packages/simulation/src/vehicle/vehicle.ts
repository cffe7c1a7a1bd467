import type { EnuM, EnuMps, Random } from "@pista/kernel";
import { drawBattery, type SimulatedBattery } from "./battery.ts";
import { contain } from "./contact.ts";
import type { VehicleBody } from "./vehicle-body.ts";

/** What the autopilot asks of the motors. */
export type VehicleCommand =
  /** Nothing turns: on the floor it rests, in the air it falls. */
  | { readonly kind: "motors-off" }
  /** Armed on the floor: the propellers turn and lift nothing. */
  | { readonly kind: "idle" }
  | { readonly kind: "velocity"; readonly velocity: EnuMps; readonly yawRateDegps: number };

export type VehicleState = {
  /** The point between its feet, in the hall's frame. */
  readonly position: EnuM;
  readonly velocity: EnuMps;
  /** By its own thrust and tilt; the gust comes on top. */
  readonly acceleration: EnuMps2;
  /** Clockwise from north. */
  readonly headingDeg: number;
  readonly yawRateDegps: number;
  /** What the air adds to the acceleration. */
  readonly gust: EnuMps2;
  readonly onFloor: boolean;
  /** How often it began to touch a wall, the ceiling or an obstacle's side. */
  readonly wallContacts: number;
  readonly touchesWall: boolean;
  /** The cage met something faster than it bears: the propellers lift no more. */
  readonly broken: boolean;
  readonly battery: SimulatedBattery;
};

type EnuMps2 = {
  readonly eastMps2: number;
  readonly northMps2: number;
  readonly upMps2: number;
};

/** 400 Hz, the rate of ArduPilot Copter's own main loop. */
export const vehicleStepS = 0.002_5;

const gravityMps2 = 9.806_65;
const still: EnuMps = { eastMps: 0, northMps: 0, upMps: 0 };
const motorsOff: VehicleCommand = { kind: "motors-off" };
const calm: EnuMps2 = { eastMps2: 0, northMps2: 0, upMps2: 0 };

/** Standing on the floor of the hall, motors off. */
export function parkedVehicle(
  body: VehicleBody,
  spot: { eastM: number; northM: number; headingDeg: number },
): VehicleState {
  return {
    position: { eastM: spot.eastM, northM: spot.northM, upM: 0 },
    velocity: still,
    acceleration: calm,
    headingDeg: spot.headingDeg,
    yawRateDegps: 0,
    gust: calm,
    onFloor: true,
    wallContacts: 0,
    touchesWall: false,
    broken: false,
    battery: { leftMah: body.batteryMah, currentA: 0 },
  };
}

/**
 * One step of the quadrotor as its autopilot sees it: it follows a velocity with a first-order lag,
 * within the acceleration that its tilt and thrust give. Motors, blades and the four-motor mixer are
 * left out; what the guard relies on (lag, deceleration, drift in moving air) is in.
 */
export function stepVehicle(
  body: VehicleBody,
  state: VehicleState,
  asked: VehicleCommand,
  dtS: number,
  random: Random,
): VehicleState {
  const command = state.broken ? motorsOff : asked;
  const gust = stepGust(body, state.gust, dtS, random);
  const battery = drawBattery(body, state, command.kind, dtS);
  const rests = state.onFloor && (command.kind !== "velocity" || command.velocity.upMps <= 0);
  if (rests) {
    return {
      position: state.position,
      velocity: still,
      acceleration: calm,
      headingDeg: state.headingDeg,
      yawRateDegps: 0,
      gust,
      onFloor: true,
      wallContacts: state.wallContacts,
      touchesWall: false,
      broken: state.broken,
      battery,
    };
  }
  const acceleration = accelerate(body, state, command, dtS);
  const velocity = {
    eastMps: state.velocity.eastMps + (acceleration.eastMps2 + gust.eastMps2) * dtS,
    northMps: state.velocity.northMps + (acceleration.northMps2 + gust.northMps2) * dtS,
    upMps: state.velocity.upMps + (acceleration.upMps2 + gust.upMps2) * dtS,
  };
  const turning = command.kind === "velocity" ? command.yawRateDegps : 0;
  const yawRateDegps = approach(state.yawRateDegps, turning, dtS / body.yawLagS);
  const turnedDeg = state.headingDeg + yawRateDegps * dtS;
  const moved = contain(body, state.position, velocity, dtS);
  // Written out: spreading one state into the next makes the step six times as slow.
  return {
    position: moved.position,
    velocity: moved.velocity,
    acceleration,
    headingDeg: turnedDeg < 0 ? turnedDeg + 360 : turnedDeg >= 360 ? turnedDeg - 360 : turnedDeg,
    yawRateDegps,
    gust,
    onFloor: moved.onFloor,
    wallContacts: state.wallContacts + (moved.touchesWall && !state.touchesWall ? 1 : 0),
    touchesWall: moved.touchesWall,
    broken: state.broken || moved.impactMps > body.cageSpeedMpsMax,
    battery,
  };
}

const approach = (from: number, to: number, share: number): number =>
  from + (to - from) * Math.min(1, share);

/** The wished acceleration within its limits, behind the tilt's lag; in free fall, gravity. */
function accelerate(
  body: VehicleBody,
  state: VehicleState,
  command: VehicleCommand,
  dtS: number,
): EnuMps2 {
  if (command.kind !== "velocity") return { eastMps2: 0, northMps2: 0, upMps2: -gravityMps2 };
  const wish = command.velocity;
  const eastMps2 = (wish.eastMps - state.velocity.eastMps) / body.velocityLagS;
  const northMps2 = (wish.northMps - state.velocity.northMps) / body.velocityLagS;
  const upMps2 = (wish.upMps - state.velocity.upMps) / body.velocityLagS;
  const scale = Math.min(1, body.levelAccelerationMps2Max / Math.hypot(eastMps2, northMps2, 1e-9));
  const upMax = body.climbAccelerationMps2Max;
  const share = dtS / body.tiltLagS;
  return {
    eastMps2: approach(state.acceleration.eastMps2, eastMps2 * scale, share),
    northMps2: approach(state.acceleration.northMps2, northMps2 * scale, share),
    upMps2: approach(state.acceleration.upMps2, Math.max(-upMax, Math.min(upMax, upMps2)), share),
  };
}

/** Air that remembers itself for about a second (an Ornstein-Uhlenbeck process). */
function stepGust(body: VehicleBody, gust: EnuMps2, dtS: number, random: Random): EnuMps2 {
  const { gustSigmaMps2: sigma, gustMemoryS } = body;
  if (sigma === 0) return calm;
  const kept = 1 - dtS / gustMemoryS;
  // A uniform draw of the same variance (a twelfth of its width squared) costs a tenth of a normal
  // one and sums to the same gusts.
  const width = sigma * Math.sqrt(12 * (1 - kept * kept));
  return {
    eastMps2: gust.eastMps2 * kept + width * (random.next() - 0.5),
    northMps2: gust.northMps2 * kept + width * (random.next() - 0.5),
    upMps2: gust.upMps2 * kept + width * (random.next() - 0.5),
  };
}

/** Roll is positive to the right, pitch with the nose up: the tilt that gives the acceleration. */
export function attitudeOf(state: VehicleState): { rollDeg: number; pitchDeg: number } {
  const heading = (state.headingDeg * Math.PI) / 180;
  const { eastMps2, northMps2, upMps2 } = state.acceleration;
  // A falling vehicle has no thrust to tilt; it is shown level.
  const liftMps2 = Math.max(1, gravityMps2 + upMps2);
  const forward = eastMps2 * Math.sin(heading) + northMps2 * Math.cos(heading);
  const right = eastMps2 * Math.cos(heading) - northMps2 * Math.sin(heading);
  return {
    rollDeg: (Math.atan2(right, liftMps2) * 180) / Math.PI,
    pitchDeg: (-Math.atan2(forward, liftMps2) * 180) / Math.PI,
  };
}
