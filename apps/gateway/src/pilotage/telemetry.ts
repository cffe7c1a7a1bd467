import type { BrakesState, SigningState, Telemetry } from "@pista/contracts";
import { type GatewayState, isLanding } from "@pista/flight";
import { type MonotonicMs, speedOf } from "@pista/kernel";

/** What the hub shows of the flight: the same that the pilot's own page hears directly. */
export function telemetryOf(
  state: GatewayState,
  beside: { readonly signing: SigningState; readonly brakes: BrakesState },
  atMs: MonotonicMs,
): Telemetry {
  const { vehicle } = state;
  const { pose } = vehicle;
  return {
    op: "telemetry",
    phase: state.phase,
    armed: vehicle.armed,
    rung: isLanding(state) ? "land" : state.ladder.rung,
    lock: state.lock ?? null,
    commandAgeMs: commandAgeMsOf(state, atMs),
    batteryPct: vehicle.batteryPct ?? null,
    ...beside,
    position: pose?.position ?? null,
    headingDeg: pose?.headingDeg ?? null,
    speedMps: pose ? speedOf(pose.velocity) : null,
  };
}

/** [LG1] (a) With its margin; null where there is no command, or no clock to date it by. */
export const commandAgeMsOf = (
  { acting, clock }: GatewayState,
  atMs: MonotonicMs,
): number | null =>
  acting && clock.estimate ? atMs - acting.sampledAtMs + clock.estimate.marginMs : null;
