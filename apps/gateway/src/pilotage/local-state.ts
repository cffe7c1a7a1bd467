import { type GatewayState, isLanding, leaseOf, poseAgeToLandMs } from "@pista/flight";
import { type MonotonicMs, speedOf } from "@pista/kernel";
import { commandAgeMsOf } from "./telemetry.ts";

/** What only the gateway's other parts know. */
export type BesideGuard = {
  readonly vehicle: string;
  /** As the autopilot calls it. */
  readonly modeName: string | undefined;
  readonly isHubUp: boolean;
  readonly recent: readonly {
    readonly entry: { readonly kind: string; readonly [member: string]: unknown };
    readonly atMs: number;
  }[];
};

/** [AU4] What the local page shows; null where it is not known, for an old figure looks like a new one. */
export function localStateOf(state: GatewayState, beside: BesideGuard, atMs: MonotonicMs) {
  const { vehicle, stop, successor } = state;
  const isHeard = vehicle.mode !== "unknown";
  const odometryAgeMs = vehicle.poseAtMs === undefined ? null : atMs - vehicle.poseAtMs;
  const isPlaced = odometryAgeMs !== null && odometryAgeMs <= poseAgeToLandMs;
  const pose = isPlaced ? vehicle.pose : undefined;
  const { restedUpM } = vehicle;
  const heightM = pose && restedUpM !== undefined ? pose.position.upM - restedUpM : null;
  const lease = leaseOf(state);
  const withPilot = lease ? "remote-pilot" : "nobody";
  return {
    vehicle: beside.vehicle,
    isHeard,
    modeName: isHeard ? (beside.modeName ?? null) : null,
    holder: vehicle.isSafetyPilots ? "safety-pilot" : withPilot,
    pilotId: lease?.pilotId ?? null,
    nextPilotId: (successor && leaseOf(successor)?.pilotId) ?? null,
    isArmed: isHeard ? vehicle.armed : null,
    phase: state.phase,
    rung: isLanding(state) ? "land" : state.ladder.rung,
    lock: state.lock ?? null,
    isStopped: stop.latched,
    heightM,
    speedMps: pose ? speedOf(pose.velocity) : null,
    batteryPct: isHeard ? (vehicle.batteryPct ?? null) : null,
    commandAgeMs: commandAgeMsOf(state, atMs),
    odometryAgeMs,
    isHubUp: beside.isHubUp,
    events: beside.recent.map(({ entry, atMs: thenMs }) => ({ ...entry, ageMs: atMs - thenMs })),
  };
}
