import { type MessageDefinition, valueOrBits } from "./definition.ts";

/** The parameter protocol. */
export const parametersMessages: readonly MessageDefinition[] = [
  {
    id: 20,
    name: "PARAM_REQUEST_READ",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["char[16]", "param_id"],
      ["int16", "param_index"],
    ],
  },
  {
    id: 21,
    name: "PARAM_REQUEST_LIST",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
    ],
  },
  {
    id: 22,
    name: "PARAM_VALUE",
    fields: [
      ["char[16]", "param_id"],
      ["float", "param_value", valueOrBits],
      ["uint8", "param_type", "MAV_PARAM_TYPE"],
      ["uint16", "param_count"],
      ["uint16", "param_index"],
    ],
  },
  {
    id: 23,
    name: "PARAM_SET",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["char[16]", "param_id"],
      ["float", "param_value", valueOrBits],
      ["uint8", "param_type", "MAV_PARAM_TYPE"],
    ],
  },
  {
    id: 345,
    name: "PARAM_ERROR",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["char[16]", "param_id"],
      ["int16", "param_index"],
      ["uint8", "error", "MAV_PARAM_ERROR"],
    ],
  },
];
