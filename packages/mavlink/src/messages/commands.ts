import type { MessageDefinition } from "./definition.ts";

/** Commands, their answers, modes and the rates of messages. */
export const commandsMessages: readonly MessageDefinition[] = [
  {
    id: 11,
    name: "SET_MODE",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "base_mode", "MAV_MODE_FLAG"],
      ["uint32", "custom_mode"],
    ],
  },
  {
    id: 66,
    name: "REQUEST_DATA_STREAM",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint8", "req_stream_id", "MAV_DATA_STREAM"],
      ["uint16", "req_message_rate", "Hz"],
      ["uint8", "start_stop"],
    ],
  },
  {
    id: 75,
    name: "COMMAND_INT",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint8", "frame", "MAV_FRAME"],
      ["uint16", "command", "MAV_CMD"],
      ["uint8", "current"],
      ["uint8", "autocontinue"],
      ["float", "param1"],
      ["float", "param2"],
      ["float", "param3"],
      ["float", "param4"],
      ["int32", "x"],
      ["int32", "y"],
      ["float", "z"],
    ],
  },
  {
    id: 76,
    name: "COMMAND_LONG",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "command", "MAV_CMD"],
      ["uint8", "confirmation"],
      ["float", "param1"],
      ["float", "param2"],
      ["float", "param3"],
      ["float", "param4"],
      ["float", "param5"],
      ["float", "param6"],
      ["float", "param7"],
    ],
  },
  {
    id: 77,
    name: "COMMAND_ACK",
    fields: [
      ["uint16", "command", "MAV_CMD"],
      ["uint8", "result", "MAV_RESULT"],
    ],
    extensions: [
      ["uint8", "progress", "%"],
      ["int32", "result_param2"],
      ["uint8", "target_system"],
      ["uint8", "target_component"],
    ],
  },
  {
    id: 80,
    name: "COMMAND_CANCEL",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "command", "MAV_CMD"],
    ],
  },
  {
    id: 244,
    name: "MESSAGE_INTERVAL",
    fields: [
      ["uint16", "message_id"],
      ["int32", "interval_us", "us"],
    ],
  },
  {
    id: 435,
    name: "AVAILABLE_MODES",
    fields: [
      ["uint8", "number_modes"],
      ["uint8", "mode_index"],
      ["uint8", "standard_mode", "MAV_STANDARD_MODE"],
      ["uint32", "custom_mode"],
      ["uint32", "properties", "MAV_MODE_PROPERTY"],
      ["char[35]", "mode_name"],
    ],
  },
  {
    id: 436,
    name: "CURRENT_MODE",
    fields: [
      ["uint8", "standard_mode", "MAV_STANDARD_MODE"],
      ["uint32", "custom_mode"],
      ["uint32", "intended_custom_mode"],
    ],
  },
  { id: 437, name: "AVAILABLE_MODES_MONITOR", fields: [["uint8", "seq"]] },
];
