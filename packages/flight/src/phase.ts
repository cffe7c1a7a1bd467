import type { MonotonicMs } from "@pista/kernel";
import { hasSafetyPilot, lacksGuards, lockCause, odometryLock } from "./acting.ts";
import { divertFrom, hasReachedSpot } from "./diversion.ts";
import { isWaking } from "./freeze.ts";
import { type Change, type GatewayState, recorded, unchanged } from "./gateway-state.ts";
import {
  freshFramesToRise,
  holdMsMax,
  poseAgeToLandMs,
  takeOffHeightM,
  takeOffMsMax,
  takeOffToleranceM,
} from "./limits.ts";
import type { FlightPhase, LockCause } from "./pilot-channel.ts";

/** [LG2] [AU2] Locks that mean nobody is in command: 2 s of one, and the vehicle lands. */
const nobodyCommands: ReadonlySet<LockCause> = new Set([
  "no-lease",
  "authority-withdrawn",
  "lease-expired",
  "not-proved",
  "link-lost",
  "clock-unsettled",
  "command-old",
]);

/** [LG4] [LG11] Locks that stop a climb as they stop everything else. */
const breaksTakeOff: ReadonlySet<LockCause> = new Set([
  "stop-latched",
  "odometry-old",
  "odometry-unsure",
]);

/** Moves the flight from one phase to the next, as far as time and the locks demand it. */
export function settlePhase(state: GatewayState, atMs: MonotonicMs): Change {
  const { phase, vehicle } = state;
  // [AU4] [LG11] Positions, and the mode that the safety pilot chose, may still wait to be heard.
  if (isWaking(state, atMs)) return unchanged(state);
  const isTheirs = hasSafetyPilot(state);
  if (isTheirs && phase === "taking-off") return enter(state, "flying", "safety-pilot");
  // Before a take-off the vehicle stands in whatever mode it was left in; what is to be broken off is.
  const isOtherMode = vehicle.mode === "other" && phase !== "taking-off";
  if (phase === "grounded" || isOtherMode || isTheirs) {
    return unchanged({ ...state, holdingSinceMs: undefined });
  }
  if (phase === "landing") return insistOnLanding(state, atMs);
  if (phase === "diverting") return watchDiversion(state, atMs);
  const lock = lockCause(state, atMs);
  if (isBlind(state, atMs)) return land(state, "odometry-lost");
  const isLost = lock !== undefined && nobodyCommands.has(lock);
  if (isLost) {
    const holdingSinceMs = state.holdingSinceMs ?? atMs;
    const holding = { ...state, holdingSinceMs };
    if (atMs - holdingSinceMs >= holdMsMax) return comeDown(holding, lock, atMs);
    return phase === "taking-off" ? enter(holding, "flying", lock) : unchanged(holding);
  }
  // [LG2] One frame that slips through a broken link does not start the two seconds anew.
  const { rung, freshFrames } = state.ladder;
  const hasRecovered = rung !== "hold" || freshFrames >= freshFramesToRise;
  const free = hasRecovered ? { ...state, holdingSinceMs: undefined } : state;
  if (phase !== "taking-off") return unchanged(free);
  if (lock !== undefined && breaksTakeOff.has(lock)) return enter(free, "flying", lock);
  const climbedM = (vehicle.pose?.position.upM ?? 0) - (vehicle.restedUpM ?? 0);
  const isUp = vehicle.armed && climbedM >= takeOffHeightM - takeOffToleranceM;
  if (isUp) return enter(free, "flying", "height-reached");
  const isOver = atMs - (state.takeOffAtMs ?? atMs) > takeOffMsMax;
  return isOver ? enter(free, "flying", "height-not-reached") : unchanged(free);
}

/**
 * [LG11] More than a second without odometry: down at once, level. One that has never told where it is
 * has as long from when it is ours, in the air after a restart or given back by the safety pilot.
 */
function isBlind({ vehicle }: GatewayState, atMs: MonotonicMs): boolean {
  const { armed, poseAtMs, oursSinceMs } = vehicle;
  const sinceMs = poseAtMs ?? oursSinceMs;
  return armed && sinceMs !== undefined && atMs - sinceMs > poseAgeToLandMs;
}

/**
 * A landing is a state to reach, not a message: while the vehicle still waits for velocities it is
 * ordered again every 2 s. It hovers meanwhile, for the guard sends it nothing but zero.
 */
function insistOnLanding(state: GatewayState, atMs: MonotonicMs): Change {
  const { armed, mode } = state.vehicle;
  if (!armed || mode !== "guided") return unchanged({ ...state, holdingSinceMs: undefined });
  const holdingSinceMs = state.holdingSinceMs ?? atMs;
  if (atMs - holdingSinceMs < holdMsMax) return unchanged({ ...state, holdingSinceMs });
  return {
    state: { ...state, holdingSinceMs: atMs },
    effects: [{ kind: "order-autopilot", order: "land" }],
  };
}

/** [LG2] Where the column below is free, else at the nearest marked spot. */
function comeDown(state: GatewayState, cause: string, atMs: MonotonicMs): Change {
  const diversion = divertFrom(state, atMs);
  if (!diversion) return land(state, cause);
  if (isJustStopped(state, atMs)) return unchanged(state);
  return enter({ ...state, diversion, holdingSinceMs: undefined }, "diverting", cause);
}

/**
 * [LG4] A stop holds the vehicle over an obstacle too, for as long as somebody is there, and two
 * seconds more. Then it goes on to the spot: a stop that nobody releases must not end on an obstacle.
 */
const isJustStopped = ({ stop }: GatewayState, atMs: MonotonicMs): boolean =>
  stop.pressedAtMs !== undefined && atMs - stop.pressedAtMs < holdMsMax;

/** What ends the way to the spot: its end, patience, a stop, or odometry that says nothing. */
function watchDiversion(state: GatewayState, atMs: MonotonicMs): Change {
  if (isJustStopped(state, atMs)) return enter(state, "flying", "stop-latched");
  const odometry = odometryLock(state, atMs);
  if (odometry) return land(state, odometry);
  if (lacksGuards(state)) return land(state, "guards-unconfirmed");
  if (hasReachedSpot(state)) return land(state, "spot-reached");
  const isTooLate = state.diversion === undefined || atMs > state.diversion.untilMs;
  return isTooLate ? land(state, "spot-not-reached") : unchanged(state);
}

function enter(state: GatewayState, phase: FlightPhase, cause: string): Change {
  return {
    state: { ...state, phase, diversion: phase === "diverting" ? state.diversion : undefined },
    effects: [recorded({ kind: "phase-changed", from: state.phase, to: phase, cause })],
  };
}

function land(state: GatewayState, cause: string): Change {
  const entered = enter({ ...state, holdingSinceMs: undefined }, "landing", cause);
  return {
    state: entered.state,
    effects: [{ kind: "order-autopilot", order: "land" }, ...entered.effects],
  };
}
