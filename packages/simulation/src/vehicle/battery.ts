import { electricalPowerW, type PerRotor } from "./rotor.ts";
import type { VehicleBody } from "./vehicle-body.ts";

export type SimulatedBattery = { readonly leftMah: number; readonly currentA: number };

/** Four lithium polymer cells at rest: full, where the knee begins, empty. */
const fullV = 16.8;
const kneeV = 14;
const emptyV = 12;
/** The share of the charge below which the voltage falls off. */
const kneeShare = 0.1;
const resistanceOhm = 0.02;
/** Between full and empty; a motor's full speed is told at this voltage. */
export const nominalV = 14.8;

export const batteryPct = (body: VehicleBody, { leftMah }: SimulatedBattery): number =>
  (100 * leftMah) / body.batteryMah;

/** Two straight lines with a knee, less what the current costs: near enough for a gauge. */
export function batteryVoltageV(body: VehicleBody, battery: SimulatedBattery): number {
  const share = battery.leftMah / body.batteryMah;
  const atRestV =
    share > kneeShare
      ? kneeV + ((fullV - kneeV) * (share - kneeShare)) / (1 - kneeShare)
      : emptyV + ((kneeV - emptyV) * share) / kneeShare;
  return atRestV - battery.currentA * resistanceOhm;
}

/** What the motors have of the nominal voltage; an empty battery turns nothing. */
export const voltageShare = (body: VehicleBody, battery: SimulatedBattery): number =>
  battery.leftMah > 0 ? batteryVoltageV(body, battery) / nominalV : 0;

/** A negative current charges: the pad does, once the rotors stand. */
export function drawBattery(
  body: VehicleBody,
  battery: SimulatedBattery,
  rotors: PerRotor,
  isParked: boolean,
  dtS: number,
): SimulatedBattery {
  const powerW = body.standbyW + electricalPowerW(body.rotor, rotors);
  const charges = isParked && battery.leftMah < body.batteryMah;
  const currentA = powerW / batteryVoltageV(body, battery) - (charges ? body.padChargeA : 0);
  const leftMah = battery.leftMah - (currentA * 1_000 * dtS) / 3_600;
  return { leftMah: Math.max(0, Math.min(body.batteryMah, leftMah)), currentA };
}
