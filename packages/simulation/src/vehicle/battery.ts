import type { VehicleState } from "./vehicle.ts";
import type { VehicleBody } from "./vehicle-body.ts";

export type SimulatedBattery = { readonly leftMah: number; readonly currentA: number };

/** Four lithium polymer cells: full, empty, and what the current costs. */
const fullV = 16.8;
const emptyV = 13.6;
const resistanceOhm = 0.02;

export const batteryPct = (body: VehicleBody, { leftMah }: SimulatedBattery): number =>
  (100 * leftMah) / body.batteryMah;

/** Between full and empty the voltage falls evenly: near enough for a gauge, not for an engineer. */
export const batteryVoltageV = (body: VehicleBody, battery: SimulatedBattery): number =>
  emptyV +
  (fullV - emptyV) * (battery.leftMah / body.batteryMah) -
  battery.currentA * resistanceOhm;

/** A negative current charges. Climbing and leaning cost more than hovering. */
export function drawBattery(
  body: VehicleBody,
  state: VehicleState,
  command: "motors-off" | "idle" | "velocity",
  dtS: number,
): SimulatedBattery {
  const currentA = currentOf(body, state, command);
  const leftMah = state.battery.leftMah - (currentA * 1_000 * dtS) / 3_600;
  return { leftMah: Math.max(0, Math.min(body.batteryMah, leftMah)), currentA };
}

function currentOf(
  body: VehicleBody,
  state: VehicleState,
  command: "motors-off" | "idle" | "velocity",
): number {
  if (command === "motors-off") {
    const charges = state.onFloor && state.battery.leftMah < body.batteryMah;
    return charges ? body.standbyA - body.padChargeA : body.standbyA;
  }
  if (state.onFloor) return body.idleA;
  const { eastMps2, northMps2, upMps2 } = state.acceleration;
  // Thrust over weight to the power 3/2: momentum theory of a hovering rotor.
  const load = Math.hypot(eastMps2, northMps2, 9.806_65 + upMps2) / 9.806_65;
  return body.standbyA + body.hoverA * load * Math.sqrt(load);
}
