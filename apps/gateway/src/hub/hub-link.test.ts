import type { FromHub } from "@pista/contracts";
import { gatewayId } from "@pista/flight";
import { afterEach, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { systemClock } from "../system-clock.ts";
import { until } from "../testing/until.ts";
import { HubLink } from "./hub-link.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A link that is welcomed by a hub which answers its pings when it is told to. */
async function openLink() {
  const heard: string[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  let hub: WebSocket | undefined;
  let pingAtMs: number | undefined;
  const say = (message: FromHub): void => hub?.send(JSON.stringify(message));
  server.on("connection", (socket) => {
    hub = socket;
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if (message.op === "hello") say({ op: "challenge", challenge: "c" });
      if (message.op === "proof") say({ op: "welcome" });
      if (message.op === "ping") pingAtMs ??= message.sentAtMs;
    });
  });
  await until("the hub listens", () => server.address() ?? undefined);
  const { port } = server.address() as { port: number }; // It listens at a port, not at a pipe.
  const link = new HubLink({
    hubUrl: new URL(`http://127.0.0.1:${port}`),
    gatewayId: gatewayId("gateway-one"),
    sign: () => "0".repeat(128),
    clock: systemClock,
    random: () => 0,
    events: {
      up: () => undefined,
      down: () => undefined,
      malformed: () => heard.push("malformed"),
      lease: (token) => heard.push(`lease ${token}`),
      revoked: (id) => heard.push(`revoked ${id}`),
      offer: ({ leaseId }) => heard.push(`offer ${leaseId}`),
    },
  });
  link.start();
  ends.push(
    () => link.end(),
    () => server.close(),
    () => hub?.terminate(),
  );
  const sentAtMs = await until("a ping", () => pingAtMs);
  return { heard, say, pong: () => say({ op: "pong", sentAtMs, hubNowMs: 1_000_000 }) };
}

test("[AU2] [AU3] both leases of a greeting are obeyed once the hub's clock is known", async () => {
  const { heard, say, pong } = await openLink();
  say({ op: "lease", token: "giver" });
  say({ op: "lease", token: "receiver" });
  // What ended before stands in every greeting, and is none of theirs.
  say({ op: "revoke", leaseId: "lease-old", reason: "released" });
  say({ op: "offer", offerId: 1, leaseId: "lease-receiver", sdp: "v=0" });
  pong();
  await until("the offer", () => heard.find((line) => line.startsWith("offer")));
  expect(heard).toEqual([
    "revoked lease-old",
    "lease giver",
    "lease receiver",
    "revoked lease-old",
    "offer lease-receiver",
  ]);
});

test("[AU5] a revocation waits for no clock, and ends the lease that does", async () => {
  const { heard, say, pong } = await openLink();
  say({ op: "lease", token: "short" });
  say({ op: "revoke", leaseId: "lease-short", reason: "the city said so" });
  await until("the revocation", () => heard[0]);
  expect(heard).toEqual(["revoked lease-short"]);
  pong();
  await until("all of it", () => heard[2]);
  expect(heard).toEqual(["revoked lease-short", "lease short", "revoked lease-short"]);
});
