import type { EnuMps, MonotonicMs } from "@pista/kernel";
import { heldLease } from "./authority.ts";
import { clearanceM, roomTo, speedForRoom, speedForView } from "./envelope.ts";
import { viewAgeMsLimit } from "./frames.ts";
import type { GatewayState } from "./gateway-state.ts";
import {
  estimatedAgeMsMax,
  poseAgeMsMax,
  poseSigmaMMax,
  provableAgeMsMax,
  telemetrySpeedMpsMax,
  viewAgeMsMax,
} from "./limits.ts";
import type { LockCause, Pose, Sticks } from "./pilot-channel.ts";

/** A quick turn that a pilot behind an ocean still follows with the eye. */
const yawRateDegpsMax = 45;

/** Slower than that the way to a standstill is short, and what is told of it mostly noise. */
const turnsFreelyMps = 0.3;

/** Where an autopilot states no sigma, the envelope takes this much. */
const assumedSigmaM = 0.1;

/** [LG6] How far the guard keeps from everything mapped, by what the odometry says of itself. */
export const keepOf = ({ sigmaM }: Pose): number => clearanceM(sigmaM ?? assumedSigmaM);

export const still: EnuMps = { eastMps: 0, northMps: 0, upMps: 0 };

/** [LG1] (a) Estimated age of the acting command, margin included; infinite without one. */
export function commandAgeMs(state: GatewayState, atMs: MonotonicMs): number {
  const { acting, clock } = state;
  if (!acting || !clock.estimate) return Number.POSITIVE_INFINITY;
  return atMs - acting.sampledAtMs + clock.estimate.marginMs;
}

/** [LG3] Age of the pose that the pilot last said to see; undefined without one. */
export const viewAgeMs = (state: GatewayState, atMs: MonotonicMs): number | undefined =>
  state.acting?.viewSinceMs === undefined ? undefined : atMs - state.acting.viewSinceMs;

/** Why the sticks must not act at this moment, gravest first; undefined when they may. */
export function lockCause(state: GatewayState, atMs: MonotonicMs): LockCause | undefined {
  const { authority, peer, acting } = state;
  if (authority.state === "withdrawn") return authority.cause;
  if (authority.state !== "held") return "no-lease";
  if (hasSafetyPilot(state)) return "safety-pilot";
  if (peer.state !== "open") return "link-lost";
  if (!peer.proved) return "not-proved";
  if (!state.clock.estimate) return "clock-unsettled";
  const isOld = commandAgeMs(state, atMs) > estimatedAgeMsMax;
  const isProvablyOld = acting && atMs - acting.provableSinceMs > provableAgeMsMax;
  if (!acting || isOld || isProvablyOld) return acting ? "command-old" : "link-lost";
  if (state.stop.latched) return "stop-latched";
  const odometry = odometryLock(state, atMs);
  if (odometry) return odometry;
  if (lacksGuards(state)) return "guards-unconfirmed";
  const viewAge = viewAgeMs(state, atMs);
  if (viewAge === undefined || viewAge > viewAgeMsLimit(state.view, atMs)) return "view-old";
  return state.ladder.rung === "fly" || state.ladder.rung === "slow" ? undefined : "recovering";
}

/** [AU4] Until they give it back, on the ground too, where they may be walking up to it. */
export const hasSafetyPilot = ({ vehicle }: GatewayState): boolean => vehicle.isSafetyPilots;

/** [LG10] Nothing would stop it if this program died now. On the ground a take-off sets them first. */
export const lacksGuards = ({ vehicle }: GatewayState): boolean =>
  vehicle.armed && !vehicle.guardsConfirmed;

/** [LG11] Why the vehicle's position must not be relied on; undefined when it may. */
export function odometryLock(state: GatewayState, atMs: MonotonicMs): LockCause | undefined {
  const { pose, poseAtMs } = state.vehicle;
  if (!pose || poseAtMs === undefined || atMs - poseAtMs > poseAgeMsMax) return "odometry-old";
  return (pose.sigmaM ?? 0) > poseSigmaMMax ? "odometry-unsure" : undefined;
}

/** The speed limit in force, and how much room there is along the way it would go. */
export function speedLimit(
  state: GatewayState,
  atMs: MonotonicMs,
): { speedMps: number; roomM: number | undefined } {
  const lease = heldLease(state);
  const { pose } = state.vehicle;
  if (!lease || !pose) return { speedMps: 0, roomM: undefined };
  const byView = lease.view === "telemetry" ? telemetrySpeedMpsMax : Number.POSITIVE_INFINITY;
  const permitted = Math.min(lease.limits.speedMpsMax, byView) * state.ladder.factor;
  const wish = state.acting ? wishOf(state, state.acting.frame.sticks, pose, atMs) : still;
  const moving = isStill(wish) ? pose.velocity : wish;
  const freeM = roomTo(lease.limits, pose.position, moving, keepOf(pose));
  const byRoom = speedForRoom(freeM, state.setup.vehicle, poseAgeS(state, atMs));
  // [LG6] (b) What is not mapped is seen by the pilot alone, and late.
  const { clearViewM } = lease.limits;
  const ageS = worstViewAgeMs(state, atMs) / 1_000;
  const byClearView = speedForView({ clearViewM, ageS }, state.setup.vehicle);
  const roomM = roomTo(lease.limits, pose.position, moving, 0);
  return {
    speedMps: Math.min(permitted, byRoom, byClearView),
    roomM: Number.isFinite(roomM) ? roomM : undefined,
  };
}

/** [LG6] T2 less T1: the worst of the last ten seconds, which is never below their p99. */
const worstViewAgeMs = (state: GatewayState, atMs: MonotonicMs): number =>
  Math.max(viewAgeMs(state, atMs) ?? viewAgeMsMax, state.view?.worst[0]?.ageMs ?? 0);

const isStill = (velocity: EnuMps): boolean =>
  velocity.eastMps === 0 && velocity.northMps === 0 && velocity.upMps === 0;

/** [LG9] The set-point that the sticks ask for, within every limit in force. */
export function stickVelocity(
  state: GatewayState,
  atMs: MonotonicMs,
): { velocity: EnuMps; yawRateDegps: number } {
  const { acting, vehicle } = state;
  if (!acting || !vehicle.pose) return { velocity: still, yawRateDegps: 0 };
  const wish = wishOf(state, acting.frame.sticks, vehicle.pose, atMs);
  const deflection = Math.hypot(wish.eastMps, wish.northMps, wish.upMps);
  // The corner of the sticks' cube is not faster than its face.
  const scale = speedLimit(state, atMs).speedMps / Math.max(1, deflection);
  return {
    velocity: {
      eastMps: wish.eastMps * scale,
      northMps: wish.northMps * scale,
      upMps: wish.upMps * scale,
    },
    yawRateDegps: acting.frame.sticks.yawRight * yawRateDegpsMax * state.ladder.factor,
  };
}

/** [LG6] (a) The vehicle went on since its pose was measured. */
export const poseAgeS = ({ vehicle }: GatewayState, atMs: MonotonicMs): number =>
  vehicle.poseAtMs === undefined ? 0 : (atMs - vehicle.poseAtMs) / 1_000;

/**
 * [LG6] (a) Where the sticks lead. A vehicle that turns has less of its deceleration left for the way
 * that it is on: where half of it would no longer stop it there, it keeps to that line until it would.
 */
function wishOf(state: GatewayState, sticks: Sticks, pose: Pose, atMs: MonotonicMs): EnuMps {
  const wish = toLocal(sticks, pose.headingDeg);
  const { velocity, position } = pose;
  const speedMps = Math.hypot(velocity.eastMps, velocity.northMps, velocity.upMps);
  const { limits, setup } = state;
  if (!limits || speedMps < turnsFreelyMps) return wish;
  const freeM = roomTo(limits, position, velocity, keepOf(pose));
  const turning = { ...setup.vehicle, decelerationMps2: setup.vehicle.decelerationMps2 / 2 };
  if (speedMps <= speedForRoom(freeM, turning, poseAgeS(state, atMs))) return wish;
  const { eastMps, northMps, upMps } = velocity;
  const along = wish.eastMps * eastMps + wish.northMps * northMps + wish.upMps * upMps;
  const share = along / speedMps ** 2;
  return { eastMps: eastMps * share, northMps: northMps * share, upMps: upMps * share };
}

/** Sticks are the pilot's, so they turn with the vehicle; heading is clockwise from north. */
function toLocal(sticks: Sticks, headingDeg: number): EnuMps {
  const heading = (headingDeg * Math.PI) / 180;
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  return {
    eastMps: sticks.forward * sin + sticks.right * cos,
    northMps: sticks.forward * cos - sticks.right * sin,
    upMps: sticks.up,
  };
}
