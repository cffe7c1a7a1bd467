import type { MessageDefinition } from "./definition.ts";

/** The mission protocol, which also carries fences and rally points. */
export const missionsMessages: readonly MessageDefinition[] = [
  {
    id: 40,
    name: "MISSION_REQUEST",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "seq"],
    ],
    extensions: [["uint8", "mission_type", "MAV_MISSION_TYPE"]],
  },
  {
    id: 41,
    name: "MISSION_SET_CURRENT",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "seq"],
    ],
  },
  {
    id: 42,
    name: "MISSION_CURRENT",
    fields: [["uint16", "seq"]],
    extensions: [
      ["uint16", "total"],
      ["uint8", "mission_state", "MISSION_STATE"],
      ["uint8", "mission_mode"],
      ["uint32", "mission_id"],
      ["uint32", "fence_id"],
      ["uint32", "rally_points_id"],
    ],
  },
  {
    id: 43,
    name: "MISSION_REQUEST_LIST",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
    ],
    extensions: [["uint8", "mission_type", "MAV_MISSION_TYPE"]],
  },
  {
    id: 44,
    name: "MISSION_COUNT",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "count"],
    ],
    extensions: [
      ["uint8", "mission_type", "MAV_MISSION_TYPE"],
      ["uint32", "opaque_id"],
    ],
  },
  {
    id: 45,
    name: "MISSION_CLEAR_ALL",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
    ],
    extensions: [["uint8", "mission_type", "MAV_MISSION_TYPE"]],
  },
  { id: 46, name: "MISSION_ITEM_REACHED", fields: [["uint16", "seq"]] },
  {
    id: 47,
    name: "MISSION_ACK",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint8", "type", "MAV_MISSION_RESULT"],
    ],
    extensions: [
      ["uint8", "mission_type", "MAV_MISSION_TYPE"],
      ["uint32", "opaque_id"],
    ],
  },
  {
    id: 51,
    name: "MISSION_REQUEST_INT",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "seq"],
    ],
    extensions: [["uint8", "mission_type", "MAV_MISSION_TYPE"]],
  },
  {
    id: 73,
    name: "MISSION_ITEM_INT",
    fields: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint16", "seq"],
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
    extensions: [["uint8", "mission_type", "MAV_MISSION_TYPE"]],
  },
  {
    id: 162,
    name: "FENCE_STATUS",
    fields: [
      ["uint8", "breach_status"],
      ["uint16", "breach_count"],
      ["uint8", "breach_type", "FENCE_BREACH"],
      ["uint32", "breach_time", "ms"],
    ],
    extensions: [["uint8", "breach_mitigation", "FENCE_MITIGATE"]],
  },
];
