import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type FromHub, gatewayLinkPath, helloEpochMax } from "@pista/contracts";
import { gatewayId } from "@pista/flight";
import { createManualClock } from "@pista/kernel/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { wordsOf } from "../errors.ts";
import { HubLink } from "./hub-link.ts";

/** A hub of a few words, and what the link made of them. */
let server: WebSocketServer;
let link: HubLink;
let socket: WebSocket;
let highestEpoch: number;
let told: string[];
let pinnings: { resolve: () => void; reject: (cause: Error) => void }[];

beforeEach(async () => {
  [told, pinnings, highestEpoch] = [[], [], 0];
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", path: gatewayLinkPath });
  await once(server, "listening");
  server.on("connection", (joined) => {
    socket = joined;
    joined.on("message", (data) => {
      const { op, ...message } = JSON.parse(String(data));
      told.push(op === "hello" ? `hello ${message.leasePublicKey} ${message.highestEpoch}` : op);
      if (op === "hello") say({ op: "challenge", challenge: "c" });
      if (op === "proof") say({ op: "welcome" });
      if (op === "ping") say({ op: "pong", sentAtMs: message.sentAtMs, hubNowMs: 1_000_000 });
    });
  });
  // A server that listens on TCP has no pipe's name for an address.
  const { port } = server.address() as AddressInfo;
  link = new HubLink({
    hubUrl: new URL(`http://127.0.0.1:${port}`),
    gatewayId: gatewayId("gateway-1"),
    leasePublicKeyHex: () => `key-${pinnings.length}`,
    highestEpoch: () => highestEpoch,
    prove: () => ({ op: "proof", signature: "0".repeat(128) }),
    clock,
    random: () => 0,
    events: {
      up: () => told.push("up"),
      down: (error) => told.push(wordsOf(error)),
      malformed: () => told.push("malformed"),
      rotated: () => new Promise((resolve, reject) => pinnings.push({ resolve, reject })),
      lease: (token) => told.push(`lease ${token}`),
      revoked: (leaseId) => told.push(`revoked ${leaseId}`),
      offer: ({ sdp }) => told.push(`offer ${sdp}`),
    },
  });
  link.start();
  await heard("ping");
  // The pong that it is answered with comes before what the test says next.
});
afterEach(() => {
  link.end();
  server.close();
});

const clock = createManualClock();
const say = (message: FromHub): void => socket.send(JSON.stringify(message));
const heard = (text: string): Promise<void> => vi.waitFor(() => expect(told).toContain(text));
const rotations = ["0".repeat(416)];

describe("[AU8] [GL6] what the hub says while a new lease key is being pinned", () => {
  const offer = { op: "offer", offerId: 1, leaseId: "l-1", sdp: "o" } as const;

  test("waits until it is pinned, in its order; a revocation does not wait", async () => {
    say({ op: "lease", token: "old" });
    say({ op: "lease-key", rotations });
    say({ op: "lease", token: "new" });
    say(offer);
    say({ op: "revoke", leaseId: "l-0", reason: "wind" });
    say({ op: "lease", token: "newer" });
    say(offer);
    await heard("revoked l-0");
    // One message more, so that everything before it has been heard.
    say({ op: "revoke", leaseId: "l-9", reason: "wind" });
    say({ op: "lease", token: "newest" });
    say(offer);
    socket.send("?");
    await heard("malformed");
    expect(told).toContain("lease old");
    expect(told.filter((text) => /^(lease new|offer)/.test(text))).toEqual([]);
    pinnings[0]?.resolve();
    await heard("offer o");
    // [AU3] Each of them: of a handover both leases count. [AU5] What was revoked is over again.
    expect(told.filter((text) => /^(lease|offer|revoked)/.test(text))).toEqual([
      ...["lease old", "revoked l-0", "revoked l-9"],
      ...["lease new", "offer o", "revoked l-0", "lease newer", "offer o"],
      ...["revoked l-9", "lease newest", "offer o"],
    ]);
  });

  test("of two keys one after the other both are pinned first", async () => {
    say({ op: "lease-key", rotations });
    say({ op: "lease-key", rotations });
    say({ op: "lease", token: "new" });
    await vi.waitFor(() => expect(pinnings.length).toBe(2));
    pinnings[0]?.resolve();
    say({ op: "lease", token: "newest" });
    socket.send("?");
    await heard("malformed");
    expect(told.filter((text) => text.startsWith("lease"))).toEqual([]);
    pinnings[1]?.resolve();
    await heard("lease newest");
  });

  test("a key that the disk does not take ends the link, and the hub is asked again", async () => {
    say({ op: "lease-key", rotations });
    await vi.waitFor(() => expect(pinnings.length).toBe(1));
    pinnings[0]?.reject(new Error("disk full"));
    await heard("Hub out of reach: its new lease key was not stored. disk full");
    clock.advance(3_000);
    await heard("hello key-1 0");
  });
});

test.each([
  [7, 7],
  [helloEpochMax + 1, helloEpochMax],
])("[AU1] [GL8] that it has seen epoch %i is said at each greeting as %i", async (seen, said) => {
  highestEpoch = seen;
  socket.terminate();
  await vi.waitFor(() => expect(told.at(-1)).toContain("Hub out of reach"));
  clock.advance(3_000);
  await heard(`hello key-0 ${said}`);
});

test.each([
  ["wrong-proof", / another key: announce it anew at the hub, and enrol it/],
  ["unknown-lease-key", / announce it anew at the hub, and enrol it/],
  ["unsupported-version", / upgrade them together/],
  ["", /the link closed with 1008\.$/],
])("a link that the hub closes for %j says what to do", async (reason, words) => {
  socket.close(1008, reason);
  await vi.waitFor(() => expect(told.at(-1)).toMatch(words));
});
