import {
  type CommandLong,
  CopterMode,
  MavAutopilot,
  MavParamType,
  type ParameterEncoding,
  Px4AutoMode,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";

export type FakeParameter = { readonly type: number; value: number };

/** Where the two autopilots differ, by their own documentation and not by the gateway's code. */
export type Personality = {
  readonly autopilot: number;
  readonly encoding: ParameterEncoding;
  readonly manual: number;
  readonly guided: number;
  readonly landing: number;
  /** The mode that MAV_CMD_DO_SET_MODE asks for, as the heartbeat shows it. */
  readonly modeAsked: (command: CommandLong) => number;
  readonly parameters: () => Map<string, FakeParameter>;
  /** In OFFBOARD it does not arm for who has not been sending set-points for a second. */
  readonly wantsProofOfLife: boolean;
  /** PX4 keeps its heartbeat at 1 Hz, whatever it is asked, and tells a new mode by a message. */
  readonly heartbeatMs: 200 | 1_000;
};

const real = MavParamType.REAL32;

export const copterPersonality: Personality = {
  autopilot: MavAutopilot.ARDUPILOTMEGA,
  encoding: "cast",
  manual: CopterMode.STABILIZE,
  guided: CopterMode.GUIDED,
  landing: CopterMode.LAND,
  modeAsked: ({ param2 }) => param2,
  parameters: () =>
    new Map([
      // As the owner of a vehicle in a hall sets them.
      ["FS_THR_ENABLE", { type: MavParamType.INT8, value: 3 }],
      ["BATT_FS_LOW_ACT", { type: MavParamType.INT8, value: 1 }],
      ["BATT_FS_CRT_ACT", { type: MavParamType.INT8, value: 1 }],
      ["FENCE_ACTION", { type: MavParamType.INT8, value: 2 }],
      ["FS_DR_ENABLE", { type: MavParamType.INT8, value: 1 }],
      ["GUID_TIMEOUT", { type: real, value: 3 }],
      ["FS_GCS_ENABLE", { type: MavParamType.INT8, value: 0 }],
      ["FS_GCS_TIMEOUT", { type: real, value: 5 }],
      ["MAV_GCS_SYSID", { type: MavParamType.INT16, value: 1 }],
    ]),
  wantsProofOfLife: false,
  heartbeatMs: 200,
};

export const px4Personality: Personality = {
  autopilot: MavAutopilot.PX4,
  encoding: "bytewise",
  manual: px4CustomMode(Px4MainMode.POSCTL),
  guided: px4CustomMode(Px4MainMode.OFFBOARD),
  landing: px4CustomMode(Px4MainMode.AUTO, Px4AutoMode.LAND),
  modeAsked: ({ param2, param3 }) => ((param2 << 16) | (param3 << 24)) >>> 0,
  parameters: () =>
    new Map([
      // As the owner of a vehicle in a hall sets them; the last two came after 1.14.
      ["NAV_RCL_ACT", { type: MavParamType.INT32, value: 3 }],
      ["NAV_DLL_ACT", { type: MavParamType.INT32, value: 0 }],
      ["COM_LOW_BAT_ACT", { type: MavParamType.INT32, value: 2 }],
      ["GF_ACTION", { type: MavParamType.INT32, value: 5 }],
      ["COM_FLTT_LOW_ACT", { type: MavParamType.INT32, value: 1 }],
      ["COM_POS_LOW_ACT", { type: MavParamType.INT32, value: 5 }],
      ["COM_OF_LOSS_T", { type: real, value: 1 }],
      ["COM_OBL_RC_ACT", { type: MavParamType.INT32, value: 0 }],
    ]),
  wantsProofOfLife: true,
  heartbeatMs: 1_000,
};
