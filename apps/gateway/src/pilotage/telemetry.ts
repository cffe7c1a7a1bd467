import type { BrakesState, SigningState, Telemetry } from "@pista/contracts";
import { type GatewayState, isLanding } from "@pista/flight";
import { type MonotonicMs, speedOf } from "@pista/kernel";

/** What the hub shows of the flight: the same that the pilot's own page hears directly. */
export function telemetryOf(
  state: GatewayState,
  beside: { readonly signing: SigningState; readonly brakes: BrakesState },
  atMs: MonotonicMs,
): Telemetry {
  const { acting, clock, vehicle } = state;
  const { pose } = vehicle;
  const commandAgeMs =
    acting && clock.estimate ? atMs - acting.sampledAtMs + clock.estimate.marginMs : null;
  return {
    op: "telemetry",
    phase: state.phase,
    armed: vehicle.armed,
    rung: isLanding(state) ? "land" : state.ladder.rung,
    lock: state.lock ?? null,
    commandAgeMs,
    batteryPct: vehicle.batteryPct ?? null,
    ...beside,
    position: pose?.position ?? null,
    headingDeg: pose?.headingDeg ?? null,
    speedMps: pose ? speedOf(pose.velocity) : null,
  };
}
