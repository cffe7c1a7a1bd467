import { CopterMode, MavStandardMode, type OutgoingMessage } from "@pista/mavlink";
import type { FlightMode } from "@pista/simulation";

/** The modes of ArduPilot Copter that this vehicle has. */
const standardModeOf: Record<FlightMode, number> = {
  stabilize: MavStandardMode.NON_STANDARD,
  auto: MavStandardMode.MISSION,
  guided: MavStandardMode.NON_STANDARD,
  loiter: MavStandardMode.POSITION_HOLD,
  land: MavStandardMode.LAND,
  brake: MavStandardMode.NON_STANDARD,
};

export const customModeOf: Record<FlightMode, number> = {
  stabilize: CopterMode.STABILIZE,
  auto: CopterMode.AUTO,
  guided: CopterMode.GUIDED,
  loiter: CopterMode.LOITER,
  land: CopterMode.LAND,
  brake: CopterMode.BRAKE,
};

// Object.keys forgets the keys' type; the record above has exactly these.
const modes = Object.keys(customModeOf) as FlightMode[];

export const modeOfCustom: ReadonlyMap<number, FlightMode> = new Map(
  modes.map((mode) => [customModeOf[mode], mode]),
);

/** AVAILABLE_MODES by its index, which counts from 1; 0 asks for all ("Standard Modes Protocol"). */
export function availableModes(index: number): readonly OutgoingMessage[] {
  const asked = index === 0 ? modes : modes.slice(index - 1, index);
  return asked.map((mode) => ({
    name: "AVAILABLE_MODES",
    numberModes: modes.length,
    modeIndex: modes.indexOf(mode) + 1,
    standardMode: standardModeOf[mode],
    customMode: customModeOf[mode],
    properties: 0,
    modeName: mode.toUpperCase(),
  }));
}
