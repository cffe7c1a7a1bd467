import { CopterMode, MavCmd, MavModeFlag, MavResult } from "@pista/mavlink";
import type { AutopilotOrder, FlightMode } from "@pista/simulation";
import { telemetry } from "./telemetry.ts";

/** COMMAND_LONG and COMMAND_INT in one form. */
export type VehicleCommandMessage = {
  readonly command: number;
  readonly param1: number;
  readonly param2: number;
  readonly param7: number;
};

/** What a command comes to. */
export type CommandOutcome =
  | { readonly kind: "order"; readonly order: AutopilotOrder }
  | { readonly kind: "send-message"; readonly messageId: number }
  | { readonly kind: "set-interval"; readonly messageId: number; readonly intervalUs: number }
  | { readonly kind: "tell-interval"; readonly messageId: number }
  | { readonly kind: "refused"; readonly result: number };

const modes: ReadonlyMap<number, FlightMode> = new Map([
  [CopterMode.STABILIZE, "stabilize"],
  [CopterMode.GUIDED, "guided"],
  [CopterMode.LOITER, "loiter"],
  [CopterMode.LAND, "land"],
  [CopterMode.BRAKE, "brake"],
]);

/** ArduPilot's magic number for "disarm by force" (AP_Arming, COMPONENT_ARM_DISARM's param2). */
const forceMagic = 21_196;

/** GET_MESSAGE_INTERVAL of common.xml; the shared table leaves deprecated commands out. */
const getMessageInterval = 510;

const order = (value: AutopilotOrder): CommandOutcome => ({ kind: "order", order: value });
const refused = (result: number): CommandOutcome => ({ kind: "refused", result });

export function outcomeOf(message: VehicleCommandMessage): CommandOutcome {
  const { command, param1, param2, param7 } = message;
  switch (command) {
    case MavCmd.COMPONENT_ARM_DISARM:
      if (param1 === 1) return order({ kind: "arm" });
      if (param1 !== 0) return refused(MavResult.UNSUPPORTED);
      return order({ kind: "disarm", byForce: param2 === forceMagic });
    case MavCmd.NAV_TAKEOFF:
      return order({ kind: "take-off", heightM: param7 });
    case MavCmd.NAV_LAND:
      return order({ kind: "set-mode", mode: "land", by: "ground-station" });
    case MavCmd.DO_SET_MODE:
      return outcomeOfMode({ baseMode: param1, customMode: param2 });
    case MavCmd.REQUEST_MESSAGE:
      return telemetry.has(param1)
        ? { kind: "send-message", messageId: param1 }
        : refused(MavResult.UNSUPPORTED);
    case MavCmd.SET_MESSAGE_INTERVAL:
      return { kind: "set-interval", messageId: param1, intervalUs: param2 };
    case getMessageInterval:
      return { kind: "tell-interval", messageId: param1 };
    default:
      return refused(MavResult.UNSUPPORTED);
  }
}

/** ArduPilot takes custom modes alone (GCS_MAVLINK::_set_mode_common), and only those it has. */
export function outcomeOfMode(mode: { baseMode: number; customMode: number }): CommandOutcome {
  if ((mode.baseMode & MavModeFlag.CUSTOM_MODE_ENABLED) === 0) return refused(MavResult.DENIED);
  const known = modes.get(mode.customMode);
  if (known === undefined) return refused(MavResult.FAILED);
  return order({ kind: "set-mode", mode: known, by: "ground-station" });
}
