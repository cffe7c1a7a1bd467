import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** What a fake vehicle speaks over. */
export interface FakeWire {
  send(bytes: Uint8Array): void;
  listen(hear: (bytes: Uint8Array) => void): void;
  close(): void;
}

/** To where the gateway listens. */
export function udpWire(gatewayPort: number): FakeWire {
  const socket = createSocket("udp4");
  return {
    send: (bytes) => socket.send(bytes, gatewayPort, "127.0.0.1"),
    listen: (hear) => void socket.on("message", hear),
    close: () => void socket.close(),
  };
}

export type TcpWire = FakeWire & {
  readonly port: number;
  /** As when a cable is pulled. */
  cut(): void;
  readonly connections: number;
};

/** Listens, and the gateway comes. Frames are cut in two, as a stream may cut them. */
export async function tcpWire(): Promise<TcpWire> {
  let hear: (bytes: Uint8Array) => void = () => undefined;
  let line: Socket | undefined;
  let connections = 0;
  const server = createServer((socket) => {
    line = socket;
    connections += 1;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => hear(bytes));
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    port: address.port,
    send(bytes) {
      line?.write(bytes.subarray(0, 5));
      line?.write(bytes.subarray(5));
    },
    listen(to) {
      hear = to;
    },
    cut: () => void line?.destroy(),
    get connections() {
      return connections;
    },
    close() {
      line?.destroy();
      server.close();
    },
  };
}
