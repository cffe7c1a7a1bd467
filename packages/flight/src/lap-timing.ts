import { hasSafetyPilot } from "./acting.ts";
import { heldLease } from "./authority.ts";
import {
  abandonLap,
  type CircuitProgress,
  circuitStart,
  flyCircuit,
  type GatePassage,
} from "./circuit.ts";
import type { GatewayState } from "./gateway-state.ts";
import type { LeaseId } from "./identity.ts";

/** What one pilot has flown under one lease. */
export type LapTiming = { readonly leaseId: LeaseId; readonly progress: CircuitProgress };

export type LapStep = {
  /** Undefined where nobody holds a lease, or its site has no gates. */
  readonly timing: LapTiming | undefined;
  readonly passages: readonly GatePassage[];
};

/**
 * Times the laps of whoever holds the lease, by the newest pose that the guard has heard. It reads
 * the guard's state and gives nothing back to it.
 */
export function timeLaps(before: LapTiming | undefined, state: GatewayState): LapStep {
  const lease = heldLease(state);
  const gates = lease?.site.gates ?? [];
  if (!lease || gates.length === 0) return { timing: undefined, passages: [] };
  const { leaseId } = lease;
  const timing = before?.leaseId === leaseId ? before : { leaseId, progress: circuitStart };
  const { pose, poseAtMs } = state.vehicle;
  const { progress } = timing;
  // On the ground no lap goes on, and what the safety pilot flies is not this pilot's.
  if (state.phase === "grounded" || hasSafetyPilot(state)) {
    const isOver = progress.last === undefined;
    return { timing: isOver ? timing : { leaseId, progress: abandonLap(progress) }, passages: [] };
  }
  if (!pose || poseAtMs === undefined || poseAtMs === progress.last?.atMs) {
    return { timing, passages: [] };
  }
  const circuit = { gates, speedMpsMax: lease.limits.speedMpsMax };
  const step = flyCircuit(circuit, progress, { position: pose.position, atMs: poseAtMs });
  return { timing: { leaseId, progress: step.progress }, passages: step.passages };
}
