import type { MavlinkMessage, MessageName } from "../messages.generated.ts";

/** What the framing needs to know about a message. */
export type Codec = {
  readonly id: number;
  readonly name: MessageName;
  readonly crcExtra: number;
  /** Without extensions, which is how MAVLink 1 sends it. */
  readonly baseLength: number;
  readonly lengthMax: number;
  readonly decode: (view: DataView, at: number) => MavlinkMessage;
};
