import { type EnuM, type EnuMps, type MonotonicMs, monotonicMs } from "@pista/kernel";
import { keepOf, lacksGuards, odometryLock, poseAgeS, still } from "./acting.ts";
import { isColumnFree, type LandingSpot, roomTo, speedForRoom } from "./envelope.ts";
import type { Diversion, GatewayState } from "./gateway-state.ts";
import type { LeaseLimits } from "./lease.ts";
import { divertSpeedMpsMax, spotReachedM } from "./limits.ts";

/** Twice the time it needs at its speed, and a little for the start. */
const patience = { factor: 2, startMs: 5_000 } as const;

/**
 * [LG2] Where to go before the descent: nowhere when the column below is free, when no spot can be
 * reached in a straight line at this height, or when the odometry or the lack of the autopilot's own
 * time-outs forbids to move at all.
 */
export function divertFrom(state: GatewayState, atMs: MonotonicMs): Diversion | undefined {
  const { limits, vehicle } = state;
  if (!limits || !vehicle.pose || odometryLock(state, atMs) || lacksGuards(state)) return undefined;
  const { position } = vehicle.pose;
  if (isColumnFree(limits, position)) return undefined;
  const spot = nearestSpot(limits, position, keepOf(vehicle.pose));
  if (!spot) return undefined;
  const wayMs = (distanceM(position, spot) / divertSpeedMpsMax) * 1_000;
  return { spot, untilMs: monotonicMs(atMs + patience.factor * wayMs + patience.startMs) };
}

const distanceM = (from: LandingSpot, to: LandingSpot): number =>
  Math.hypot(to.eastM - from.eastM, to.northM - from.northM);

/** The nearest spot with a free column and a straight way at this height, clear on every side. */
function nearestSpot(limits: LeaseLimits, position: EnuM, keepM: number): LandingSpot | undefined {
  return limits.landingSpots
    .filter((spot) => {
      const freeM = roomTo(limits, position, wayTo(position, spot), keepM);
      return isColumnFree(limits, spot) && freeM >= distanceM(position, spot);
    })
    .sort((a, b) => distanceM(position, a) - distanceM(position, b))[0];
}

/** A level way of one metre per second; none at all from the spot itself. */
function wayTo(position: EnuM, spot: LandingSpot): EnuMps {
  const wayM = distanceM(position, spot);
  if (wayM === 0) return still;
  return {
    eastMps: (spot.eastM - position.eastM) / wayM,
    northMps: (spot.northM - position.northM) / wayM,
    upMps: 0,
  };
}

export const hasReachedSpot = ({ diversion, vehicle }: GatewayState): boolean =>
  diversion !== undefined &&
  vehicle.pose !== undefined &&
  distanceM(vehicle.pose.position, diversion.spot) <= spotReachedM;

/** [LG10] Flown as a stream of velocities, slower towards its end, within the envelope (LG6). */
export function divertVelocity(state: GatewayState, atMs: MonotonicMs): EnuMps {
  const { diversion, limits, vehicle, setup } = state;
  const { pose } = vehicle;
  if (!diversion || !limits || !pose || odometryLock(state, atMs)) return still;
  const way = wayTo(pose.position, diversion.spot);
  const freeM = roomTo(limits, pose.position, way, keepOf(pose));
  // Half a metre per second at half a metre: it arrives without overshooting.
  const arrivingMps = distanceM(pose.position, diversion.spot);
  const byRoom = speedForRoom(freeM, setup.vehicle, poseAgeS(state, atMs));
  const speed = Math.min(divertSpeedMpsMax, arrivingMps, byRoom);
  return { eastMps: way.eastMps * speed, northMps: way.northMps * speed, upMps: 0 };
}
