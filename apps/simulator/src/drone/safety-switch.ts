import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { FlightMode } from "@pista/simulation";

const modes: readonly FlightMode[] = ["stabilize", "guided", "loiter", "land", "brake"];
const isMode = (text: string): text is FlightMode => modes.some((mode) => mode === text);

/** A switch has one hand on it; a few more are for tests and tools. */
const connectionsMax = 8;

export interface SafetySwitch {
  readonly port: number;
  close(): Promise<void>;
}

const loopback = "127.0.0.1";

/**
 * [AU4] The safety pilot's mode switch, on a port of its own, so that it works whatever becomes of the
 * gateway: lines of text, `mode brake`, each answered by `ok` or `refused` and why. TCP and UDP, the
 * same port on the loopback: a line per line, or a line per datagram.
 */
export async function openSafetySwitch(options: {
  /** 0 takes a free one. */
  readonly port: number;
  /** False where the autopilot refuses. */
  readonly onMode: (mode: FlightMode) => boolean;
}): Promise<SafetySwitch> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // The other side may vanish; its switch stays as it was.
    socket.on("error", () => socket.destroy());
    createInterface({ input: socket }).on("line", (line) => {
      socket.write(`${answer(line, options.onMode)}\n`);
    });
  });
  server.maxConnections = connectionsMax;
  server.listen(options.port, loopback);
  await once(server, "listening");
  // A TCP server's address is an object; only a pipe's is a string.
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket("udp4");
  datagrams.on("message", (line, from) => {
    datagrams.send(answer(line.toString(), options.onMode), from.port, from.address);
  });
  datagrams.bind(port, loopback);
  await once(datagrams, "listening");
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      datagrams.close();
      await once(server, "close");
    },
  };
}

function answer(line: string, onMode: (mode: FlightMode) => boolean): string {
  const [verb = "", mode = "", ...rest] = line.trim().toLowerCase().split(/\s+/);
  if (verb !== "mode" || rest.length > 0) return "refused: say mode and one of its names";
  if (!isMode(mode)) return `refused: the modes are ${modes.join(", ")}`;
  return onMode(mode) ? `ok ${mode}` : "refused: the autopilot does not take it now";
}
