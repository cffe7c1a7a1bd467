import { CopterMode, MavCmd, MavModeFlag } from "@pista/mavlink";
import type { Task } from "./task-run.ts";

type Params = readonly [number, number, number, number, number, number, number];

const long = (what: string, command: number, params: Params): Task => ({
  kind: "command",
  what,
  command: { kind: "long", command, params },
});

const setMode = (what: string, customMode: number): Task =>
  long(what, MavCmd.DO_SET_MODE, [MavModeFlag.CUSTOM_MODE_ENABLED, customMode, 0, 0, 0, 0, 0]);

/** [LG10] Seconds without a set-point after which the vehicle stops by itself. */
export const guidedTimeoutS = 0.3;

const guardTimeout: Task = {
  kind: "parameter",
  what: `set GUID_TIMEOUT to ${guidedTimeoutS} s and read it back`,
  id: "GUID_TIMEOUT",
  value: guidedTimeoutS,
};

const arm = long("arm", MavCmd.COMPONENT_ARM_DISARM, [1, 0, 0, 0, 0, 0, 0]);
/** Without force: in flight ArduPilot refuses it, and a wrong height cannot drop the vehicle. */
export const disarm = long("stop the motors", MavCmd.COMPONENT_ARM_DISARM, [0, 0, 0, 0, 0, 0, 0]);

export const land = setMode("set mode LAND", CopterMode.LAND);

export const takeOff = (heightM: number): readonly Task[] => [
  guardTimeout,
  setMode("set mode GUIDED", CopterMode.GUIDED),
  arm,
  long("take off", MavCmd.NAV_TAKEOFF, [0, 0, 0, 0, 0, 0, heightM]),
];

const everyMs = (what: string, messageId: number, intervalMs: number): Task =>
  long(`ask for ${what}`, MavCmd.SET_MESSAGE_INTERVAL, [
    messageId,
    intervalMs * 1_000,
    0,
    0,
    0,
    0,
    0,
  ]);

/** What the gateway wants to hear, by message id and period. */
export const wantedMessages: readonly Task[] = [
  everyMs("LOCAL_POSITION_NED", 32, 20),
  everyMs("ATTITUDE", 30, 20),
  everyMs("EXTENDED_SYS_STATE", 245, 200),
  everyMs("SYS_STATUS", 1, 1_000),
  // [AU4] A mode switch shows in the heartbeat; some versions keep it at 1 Hz and say it at once.
  everyMs("HEARTBEAT", 0, 200),
];
