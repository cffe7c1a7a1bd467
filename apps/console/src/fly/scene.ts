import type { DroneView } from "@pista/contracts";
import type { Beacon, FlightPhase, Pose } from "@pista/flight";

/** What the screen shows of a flight, whoever tells it: the gateway to its pilot, or the hub. */
export type Scene = {
  readonly phase: FlightPhase | undefined;
  readonly rung: Beacon["rung"] | undefined;
  readonly lock: string | undefined;
  readonly commandAgeMs: number | undefined;
  readonly viewAgeMs: number | undefined;
  readonly viewAgeMsLimit: number | undefined;
  readonly roomM: number | undefined;
  readonly speedMpsLimit: number | undefined;
  readonly speedMps: number | undefined;
  readonly pose: Pose | undefined;
  readonly batteryPct: number | undefined;
  readonly isStopLatched: boolean;
};

export const sceneOfBeacon = (beacon: Beacon): Scene => ({
  phase: beacon.phase,
  rung: beacon.rung,
  lock: beacon.lock,
  commandAgeMs: beacon.commandAgeMs,
  viewAgeMs: beacon.viewAgeMs,
  viewAgeMsLimit: beacon.viewAgeMsLimit,
  roomM: beacon.roomM,
  speedMpsLimit: beacon.speedMpsLimit,
  speedMps: beacon.pose && speedOf(beacon.pose),
  pose: beacon.pose,
  batteryPct: beacon.batteryPct,
  isStopLatched: beacon.stopLatched,
});

/**
 * The rung as it acts: where locked sticks do nothing the drone holds, however high the ladder would
 * let it climb. While the safety pilot flies it stands on none.
 */
export function actingRung({ lock, rung }: Pick<Scene, "lock" | "rung">): Scene["rung"] {
  if (lock === "safety-pilot") return undefined;
  const isOpen = rung === "fly" || rung === "slow";
  return isOpen && lock !== undefined ? "hold" : rung;
}

const speedOf = ({ velocity: { eastMps, northMps, upMps } }: Pose): number =>
  Math.hypot(eastMps, northMps, upMps);

const still = { eastMps: 0, northMps: 0, upMps: 0 };

/** The hub hears no velocity, so a spectator sees none. */
export const sceneOfDrone = (drone: DroneView): Scene => ({
  phase: drone.phase ?? undefined,
  rung: drone.rung ?? undefined,
  lock: drone.lock ?? undefined,
  commandAgeMs: drone.commandAgeMs ?? undefined,
  viewAgeMs: undefined,
  viewAgeMsLimit: undefined,
  roomM: undefined,
  speedMpsLimit: undefined,
  speedMps: drone.speedMps ?? undefined,
  pose: drone.position
    ? {
        position: drone.position,
        velocity: still,
        headingDeg: drone.headingDeg ?? 0,
        sigmaM: undefined,
      }
    : undefined,
  batteryPct: drone.batteryPct ?? undefined,
  isStopLatched: drone.lock === "stop-latched",
});
