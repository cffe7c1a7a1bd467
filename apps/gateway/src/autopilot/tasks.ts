import { MavCmd, MavDataStream } from "@pista/mavlink";
import type { Task } from "./task-run.ts";

type Params = readonly [number, number, number, number, number, number, number];

export const long = (what: string, command: number, params: Params): Task => ({
  kind: "command",
  what,
  command: { kind: "long", command, params },
});

export const arm = long("arm", MavCmd.COMPONENT_ARM_DISARM, [1, 0, 0, 0, 0, 0, 0]);
/** Without force: in flight autopilots refuse it, and a wrong height cannot drop the vehicle. */
export const disarm = long("stop the motors", MavCmd.COMPONENT_ARM_DISARM, [0, 0, 0, 0, 0, 0, 0]);

export const everyMs = (what: string, messageId: number, intervalMs: number): Task =>
  long(`send ${what}`, MavCmd.SET_MESSAGE_INTERVAL, [messageId, intervalMs * 1_000, 0, 0, 0, 0, 0]);

const pose = [everyMs("LOCAL_POSITION_NED", 32, 20), everyMs("ATTITUDE", 30, 20)];

/** What the gateway wants to hear of every vehicle, by message id and period. */
export const wantedMessages: readonly Task[] = [
  ...pose,
  everyMs("EXTENDED_SYS_STATE", 245, 200),
  everyMs("SYS_STATUS", 1, 1_000),
  // [AU4] A mode switch shows in the heartbeat; some versions keep it at 1 Hz and say it at once.
  everyMs("HEARTBEAT", 0, 200),
];

/** Sent only by who has one. */
export const originMessage: Task = everyMs("GPS_GLOBAL_ORIGIN", 49, 1_000);

/** Refused, it is asked for by groups; the rest is sent anyway, or can be done without. */
export const isAskedByStreamToo = (task: Task): boolean => pose.includes(task);

/**
 * The same by groups, as older versions are asked (REQUEST_DATA_STREAM, which has no answer):
 * positions, attitude, and the state of the system with what is left in the battery.
 */
export const wantedStreams: readonly { readonly streamId: number; readonly rateHz: number }[] = [
  { streamId: MavDataStream.POSITION, rateHz: 50 },
  { streamId: MavDataStream.EXTRA1, rateHz: 50 },
  { streamId: MavDataStream.EXTENDED_STATUS, rateHz: 5 },
];
