import { gatewayLinkPath, gatewayLinkVersion, helloEpochMax } from "@pista/contracts";
import { createManualClock } from "@pista/kernel/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openJsonSocket } from "../testing/json-socket.ts";
import {
  announceGateway,
  enrolTestGateway,
  newGatewayKey,
  type TestGateway,
} from "../testing/test-gateway.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
let hub: TestHub;
let gateway: TestGateway;
beforeAll(async () => {
  hub = await openTestHub({ clock });
  gateway = await enrolTestGateway(hub);
}, 60_000);
afterAll(async () => {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
});

const open = () => openJsonSocket(`${hub.url.replace("http", "ws")}${gatewayLinkPath}`);
const drone = async () => (await hub.operator.send("GET", "/v1/drones")).json.items[0];
const isSeen = (state: string) =>
  vi.waitFor(async () => expect((await drone()).gateway).toBe(state));
const telemetry = {
  op: "telemetry",
  phase: "flying",
  armed: true,
  rung: "fly",
  lock: null,
  commandAgeMs: 80,
  batteryPct: 77,
  signing: { state: "signed", refusedFrames: 2 },
  brakes: { state: "kept", brakings: 3, fastestMps: 1.8, wayShare: 0.88 },
  position: { eastM: 1, northM: 2, upM: 3 },
  headingDeg: 90,
  speedMps: 0.5,
};

describe("[AU8] enrolment", () => {
  const enrol = (code: string) =>
    hub.visitor.send("POST", "/v1/gateways/enrol", {
      body: { code, publicKey: newGatewayKey().publicKeyHex },
    });

  test("a code works once, only the newest, and for a day", async () => {
    const other = await openTestHub();
    const [first, second] = [await announceGateway(other), await announceGateway(other)];
    expect(first.json.id).toBe(second.json.id);
    const enrolOn = (code: string, publicKey: string) =>
      other.visitor.send("POST", "/v1/gateways/enrol", { body: { code, publicKey } });
    const { publicKeyHex } = newGatewayKey();
    expect((await enrolOn(first.json.code, publicKeyHex)).json.code).toBe("wrong-enrolment-code");
    expect((await enrolOn(second.json.code, "00")).status).toBe(400);
    const enrolled = await enrolOn(second.json.code, publicKeyHex);
    expect([enrolled.status, enrolled.json.assetId]).toEqual([201, "demo-drone"]);
    expect((await enrolOn(second.json.code, publicKeyHex)).status).toBe(401);
    await other.close();

    const { code } = (await announceGateway(hub)).json;
    clock.advance(24 * 3_600_000);
    expect((await enrol(code)).json.code).toBe("wrong-enrolment-code");
    expect((await enrol("guess")).status).toBe(401);
  }, 60_000);

  test("a gateway that is enrolled anew is another one: the old link ends", async () => {
    const old = await gateway.connect();
    gateway = await enrolTestGateway(hub);
    await old.closed();
    await isSeen("offline");
    const socket = await gateway.connect();
    await isSeen("online");
    socket.webSocket.terminate();
    await isSeen("offline");
  });
});

const hello = {
  op: "hello",
  version: gatewayLinkVersion,
  gatewayId: "gateway-nobody",
  leasePublicKey: "0".repeat(64),
  highestEpoch: 0,
};
const rotateKey = {
  op: "rotate-key",
  publicKey: "0".repeat(64),
  ...{ oldSignature: "0".repeat(128), newSignature: "0".repeat(128) },
};

describe("the link", () => {
  test("a wrong proof is refused, and a right one after it is not heard", async () => {
    const { socket, proof } = await gateway.challenge();
    socket.send({ op: "proof", signature: "0".repeat(128) });
    socket.send({ op: "proof", signature: proof });
    expect(await socket.closed()).toBe(1008);
    expect((await drone()).gateway).toBe("offline");
  });

  test("another connection's proof proves nothing", async () => {
    const { proof } = await gateway.challenge();
    const { socket } = await gateway.challenge();
    socket.send({ op: "proof", signature: proof });
    expect(await socket.closed()).toBe(1008);
  });

  test.each([
    ["unknown gateway", hello],
    ["other version", { ...hello, version: 1 }],
    ["no lease key", { ...hello, leasePublicKey: null }],
    ["no highest epoch", { ...hello, highestEpoch: null }],
    ["an epoch that would use them up", { ...hello, highestEpoch: helloEpochMax + 1 }],
    ["proof before hello", { op: "proof", signature: "0".repeat(128) }],
    ["ping before hello", { op: "ping", sentAtMs: 1 }],
    ["rotation before hello", rotateKey],
    ["unknown member", { ...hello, extra: 1 }],
    ["no JSON", "{"],
    ["nothing", "null"],
  ])("%s is refused", async (_what, message) => {
    const socket = await open();
    socket.send(message);
    expect(await socket.closed()).toBe(1008);
  });

  test("who does not prove himself within five seconds is closed", async () => {
    const { socket } = await gateway.challenge();
    clock.advance(5_000);
    expect(await socket.closed()).toBe(1008);
  });

  test("it is heard, answered, and shown to those who watch", async () => {
    const socket = await gateway.connect();
    socket.send({ op: "ping", sentAtMs: 12.5 });
    expect(await socket.next()).toEqual({ op: "pong", sentAtMs: 12.5, hubNowMs: clock.nowMs() });
    socket.send(telemetry);
    await vi.waitFor(async () =>
      expect(await drone()).toMatchObject({ phase: "flying", batteryPct: 77, speedMps: 0.5 }),
    );
    expect((await drone()).signing).toEqual(telemetry.signing);
    expect((await drone()).brakes).toEqual(telemetry.brakes);
    expect((await drone()).onMap[0]).toBeCloseTo(7.61493, 4);
    socket.send({ ...telemetry, armed: "yes" });
    expect(await socket.closed()).toBe(1008);
    await isSeen("offline");
    // What is not known any more is not shown as if it were.
    expect(await drone()).toMatchObject({ phase: null, signing: null, position: null });
  });

  test("five seconds of silence are a dead line", async () => {
    const socket = await gateway.connect();
    clock.advance(4_999);
    socket.send({ op: "ping", sentAtMs: 1 });
    await socket.next();
    clock.advance(4_999);
    expect((await drone()).gateway).toBe("online");
    clock.advance(1);
    await socket.closed();
    await isSeen("offline");
  });

  test("the newer connection is the gateway's, and the older one's end is no news", async () => {
    const older = await gateway.connect();
    const newer = await gateway.connect();
    expect(await older.closed()).toBe(1000);
    newer.send({ op: "ping", sentAtMs: 1 });
    await newer.next();
    expect((await drone()).gateway).toBe("online");
    newer.webSocket.terminate();
    await isSeen("offline");
  });
});
