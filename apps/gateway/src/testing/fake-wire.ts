import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { until } from "./until.ts";

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

/** Prints the name of a pseudo-terminal's near end, and then is what is plugged in at its far one. */
const farEnd = `
import os, pty, select, sys, tty
far, near = pty.openpty()
tty.setraw(near)
print(os.ttyname(near), flush=True)
while True:
    for ready in select.select([0, far], [], [])[0]:
        some = os.read(ready, 4096)
        if not some:
            sys.exit()
        os.write(1 if ready == far else far, some)
`;

/** A serial line; the gateway opens its path. */
export async function serialWire(): Promise<FakeWire & { readonly path: string }> {
  let hear: ((bytes: Uint8Array) => void) | undefined;
  let name = "";
  const python = spawn("python3", ["-c", farEnd], { stdio: ["pipe", "pipe", "inherit"] });
  python.stdout.on("data", (bytes: Buffer) => {
    if (hear) hear(bytes);
    else name += bytes.toString("latin1");
  });
  const path = await until("the pair", () => /^(\S+)\n/.exec(name)?.[1]);
  return {
    path,
    send: (bytes) => void python.stdin.write(bytes),
    listen(to) {
      hear = to;
    },
    close: () => void python.stdin.end(),
  };
}
