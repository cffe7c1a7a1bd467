import type { Clock, MonotonicMs } from "@pista/kernel";
import {
  type Heartbeat,
  isFromAutopilot,
  type MavlinkFrame,
  type OutgoingMessage,
} from "@pista/mavlink";
import type { GatewayError } from "../errors.ts";
import type { FrameCodec } from "./frame-codec.ts";

/** Who is awaited at the other end. */
export type LinkPeer = {
  /** For people. */
  readonly name: "vehicle" | "companion";
  readonly isMet: (heartbeat: Heartbeat) => boolean;
};

export const vehiclePeer: LinkPeer = { name: "vehicle", isMet: isFromAutopilot };

/** The way to the vehicle, whatever it is made of. */
export interface VehicleLink {
  /** @throws GatewayError VEHICLE_SOCKET_FAILED where it cannot come up by itself later. */
  open(): Promise<void>;
  /** Where nobody can be reached the message is gone: nothing old is kept for later (LG5). */
  send(message: OutgoingMessage, componentId?: number): void;
  close(): void;
  /** By signing, since the start. */
  readonly refusedFrames: number;
}

export type VehicleLinkOptions = {
  readonly codec: FrameCodec;
  readonly peer?: LinkPeer;
  readonly clock: Clock;
  /** Whether a frame is the one vehicle's; no other one is handed on. */
  readonly isOurs: (frame: MavlinkFrame) => boolean;
  readonly onFrame: (frame: MavlinkFrame, atMs: MonotonicMs) => void;
  /** The link as it is, for whoever records it. */
  readonly onBytes: (direction: "sent" | "received", bytes: Uint8Array, atMs: MonotonicMs) => void;
  readonly onFault: (error: GatewayError) => void;
};
