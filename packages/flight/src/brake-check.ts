import { type EnuMps, type MonotonicMs, speedOf } from "@pista/kernel";
import {
  type Braking,
  type Fall,
  judgeBraking,
  type Place,
  settleMs,
  speedAlong,
  standingMps,
  steadyMs,
  type UnclearCause,
} from "./braking.ts";
import type { VehicleBounds } from "./envelope.ts";
import type { GatewayEvent, GatewayStep } from "./gateway-state.ts";

type Cruise = {
  readonly asked: EnuMps;
  readonly sinceMs: MonotonicMs;
  /** Since when the set-points fall away from it. */
  readonly leftAtMs: MonotonicMs | undefined;
};

/** What was flown last, as far as it may become a braking, or is one. */
export type BrakeCheck = {
  readonly places: readonly Place[];
  readonly cruise: Cruise | undefined;
  readonly fall: Fall | undefined;
};

export const brakeCheckStart: BrakeCheck = { places: [], cruise: undefined, fall: undefined };

type BrakeStep = { readonly check: BrakeCheck; readonly braking: Braking | undefined };

/** Just below what a lease without a camera may fly (LG3). From slower the brakes tell nothing. */
export const brakingMpsMin = 0.4;
/** So long a set-point must have stood before it fell, for the vehicle to have reached it. */
const cruiseMsMin = 1_000;
/** A hand lets go of a stick in less. */
const fallMsMax = 100;
/** A slower set-point is zero. */
const zeroMps = 0.02;

/**
 * [LG6] Recognises brakings in what the guard hears and sends: a set-point that falls to zero from a
 * level, straight and steady flight, and stays there until the vehicle stands. It reads the guard's
 * steps and gives nothing back to them. The verdict is against the bounds that the guard flies by.
 */
export function checkBrakes(
  before: BrakeCheck,
  event: GatewayEvent,
  { state, effects }: Pick<GatewayStep, "state" | "effects">,
): BrakeStep {
  const { vehicle, setup } = state;
  if (!vehicle.armed || vehicle.mode !== "guided") {
    if (before === brakeCheckStart) return { check: before, braking: undefined };
    return before.fall ? end("mode-changed") : { check: brakeCheckStart, braking: undefined };
  }
  const { atMs } = event;
  let check = before;
  if (event.kind === "pose-received") check = addPlace(check, { ...event.pose, atMs });
  for (const effect of effects) {
    if (effect.kind !== "set-velocity") continue;
    if (check.fall && speedOf(effect.velocity) > zeroMps) {
      // Whoever sees that it does not brake steers away: what was used up by then is too much already.
      const soFar = judgeBraking(check.fall, check.places, setup.vehicle, atMs);
      return soFar.verdict === "worse" ? { ...end("moved-on"), braking: soFar } : end("moved-on");
    }
    if (!check.fall) check = hearSetPoint(check, effect.velocity, atMs);
  }
  const { fall, places } = check;
  if (!fall || !isOver(fall, setup.vehicle, atMs)) return { check, braking: undefined };
  return { check: brakeCheckStart, braking: judgeBraking(fall, places, setup.vehicle, atMs) };
}

const end = (cause: UnclearCause): BrakeStep => ({
  check: brakeCheckStart,
  braking: { verdict: "unclear", cause, figures: undefined },
});

function addPlace(check: BrakeCheck, { position, velocity, sigmaM, atMs }: Place): BrakeCheck {
  const { fall } = check;
  // Before a fall no more is kept than its judgement looks back to.
  const keptFromMs = fall ? 0 : atMs - steadyMs - fallMsMax;
  const recent = check.places.filter((place) => place.atMs >= keptFromMs);
  const places = [...recent, { position, velocity, sigmaM, atMs }];
  if (!fall || fall.stoodAtMs !== undefined) return { ...check, places };
  const stands = speedAlong(velocity, fall.asked) <= standingMps;
  return { ...check, places, fall: stands ? { ...fall, stoodAtMs: atMs } : fall };
}

function hearSetPoint(check: BrakeCheck, setPoint: EnuMps, atMs: MonotonicMs): BrakeCheck {
  const { cruise } = check;
  const speedMps = speedOf(setPoint);
  if (cruise) {
    const askedMps = speedOf(cruise.asked);
    if (differenceMps(setPoint, cruise.asked) <= 0.1 * askedMps) {
      return { ...check, cruise: { ...cruise, asked: setPoint, leftAtMs: undefined } };
    }
    const leftAtMs = cruise.leftAtMs ?? atMs;
    if (speedMps <= zeroMps) {
      const isLong = leftAtMs - cruise.sinceMs >= cruiseMsMin;
      const isBraking = isLong && isWorthIt(cruise.asked) && atMs - leftAtMs <= fallMsMax;
      const fall = { asked: cruise.asked, fromMs: leftAtMs, zeroAtMs: atMs, stoodAtMs: undefined };
      return { ...check, cruise: undefined, fall: isBraking ? fall : undefined };
    }
    const mayFall = speedMps < askedMps && atMs - leftAtMs <= fallMsMax;
    if (mayFall) return { ...check, cruise: { ...cruise, leftAtMs } };
  }
  const begun = { asked: setPoint, sinceMs: atMs, leftAtMs: undefined };
  return { ...check, cruise: speedMps > zeroMps ? begun : undefined };
}

/** A descent ends at the floor, whatever the brakes do. */
const isWorthIt = (asked: EnuMps): boolean =>
  speedOf(asked) >= brakingMpsMin && Math.abs(asked.upMps) <= 0.2 * speedOf(asked);

const differenceMps = (one: EnuMps, other: EnuMps): number =>
  speedOf({
    eastMps: one.eastMps - other.eastMps,
    northMps: one.northMps - other.northMps,
    upMps: one.upMps - other.upMps,
  });

/** It stands and has swung out; or twice the time that was promised is over, and two seconds. */
function isOver(fall: Fall, bounds: VehicleBounds, atMs: MonotonicMs): boolean {
  const { asked, zeroAtMs, stoodAtMs } = fall;
  if (stoodAtMs !== undefined) return atMs >= stoodAtMs + settleMs;
  const promisedS = bounds.guardToMotionS + speedOf(asked) / bounds.decelerationMps2;
  return atMs >= zeroAtMs + 2_000 * promisedS + 2_000;
}
