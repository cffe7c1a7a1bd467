import { MavCmd, MavDataStream, type MavlinkMessage } from "@pista/mavlink";
import type { Task } from "./task-run.ts";

type Params = readonly [number, number, number, number, number, number, number];

export const long = (
  what: string,
  command: number,
  params: Params,
): Task & { readonly kind: "command" } => ({
  kind: "command",
  what,
  command: { kind: "long", command, params },
});

export const arm = long("arm", MavCmd.COMPONENT_ARM_DISARM, [1, 0, 0, 0, 0, 0, 0]);
/** Without force: in flight autopilots refuse it, and a wrong height cannot drop the vehicle. */
export const disarm = long("stop the motors", MavCmd.COMPONENT_ARM_DISARM, [0, 0, 0, 0, 0, 0, 0]);

/** A heartbeat a second may be all that tells the mode, and one or two of them may be lost. */
const modeShownMsMax = 3_000;

/**
 * [AU4] Motors that turn in another mode are somebody else's, so that none is armed in one: an
 * acknowledged mode may come later, or have been left again by the safety pilot's switch.
 */
export const inMode = (name: string, customMode: number): Task => ({
  kind: "mode",
  what: `enter ${name}`,
  customMode,
  msMax: modeShownMsMax,
});

/** A message that the gateway wants to hear. */
export type Wanted = {
  readonly name: MavlinkMessage["name"];
  readonly messageId: number;
  readonly periodMs: number;
  /** It comes only from who has something to say by it. */
  readonly maySayNothing?: boolean;
};

export const everyMs = ({ name, messageId, periodMs }: Wanted): Task =>
  long(`send ${name}`, MavCmd.SET_MESSAGE_INTERVAL, [messageId, periodMs * 1_000, 0, 0, 0, 0, 0]);

const pose: readonly Wanted[] = [
  { name: "LOCAL_POSITION_NED", messageId: 32, periodMs: 20 },
  { name: "ATTITUDE", messageId: 30, periodMs: 20 },
];

/** What the gateway wants to hear of every vehicle. */
export const wantedMessages: readonly Wanted[] = [
  ...pose,
  { name: "EXTENDED_SYS_STATE", messageId: 245, periodMs: 200 },
  { name: "SYS_STATUS", messageId: 1, periodMs: 1_000 },
  // [AU4] A mode switch shows in the heartbeat; some versions keep it at 1 Hz and say it at once.
  { name: "HEARTBEAT", messageId: 0, periodMs: 200 },
];

/** Sent only by who has one. */
export const originMessage: Wanted = {
  name: "GPS_GLOBAL_ORIGIN",
  messageId: 49,
  periodMs: 1_000,
  maySayNothing: true,
};

/** Refused, it is asked for by groups; the rest is sent anyway, or can be done without. */
export const isAskedByStreamToo = (wanted: Wanted): boolean => pose.includes(wanted);

/**
 * The same by groups, as older versions are asked (REQUEST_DATA_STREAM, which has no answer):
 * positions, attitude, and the state of the system with what is left in the battery.
 */
export const wantedStreams: readonly { readonly streamId: number; readonly rateHz: number }[] = [
  { streamId: MavDataStream.POSITION, rateHz: 50 },
  { streamId: MavDataStream.EXTRA1, rateHz: 50 },
  { streamId: MavDataStream.EXTENDED_STATUS, rateHz: 5 },
];
