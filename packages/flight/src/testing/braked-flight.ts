import { createRandom, type EnuMps, monotonicMs, type Random } from "@pista/kernel";
import { type BrakeCheck, brakeCheckStart, checkBrakes } from "../brake-check.ts";
import type { Braking } from "../braking.ts";
import type { VehicleBounds } from "../envelope.ts";
import type { GatewayEffect, GatewayEvent, GatewayState } from "../gateway-state.ts";
import { tickMs } from "../limits.ts";
import { GatewayDriver } from "./gateway-driver.ts";

export const declaredBounds: VehicleBounds = { guardToMotionS: 0.4, decelerationMps2: 1.5 };

/** A vehicle that is known, how it is seen, and what befalls it. Seconds are after the fall to zero. */
export type BrakedFlight = {
  readonly speedMps: number;
  readonly declared: VehicleBounds;
  /** It goes on at its speed for so long, and then brakes evenly. */
  readonly delayS: number;
  readonly decelerationMps2: number;
  /** What it still gains each second as the set-point falls. */
  readonly gainMps2: number;
  readonly cruiseS: number;
  /** How long the sticks take to fall. */
  readonly letGoS: number;
  readonly isClimbing: boolean;
  readonly posePeriodMs: number;
  readonly poseDelayMs: number;
  readonly noiseM: number;
  readonly noiseMps: number;
  readonly sigmaM: number | undefined;
  readonly jump: { readonly atS: number; readonly byM: number } | undefined;
  readonly gap: { readonly fromS: number; readonly toS: number } | undefined;
  readonly switchedAtS: number;
  readonly movesOnAtS: number;
  readonly seed: number;
};

const usual: BrakedFlight = {
  speedMps: 1.5,
  declared: declaredBounds,
  delayS: 0.3,
  decelerationMps2: 1.5,
  gainMps2: 0,
  cruiseS: 2,
  letGoS: 0,
  isClimbing: false,
  posePeriodMs: 20,
  poseDelayMs: 10,
  noiseM: 0,
  noiseMps: 0,
  sigmaM: undefined,
  jump: undefined,
  gap: undefined,
  switchedAtS: Number.POSITIVE_INFINITY,
  movesOnAtS: Number.POSITIVE_INFINITY,
  seed: 1,
};

const guard = GatewayDriver.flying().state;
const seenS = 9;

/** All that the check tells of a flight at a steady speed, a set-point of zero, and nine seconds more. */
export function brakingsOf(changes: Partial<BrakedFlight>): Braking[] {
  const flight = { ...usual, ...changes };
  const random = createRandom(flight.seed);
  const listener = new Listener(flight);
  const poseMs = random.integer(flight.posePeriodMs);
  let place = { alongM: 0, mps: flight.speedMps - flight.gainMps2 * flight.cruiseS };
  const heard: { readonly atMs: number; readonly seen: Seen }[] = [];
  for (let ms = 0; ms < 1_000 * (flight.cruiseS + seenS); ms++) {
    const sinceS = ms / 1_000 - flight.cruiseS;
    const gainedMps2 = sinceS < flight.delayS ? flight.gainMps2 : -flight.decelerationMps2;
    const mps = Math.max(0, place.mps + gainedMps2 / 1_000);
    place = { alongM: place.alongM + mps / 1_000, mps };
    if (ms % flight.posePeriodMs === poseMs && !isIn(flight.gap, sinceS)) {
      heard.push({ atMs: ms + flight.poseDelayMs, seen: seenBy(flight, place, sinceS, random) });
    }
    const next = heard[0]?.atMs === ms ? heard.shift() : undefined;
    if (next) listener.pose(next.seen, ms, sinceS);
    if (ms % tickMs === 0) listener.tick(ms, sinceS);
  }
  return listener.told;
}

type Seen = { readonly alongM: number; readonly mps: number; readonly random: Random };

const isIn = (gap: BrakedFlight["gap"], sinceS: number): boolean =>
  gap !== undefined && sinceS >= gap.fromS && sinceS < gap.toS;

const seenBy = (
  { jump, noiseM, noiseMps }: BrakedFlight,
  { alongM, mps }: Omit<Seen, "random">,
  sinceS: number,
  random: Random,
): Seen => ({
  alongM: alongM + random.normal(0, noiseM) + (jump && sinceS >= jump.atS ? jump.byM : 0),
  mps: mps + random.normal(0, noiseMps),
  random,
});

/** Tells the check what a guard would have heard and sent. */
class Listener {
  readonly told: Braking[] = [];
  readonly #flight: BrakedFlight;
  #check: BrakeCheck = brakeCheckStart;

  constructor(flight: BrakedFlight) {
    this.#flight = flight;
  }

  pose({ alongM, mps, random }: Seen, ms: number, sinceS: number): void {
    const { sigmaM, noiseM } = this.#flight;
    const { eastMps, northMps, upMps } = this.#along(alongM);
    const position = { eastM: eastMps + random.normal(0, noiseM), northM: northMps, upM: upMps };
    const pose = { position, velocity: this.#along(mps), headingDeg: 0, sigmaM };
    this.#hear({ kind: "pose-received", pose, atMs: monotonicMs(ms) }, [], sinceS);
  }

  tick(ms: number, sinceS: number): void {
    const { letGoS, speedMps, movesOnAtS } = this.#flight;
    const share = sinceS < 0 ? 1 : Math.max(0, 1 - sinceS / Math.max(letGoS, 1e-9));
    const velocity = this.#along(sinceS >= movesOnAtS ? speedMps : share * speedMps);
    const setPoint = { kind: "set-velocity", velocity, yawRateDegps: 0 } as const;
    this.#hear({ kind: "tick", atMs: monotonicMs(ms) }, [setPoint], sinceS);
  }

  #along(amount: number): EnuMps {
    return this.#flight.isClimbing
      ? { eastMps: 0, northMps: 0, upMps: amount }
      : { eastMps: 0.6 * amount, northMps: -0.8 * amount, upMps: 0 };
  }

  #hear(event: GatewayEvent, effects: readonly GatewayEffect[], sinceS: number): void {
    const { declared, switchedAtS } = this.#flight;
    const mode = sinceS >= switchedAtS ? "other" : "guided";
    const state: GatewayState = {
      ...guard,
      setup: { ...guard.setup, vehicle: declared },
      vehicle: { ...guard.vehicle, mode },
    };
    const step = checkBrakes(this.#check, event, { state, effects });
    this.#check = step.check;
    if (step.braking) this.told.push(step.braking);
  }
}
