import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { isOwnOrigin } from "./credentials.ts";

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Joins the upgrades of one HTTP server to whoever serves each path. */
export function routeUpgrades(
  server: Server,
  routes: Readonly<Record<string, Upgrade>>,
  settings: { behindProxy: boolean },
): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A peer that leaves during the handshake is not news.
    socket.on("error", () => socket.destroy());
    const path = (request.url ?? "").split("?")[0] ?? "";
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    // The server's own time-outs have let go of this socket, so it is not left half open.
    const answer = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
    };
    if (!route) answer("404 Not Found");
    // Another site's page would bring the visitor's cookie along.
    else if (!isOwnOrigin(request.headers, settings)) answer("403 Forbidden");
    else route(request, socket, head);
  });
}
