import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type AssetId, type Clock, createPurses } from "@pista/kernel";
import type { IntakePort } from "./intake-port.ts";
import { type MqttConnection, serveMqttConnection } from "./mqtt-connection.ts";
import { type MqttLimits, mqttLimits } from "./mqtt-limits.ts";
import { mqttReasons } from "./mqtt-reasons.ts";

export interface MqttEndpoint {
  listen(at: { host: string; port: number }): Promise<number>;
  isConnected(deviceId: AssetId): boolean;
  /** There is a command for this device: it goes out where the device is connected. */
  wakeCommands(deviceId: AssetId): void;
  /** Its key has changed or is gone: what it has open is closed. */
  disconnect(deviceId: AssetId): void;
  connectionCount(): number;
  close(): Promise<void>;
}

type TlsFiles = { readonly certificateFile: string; readonly keyFile: string };

/** Where devices connect by MQTT. */
export function createMqttEndpoint(
  hub: IntakePort,
  clock: Clock,
  options: {
    limits?: MqttLimits;
    tls?: TlsFiles | undefined;
  } = {},
): MqttEndpoint {
  const { limits = mqttLimits, tls } = options;
  const connections = new Set<MqttConnection>();
  const byDevice = new Map<AssetId, MqttConnection>();
  /** Those that have not shown their key, the longest waiting first. */
  const strangers = new Map<MqttConnection, Socket>();
  const purseOf = createPurses<AssetId>(limits, clock);

  const accept = (socket: Socket): void => {
    const [longest] = strangers.values();
    if (longest && strangers.size >= limits.strangersMax) {
      // A device says CONNECT at once: whoever has waited longest is the least likely to be one.
      hub.refused("too-many-strangers");
      longest.destroy();
    }
    const connection = serveMqttConnection(socket, hub, {
      clock,
      limits,
      purseOf,
      onDevice(owner, deviceId) {
        strangers.delete(owner);
        // MQTT 3.1.1, section 3.1.4: the newer connection of a client takes over.
        byDevice.get(deviceId)?.close(mqttReasons.sessionTakenOver);
        byDevice.set(deviceId, owner);
      },
      onClosed(owner) {
        connections.delete(owner);
        strangers.delete(owner);
        const { deviceId } = owner;
        if (deviceId && byDevice.get(deviceId) === owner) byDevice.delete(deviceId);
      },
    });
    connections.add(connection);
    strangers.set(connection, socket);
  };
  const server = createSocketServer(limits, tls, accept);
  // Counted before any handshake: each holds a descriptor, and so do the store's files.
  server.maxConnections = limits.connectionsMax;
  server.on("drop", () => hub.refused("too-many-connections"));
  if (tls) boundHandshakes(server, limits, hub);
  // A handshake that fails is a peer without TLS, or none of ours.
  server.on("tlsClientError", () => hub.refused("tls-handshake"));

  return {
    listen: (at) => listenAt(server, at),
    isConnected: (deviceId) => byDevice.has(deviceId),
    wakeCommands: (deviceId) => byDevice.get(deviceId)?.wakeCommands(),
    disconnect: (deviceId) => byDevice.get(deviceId)?.close(mqttReasons.administrativeAction),
    connectionCount: () => connections.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.close(mqttReasons.serverShuttingDown);
      }),
  };
}

/** Device keys travel over it: where the hub's pages have TLS, so have its devices. */
function createSocketServer(
  { connectWithinMs }: MqttLimits,
  tls: TlsFiles | undefined,
  accept: (socket: Socket) => void,
): Server {
  if (!tls) return createServer(accept);
  const { certificateFile, keyFile } = tls;
  return createTlsServer(
    {
      cert: readFileSync(certificateFile),
      key: readFileSync(keyFile),
      handshakeTimeout: connectWithinMs,
    },
    accept,
  );
}

/** Whoever has begun no TLS is as much a stranger as who has said no CONNECT. */
function boundHandshakes(server: Server, { strangersMax }: MqttLimits, hub: IntakePort): void {
  /** By the peer's address and port, by which the encrypted socket is found again. */
  const waiting = new Map<string, Socket>();
  const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  server.on("connection", (socket: Socket) => {
    const [longest] = waiting.values();
    if (longest && waiting.size >= strangersMax) {
      hub.refused("too-many-strangers");
      longest.destroy();
    }
    const key = keyOf(socket);
    waiting.set(key, socket);
    socket.once("close", () => waiting.delete(key));
  });
  server.on("secureConnection", (socket: Socket) => waiting.delete(keyOf(socket)));
}

const listenAt = (server: Server, { host, port }: { host: string; port: number }) =>
  new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 4_096 }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
