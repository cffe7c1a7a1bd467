import type { EnuM } from "@pista/kernel";
import {
  type CommandInt,
  type CommandLong,
  degFromDegE7,
  MavCmd,
  MavFrame,
  MavModeFlag,
  MavResult,
} from "@pista/mavlink";
import type { AutopilotOrder } from "@pista/simulation";
import type { DroneView } from "./drone-view.ts";
import { availableModes, modeOfCustom } from "./modes.ts";
import { telemetry } from "./telemetry/streams.ts";
import { inHall } from "./world.ts";

/** COMMAND_LONG and COMMAND_INT in one form. */
export type VehicleCommandMessage = {
  readonly command: number;
  readonly param1: number;
  readonly param2: number;
  readonly frame: number;
  readonly latDeg: number;
  readonly lngDeg: number;
  readonly z: number;
};

/** A COMMAND_LONG names no frame; ArduPilot takes heights as above home, home's own as above the sea. */
export const fromLong = (long: CommandLong): VehicleCommandMessage => ({
  ...long,
  frame: long.command === MavCmd.DO_SET_HOME ? MavFrame.GLOBAL : MavFrame.GLOBAL_RELATIVE_ALT,
  latDeg: long.param5,
  lngDeg: long.param6,
  z: long.param7,
});

export const fromInt = (int: CommandInt): VehicleCommandMessage => ({
  ...int,
  latDeg: degFromDegE7(int.x),
  lngDeg: degFromDegE7(int.y),
});

/** What a command comes to. */
export type CommandOutcome =
  /** One after the other, as long as they are accepted. */
  | { readonly kind: "orders"; readonly orders: readonly AutopilotOrder[] }
  | { readonly kind: "send-messages"; readonly messageIds: readonly number[] }
  | { readonly kind: "tell-modes"; readonly index: number }
  | { readonly kind: "set-interval"; readonly messageId: number; readonly intervalUs: number }
  | { readonly kind: "tell-interval"; readonly messageId: number }
  | { readonly kind: "set-home"; readonly at: EnuM }
  | { readonly kind: "introduce" }
  /** The text is said aloud. */
  | { readonly kind: "refused"; readonly result: number; readonly text?: string };

/** ArduPilot's magic number for "disarm by force" (AP_Arming, COMPONENT_ARM_DISARM's param2). */
const forceMagic = 21_196;
const autopilotVersion = 148;
const globalOrigin = 49;
const homePosition = 242;
const availableModesId = 435;

const orders = (...list: AutopilotOrder[]): CommandOutcome => ({ kind: "orders", orders: list });
const send = (...messageIds: number[]): CommandOutcome => ({ kind: "send-messages", messageIds });
const refused = (result: number, text?: string): CommandOutcome => ({
  kind: "refused",
  result,
  ...(text === undefined ? {} : { text }),
});

export function outcomeOf(message: VehicleCommandMessage, view: DroneView): CommandOutcome {
  const { command, param1, param2 } = message;
  switch (command) {
    case MavCmd.COMPONENT_ARM_DISARM:
      if (param1 === 1) return orders({ kind: "arm" });
      if (param1 !== 0) return refused(MavResult.UNSUPPORTED);
      return orders({ kind: "disarm", byForce: param2 === forceMagic });
    case MavCmd.NAV_TAKEOFF:
      return orders({ kind: "take-off", heightM: message.z });
    case MavCmd.NAV_LAND:
      return orders({ kind: "set-mode", mode: "land", by: "ground-station" });
    case MavCmd.DO_SET_MODE:
      return outcomeOfMode({ baseMode: param1, customMode: param2 }, view);
    case MavCmd.DO_REPOSITION:
      return reposition(message, view);
    case MavCmd.MISSION_START:
      return inAuto(view, { kind: "start-mission" });
    case MavCmd.DO_SET_MISSION_CURRENT:
      return orders({ kind: "go-to-leg", leg: Math.max(0, param1 - 1) });
    case MavCmd.DO_SET_HOME:
      return setHome(message, view);
    case MavCmd.DO_SEND_BANNER:
      return { kind: "introduce" };
    default:
      return outcomeOfQuestion(message, view);
  }
}

/** Commands that ask for messages; what ArduPilot has not got it refuses in just these ways. */
function outcomeOfQuestion(
  { command, param1, param2 }: VehicleCommandMessage,
  { world }: DroneView,
): CommandOutcome {
  switch (command) {
    case MavCmd.REQUEST_MESSAGE:
      if (param1 === availableModesId) {
        const has = availableModes(param2).length > 0;
        return has ? { kind: "tell-modes", index: param2 } : refused(MavResult.FAILED);
      }
      return telemetry.has(param1) ? send(param1) : refused(MavResult.FAILED);
    case MavCmd.REQUEST_AUTOPILOT_CAPABILITIES:
      return param1 === 1 ? send(autopilotVersion) : refused(MavResult.FAILED);
    case MavCmd.GET_HOME_POSITION:
      return world.home ? send(homePosition, globalOrigin) : refused(MavResult.FAILED);
    case MavCmd.SET_MESSAGE_INTERVAL:
      return telemetry.has(param1)
        ? { kind: "set-interval", messageId: param1, intervalUs: param2 }
        : refused(MavResult.DENIED, `No ap_message for mavlink id (${param1})`);
    case MavCmd.GET_MESSAGE_INTERVAL:
      return { kind: "tell-interval", messageId: param1 };
    default:
      return refused(MavResult.UNSUPPORTED);
  }
}

/** ArduPilot takes custom modes alone (GCS_MAVLINK::_set_mode_common), and only those it has. */
export function outcomeOfMode(
  asked: { baseMode: number; customMode: number },
  view: DroneView,
): CommandOutcome {
  if ((asked.baseMode & MavModeFlag.CUSTOM_MODE_ENABLED) === 0) return refused(MavResult.DENIED);
  const mode = modeOfCustom.get(asked.customMode);
  if (mode === undefined) return refused(MavResult.FAILED, `No such mode ${asked.customMode}`);
  const order = { kind: "set-mode", mode, by: "ground-station" } as const;
  return mode === "auto" ? inAuto(view, order) : orders(order);
}

/** A mission's places are places on earth, and without an origin the vehicle knows none. */
function inAuto({ world }: DroneView, order: AutopilotOrder): CommandOutcome {
  return world.origin
    ? orders(order)
    : refused(MavResult.FAILED, "Mode change to AUTO failed: requires position");
}

/** MAV_DO_REPOSITION_FLAGS_CHANGE_MODE. */
const changesMode = 1;

/** GCS_MAVLINK_Copter::handle_command_int_do_reposition. */
function reposition(message: VehicleCommandMessage, view: DroneView): CommandOutcome {
  const isGuided = view.autopilot.mode === "guided";
  const place = inHall(view.world, message);
  if (!place || (!isGuided && (message.param2 & changesMode) === 0)) {
    return refused(MavResult.DENIED);
  }
  const flyTo = { kind: "fly-to", place } as const;
  return isGuided
    ? orders(flyTo)
    : orders({ kind: "set-mode", mode: "guided", by: "ground-station" }, flyTo);
}

function setHome(message: VehicleCommandMessage, { world, vehicle }: DroneView): CommandOutcome {
  const at = message.param1 === 1 ? vehicle.position : inHall(world, message);
  return world.origin && at ? { kind: "set-home", at } : refused(MavResult.FAILED);
}
