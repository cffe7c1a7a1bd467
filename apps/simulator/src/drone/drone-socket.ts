import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  createDatagramReader,
  createFrameWriter,
  MavComponent,
  type MavlinkFrame,
  type OutgoingMessage,
} from "@pista/mavlink";

export type UdpPeer = { readonly host: string; readonly port: number };

/** Undefined unless the text is `udp://HOST:PORT`. */
export function parseUdpPeer(text: string): UdpPeer | undefined {
  const match = /^udp:\/\/([^:/[\]]+|\[[0-9a-fA-F:]+\]):(\d{1,5})\/?$/.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port < 1 || port > 65_535) return undefined;
  return { host: match[1].replace(/^\[|\]$/g, ""), port };
}

export interface DroneSocket {
  send(message: OutgoingMessage): void;
  close(): Promise<void>;
}

export type DroneSocketOptions = {
  readonly peer: UdpPeer;
  readonly systemId: number;
  readonly onFrame: (frame: MavlinkFrame) => void;
  /** A datagram could not leave; the vehicle flies on, as it would when its radio fails. */
  readonly onSendFault: (cause: Error) => void;
};

/**
 * MAVLink over UDP towards one peer, from a free port, as ArduPilot's simulator does. The socket is
 * connected, so that the system refuses datagrams from anybody else.
 */
export async function openDroneSocket(options: DroneSocketOptions): Promise<DroneSocket> {
  const { peer, systemId, onFrame, onSendFault } = options;
  const socket = createSocket(peer.host.includes(":") ? "udp6" : "udp4");
  const reader = createDatagramReader();
  const writer = createFrameWriter({ systemId, componentId: MavComponent.AUTOPILOT1 });
  let isOpen = true;
  socket.connect(peer.port, peer.host);
  await once(socket, "connect");
  socket.on("message", (datagram) => {
    for (const frame of reader.read(datagram)) onFrame(frame);
  });
  // A connected socket hears of it when nobody listens at the peer yet; that is not our end.
  socket.on("error", onSendFault);
  return {
    send(message) {
      if (!isOpen) return;
      socket.send(writer.write(message), (cause) => {
        if (cause) onSendFault(cause);
      });
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
