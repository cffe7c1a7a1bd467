import type { MonotonicMs } from "@pista/kernel";
import { lockCause } from "./acting.ts";
import { type Change, type GatewayState, recorded, unchanged } from "./gateway-state.ts";
import { holdMsMax, poseAgeToLandMs, takeOffHeightM, takeOffToleranceM } from "./limits.ts";
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

/** Moves the flight from one phase to the next, as far as time and the locks demand it. */
export function settlePhase(state: GatewayState, atMs: MonotonicMs): Change {
  const { phase, vehicle } = state;
  if (phase === "grounded" || phase === "landing" || vehicle.mode === "other") {
    return unchanged({ ...state, holdingSinceMs: undefined });
  }
  const lock = lockCause(state, atMs);
  if (isBlind(state, atMs)) return land(state, "odometry-lost");
  const isLost = lock !== undefined && nobodyCommands.has(lock);
  if (isLost) {
    const holdingSinceMs = state.holdingSinceMs ?? atMs;
    const holding = { ...state, holdingSinceMs };
    if (atMs - holdingSinceMs >= holdMsMax) return land(holding, lock);
    return phase === "taking-off" ? enter(holding, "flying", lock) : unchanged(holding);
  }
  const free = { ...state, holdingSinceMs: undefined };
  if (phase !== "taking-off") return unchanged(free);
  if (lock === "stop-latched") return enter(free, "flying", lock);
  const heightM = vehicle.pose?.position.upM ?? 0;
  const isUp = vehicle.armed && heightM >= takeOffHeightM - takeOffToleranceM;
  return isUp ? enter(free, "flying", "height-reached") : unchanged(free);
}

/** [LG11] More than a second without odometry: down at once, level. */
const isBlind = (state: GatewayState, atMs: MonotonicMs): boolean =>
  state.vehicle.armed &&
  state.vehicle.poseAtMs !== undefined &&
  atMs - state.vehicle.poseAtMs > poseAgeToLandMs;

function enter(state: GatewayState, phase: FlightPhase, cause: string): Change {
  return {
    state: { ...state, phase },
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
