import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FromGateway, FromHub, Telemetry } from "@pista/contracts";
import type { GatewayId, LeaseId } from "@pista/flight";
import type { AssetId, Clock, Result } from "@pista/kernel";
import { WebSocketServer } from "ws";
import { GatewayConnection } from "./gateway-connection.ts";

/** What the link needs of the hub. */
export interface GatewayLinkPort {
  readonly clock: Clock;
  draw(length: number): Uint8Array;
  /** [AU8] The gateway's drone and the key that was pinned at its enrolment. */
  find(gatewayId: GatewayId): { assetId: AssetId; publicKey: Uint8Array } | undefined;
  /** [AU8] The lease key's rotations since one that a gateway has pinned; undefined if it was none. */
  rotationsSince(leasePublicKeyHex: string): readonly string[] | undefined;
  /** [AU8] Pins a gateway's other key in place of its old one; false when it could not. */
  pin(gatewayId: GatewayId, key: { from: Uint8Array; to: Uint8Array }): Promise<boolean>;
  /** It has proved who it is: what it must know goes out now. */
  connected(gatewayId: GatewayId, assetId: AssetId): void;
  disconnected(gatewayId: GatewayId, assetId: AssetId): void;
  telemetry(assetId: AssetId, telemetry: Telemetry): void;
  leaseState(assetId: AssetId, state: Extract<FromGateway, { op: "lease-state" }>): void;
  refused(cause: string): void;
}

export interface GatewayServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  isConnected(gatewayId: GatewayId): boolean;
  /** [AU1] Of a lease, that it had seen when it joined; 0 while it is not there. */
  highestEpoch(gatewayId: GatewayId): number;
  /** False when the gateway is not there; what matters is said again when it comes back. */
  send(gatewayId: GatewayId, message: FromHub): boolean;
  /** To every gateway that is there. */
  tellAll(message: FromHub): void;
  /** Passes a pilot's offer on; the fault says why there is no answer. */
  offer(
    gatewayId: GatewayId,
    offer: { leaseId: LeaseId; sdp: string },
  ): Promise<Result<string, string>>;
  /** [AU8] Its key was replaced: whoever holds the old one is no longer this gateway. */
  disconnect(gatewayId: GatewayId, reason: string): void;
  close(): void;
}

/** A peer that does not answer a close is not waited for. */
const leaveWithinMs = 1_000;
const messageBytesMax = 65_536;
const gatewaysMax = 1_000;

/** Where gateways dial in. */
export function createGatewayServer(port: GatewayLinkPort): GatewayServer {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
  });
  const connections = new Map<GatewayId, GatewayConnection>();

  return {
    upgrade(request, socket, head) {
      if (server.clients.size >= gatewaysMax) {
        port.refused("too-many-gateways");
        socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n", () => socket.destroy());
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        new GatewayConnection(webSocket, port, {
          proved(connection, gatewayId, assetId) {
            // The newer connection is the gateway's: the older may be a cable that nobody pulled.
            connections.get(gatewayId)?.close("another connection of this gateway took over");
            connections.set(gatewayId, connection);
            port.connected(gatewayId, assetId);
          },
          closed(connection, gatewayId, assetId) {
            if (connections.get(gatewayId) !== connection) return;
            connections.delete(gatewayId);
            port.disconnected(gatewayId, assetId);
          },
        });
      });
    },
    isConnected: (gatewayId) => connections.has(gatewayId),
    highestEpoch: (gatewayId) => connections.get(gatewayId)?.highestEpoch ?? 0,
    send(gatewayId, message) {
      const connection = connections.get(gatewayId);
      connection?.send(message);
      return connection !== undefined;
    },
    tellAll(message) {
      for (const connection of connections.values()) connection.send(message);
    },
    async offer(gatewayId, offer) {
      const connection = connections.get(gatewayId);
      if (!connection) return { ok: false, fault: "The gateway is not connected." };
      return connection.offer(offer);
    },
    disconnect(gatewayId, reason) {
      connections.get(gatewayId)?.close(reason);
    },
    close() {
      for (const client of server.clients) client.close(1001, "the hub is stopping");
      port.clock.after(leaveWithinMs, () => {
        for (const client of server.clients) client.terminate();
      });
      server.close();
    },
  };
}
