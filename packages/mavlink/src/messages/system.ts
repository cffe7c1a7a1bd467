import type { MessageDefinition } from "./definition.ts";

/** What a component says about itself and about the system it is part of. */
export const systemMessages: readonly MessageDefinition[] = [
  {
    id: 0,
    name: "HEARTBEAT",
    fields: [
      ["uint8", "type", "MAV_TYPE"],
      ["uint8", "autopilot", "MAV_AUTOPILOT"],
      ["uint8", "base_mode", "MAV_MODE_FLAG"],
      ["uint32", "custom_mode"],
      ["uint8", "system_status", "MAV_STATE"],
      ["uint8", "mavlink_version"],
    ],
  },
  {
    id: 1,
    name: "SYS_STATUS",
    fields: [
      ["uint32", "onboard_control_sensors_present", "MAV_SYS_STATUS_SENSOR"],
      ["uint32", "onboard_control_sensors_enabled", "MAV_SYS_STATUS_SENSOR"],
      ["uint32", "onboard_control_sensors_health", "MAV_SYS_STATUS_SENSOR"],
      ["uint16", "load", "d%"],
      ["uint16", "voltage_battery", "mV"],
      ["int16", "current_battery", "cA"],
      ["int8", "battery_remaining", "%"],
      ["uint16", "drop_rate_comm", "c%"],
      ["uint16", "errors_comm"],
      ["uint16", "errors_count1"],
      ["uint16", "errors_count2"],
      ["uint16", "errors_count3"],
      ["uint16", "errors_count4"],
    ],
    extensions: [
      ["uint32", "onboard_control_sensors_present_extended", "MAV_SYS_STATUS_SENSOR_EXTENDED"],
      ["uint32", "onboard_control_sensors_enabled_extended", "MAV_SYS_STATUS_SENSOR_EXTENDED"],
      ["uint32", "onboard_control_sensors_health_extended", "MAV_SYS_STATUS_SENSOR_EXTENDED"],
    ],
  },
  {
    id: 2,
    name: "SYSTEM_TIME",
    fields: [
      ["uint64", "time_unix_usec", "us"],
      ["uint32", "time_boot_ms", "ms"],
    ],
  },
  {
    id: 4,
    name: "PING",
    fields: [
      ["uint64", "time_usec", "us"],
      ["uint32", "seq"],
      ["uint8", "target_system"],
      ["uint8", "target_component"],
    ],
  },
  {
    id: 109,
    name: "RADIO_STATUS",
    fields: [
      ["uint8", "rssi"],
      ["uint8", "remrssi"],
      ["uint8", "txbuf", "%"],
      ["uint8", "noise"],
      ["uint8", "remnoise"],
      ["uint16", "rxerrors"],
      ["uint16", "fixed"],
    ],
  },
  {
    id: 110,
    name: "FILE_TRANSFER_PROTOCOL",
    fields: [
      ["uint8", "target_network"],
      ["uint8", "target_system"],
      ["uint8", "target_component"],
      ["uint8[251]", "payload"],
    ],
  },
  {
    id: 111,
    name: "TIMESYNC",
    fields: [
      ["int64", "tc1", "ns"],
      ["int64", "ts1", "ns"],
    ],
    extensions: [
      ["uint8", "target_system"],
      ["uint8", "target_component"],
    ],
  },
  {
    id: 125,
    name: "POWER_STATUS",
    fields: [
      ["uint16", "Vcc", "mV"],
      ["uint16", "Vservo", "mV"],
      ["uint16", "flags", "MAV_POWER_STATUS"],
    ],
  },
  {
    id: 147,
    name: "BATTERY_STATUS",
    fields: [
      ["uint8", "id"],
      ["uint8", "battery_function", "MAV_BATTERY_FUNCTION"],
      ["uint8", "type", "MAV_BATTERY_TYPE"],
      ["int16", "temperature", "cdegC"],
      ["uint16[10]", "voltages", "mV"],
      ["int16", "current_battery", "cA"],
      ["int32", "current_consumed", "mAh"],
      ["int32", "energy_consumed", "hJ"],
      ["int8", "battery_remaining", "%"],
    ],
    extensions: [
      ["int32", "time_remaining", "s"],
      ["uint8", "charge_state", "MAV_BATTERY_CHARGE_STATE"],
      ["uint16[4]", "voltages_ext", "mV"],
      ["uint8", "mode", "MAV_BATTERY_MODE"],
      ["uint32", "fault_bitmask", "MAV_BATTERY_FAULT"],
    ],
  },
  {
    id: 148,
    name: "AUTOPILOT_VERSION",
    fields: [
      ["uint64", "capabilities", "MAV_PROTOCOL_CAPABILITY"],
      ["uint32", "flight_sw_version"],
      ["uint32", "middleware_sw_version"],
      ["uint32", "os_sw_version"],
      ["uint32", "board_version"],
      ["uint8[8]", "flight_custom_version"],
      ["uint8[8]", "middleware_custom_version"],
      ["uint8[8]", "os_custom_version"],
      ["uint16", "vendor_id"],
      ["uint16", "product_id"],
      ["uint64", "uid"],
    ],
    extensions: [["uint8[18]", "uid2"]],
  },
  {
    id: 152,
    name: "MEMINFO",
    fields: [
      ["uint16", "brkval"],
      ["uint16", "freemem", "bytes"],
    ],
    extensions: [["uint32", "freemem32", "bytes"]],
  },
  {
    id: 245,
    name: "EXTENDED_SYS_STATE",
    fields: [
      ["uint8", "vtol_state", "MAV_VTOL_STATE"],
      ["uint8", "landed_state", "MAV_LANDED_STATE"],
    ],
  },
  {
    id: 253,
    name: "STATUSTEXT",
    fields: [
      ["uint8", "severity", "MAV_SEVERITY"],
      ["char[50]", "text"],
    ],
    extensions: [
      ["uint16", "id"],
      ["uint8", "chunk_seq"],
    ],
  },
  {
    id: 300,
    name: "PROTOCOL_VERSION",
    fields: [
      ["uint16", "version"],
      ["uint16", "min_version"],
      ["uint16", "max_version"],
      ["uint8[8]", "spec_version_hash"],
      ["uint8[8]", "library_version_hash"],
    ],
  },
  {
    id: 397,
    name: "COMPONENT_METADATA",
    fields: [
      ["uint32", "time_boot_ms", "ms"],
      ["uint32", "file_crc"],
      ["char[100]", "uri"],
    ],
  },
  {
    id: 410,
    name: "EVENT",
    fields: [
      ["uint8", "destination_component"],
      ["uint8", "destination_system"],
      ["uint32", "id"],
      ["uint32", "event_time_boot_ms", "ms"],
      ["uint16", "sequence"],
      ["uint8", "log_levels"],
      ["uint8[40]", "arguments"],
    ],
  },
];
