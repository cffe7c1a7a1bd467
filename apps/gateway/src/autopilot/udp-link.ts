import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { MonotonicMs } from "@pista/kernel";
import type { MavlinkFrame, OutgoingMessage } from "@pista/mavlink";
import { GatewayError } from "../errors.ts";
import { type VehicleLink, type VehicleLinkOptions, vehiclePeer } from "./vehicle-link.ts";

/** Silent this long, the vehicle may have been switched off and on, and speak from another port. */
const silenceMsMax = 3_000;

export type UdpLinkOptions = VehicleLinkOptions & {
  readonly host: string;
  readonly port: number;
};

type Peer = { readonly address: string; readonly port: number; heardAtMs: MonotonicMs };

/**
 * MAVLink over UDP as a ground station takes it: bound here, and answering the first autopilot, or
 * whoever else is awaited, that speaks. Whoever else sends is not heard while that one does.
 */
export class UdpLink implements VehicleLink {
  readonly #options: UdpLinkOptions;
  readonly #awaited;
  readonly #socket: Socket;
  #peer: Peer | undefined;
  /**
   * Who spoke last while no autopilot was heard. It gets our heartbeats: where MAVLink is signed, a
   * vehicle without a clock of its own takes the time from them, and is refused as stale before.
   */
  #caller: { readonly address: string; readonly port: number } | undefined;
  #isClosed = false;

  constructor(options: UdpLinkOptions) {
    this.#options = options;
    this.#awaited = options.peer ?? vehiclePeer;
    this.#socket = createSocket(isIPv6(options.host) ? "udp6" : "udp4");
    this.#socket.on("message", (bytes, from) => this.#hear(bytes, from));
  }

  /** @throws GatewayError VEHICLE_SOCKET_FAILED */
  async open(): Promise<void> {
    const { host, port } = this.#options;
    try {
      this.#socket.bind(port, host);
      await once(this.#socket, "listening");
    } catch (cause) {
      const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
      const where = `Could not listen for the ${this.#awaited.name} at udp://${host}:${port}`;
      const message = isTaken
        ? `${where}: another program, such as a gateway or a ground station, has that port.`
        : `${where}.`;
      throw new GatewayError("VEHICLE_SOCKET_FAILED", message, { cause });
    }
    this.#socket.on("error", (cause) => this.#fault(cause));
  }

  get refusedFrames(): number {
    return this.#options.codec.refusedFrames;
  }

  send(message: OutgoingMessage, componentId?: number): void {
    const to = this.#caller ?? this.#peer;
    if (!to || this.#isClosed) return;
    const { clock, codec, onBytes } = this.#options;
    const bytes = codec.write(message, componentId);
    onBytes("sent", bytes, clock.monotonicMs());
    this.#socket.send(bytes, to.port, to.address, (cause) => {
      if (cause) this.#fault(cause);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #hear(bytes: Uint8Array, from: RemoteInfo): void {
    const atMs = this.#options.clock.monotonicMs();
    const { codec, isOurs } = this.#options;
    const frames = codec.read(bytes).filter(isOurs);
    if (!this.#isPeer(from, frames, atMs)) return;
    this.#options.onBytes("received", bytes, atMs);
    for (const frame of frames) this.#options.onFrame(frame, atMs);
  }

  #isPeer(from: RemoteInfo, frames: readonly MavlinkFrame[], atMs: MonotonicMs): boolean {
    const { address, port } = from;
    const peer = this.#peer;
    if (peer && peer.address === address && peer.port === port) {
      if (frames.length > 0) {
        peer.heardAtMs = atMs;
        this.#caller = undefined;
      }
      return true;
    }
    const isFree = !peer || atMs - peer.heardAtMs > silenceMsMax;
    const isAwaited = frames.some(
      ({ message }) => message.name === "HEARTBEAT" && this.#awaited.isMet(message),
    );
    if (isFree) this.#caller = { address, port };
    if (!isFree || !isAwaited) return false;
    this.#caller = undefined;
    this.#peer = { address, port, heardAtMs: atMs };
    return true;
  }

  #fault(cause: Error): void {
    const message = `A message to the ${this.#awaited.name} could not leave.`;
    this.#options.onFault(new GatewayError("VEHICLE_SOCKET_FAILED", message, { cause }));
  }
}
