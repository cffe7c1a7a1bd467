import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { describe, expect, test } from "vitest";
import {
  BayStateView,
  CarParkView,
  DroneView,
  FromGateway,
  FromHub,
  FromPilot,
  keyRotationText,
  LiveRequest,
  linkProofText,
  liveEntrySchemas,
  liveTopics,
  NewPassword,
  ReportBody,
  Subscribe,
  ToPilot,
  takeLease,
  topicOf,
} from "./index.ts";

const instant = "2026-11-22T14:32:08.000Z";
const hex = (length: number): string => "0a".repeat(length);

type Example = readonly [what: string, schema: TSchema, value: object];

const laps = {
  op: "laps",
  nextGate: 1,
  lapStartedAtMs: 12.5,
  lapsFlown: 0,
  lastLapMs: null,
  bestLapMs: null,
};
const pilot: readonly Example[] = [
  ["prove", FromPilot, { op: "prove", publicKey: { x: "x", y: "y" }, signature: "s" }],
  ["take-off", FromPilot, { op: "take-off", commandId: 1 }],
  ["land", FromPilot, { op: "land", commandId: 2 }],
  ["release-stop", FromPilot, { op: "release-stop", commandId: 3, stopSequence: 0 }],
  ["motors-off", FromPilot, { op: "motors-off", commandId: 4 }],
  ["stop", FromPilot, { op: "stop", stopSequence: 1 }],
  ["challenge", ToPilot, { op: "challenge", challenge: "c" }],
  ["welcome", ToPilot, { op: "welcome", epoch: 7 }],
  ["answer", ToPilot, { op: "answer", commandId: 1, refusal: null }],
  ["laps", ToPilot, laps],
];

const telemetry = {
  op: "telemetry",
  phase: "flying",
  armed: true,
  rung: "fly",
  lock: null,
  commandAgeMs: 74.5,
  batteryPct: null,
  signing: { state: "unsigned", refusedFrames: 0 },
  brakes: { state: "kept", brakings: 3, fastestMps: 1.8, wayShare: 0.88 },
  position: { eastM: 1, northM: 2, upM: 3 },
  headingDeg: 84,
  speedMps: 0.5,
};
const hello = {
  op: "hello",
  version: 3,
  gatewayId: "gateway-1",
  leasePublicKey: hex(32),
  highestEpoch: 7,
};
const rotateKey = {
  op: "rotate-key",
  publicKey: hex(32),
  ...{ oldSignature: hex(64), newSignature: hex(64) },
};
const gateway: readonly Example[] = [
  ["hello", FromGateway, hello],
  ["proof", FromGateway, { op: "proof", signature: hex(64) }],
  ["rotate-key", FromGateway, rotateKey],
  ["ping", FromGateway, { op: "ping", sentAtMs: 1.5 }],
  ["telemetry", FromGateway, telemetry],
  ["lease-state", FromGateway, { op: "lease-state", leaseId: "l-1", state: "held", cause: null }],
  ["answer", FromGateway, { op: "answer", offerId: 1, sdp: null, cause: "no-lease" }],
  ["challenge", FromHub, { op: "challenge", challenge: "c" }],
  ["welcome", FromHub, { op: "welcome" }],
  ["lease-key", FromHub, { op: "lease-key", rotations: [hex(208), hex(208)] }],
  ["pong", FromHub, { op: "pong", sentAtMs: 1.5, hubNowMs: 1_790_000_000_000 }],
  ["lease", FromHub, { op: "lease", token: "a.b" }],
  ["revoke", FromHub, { op: "revoke", leaseId: "l-1", reason: "wind" }],
  ["offer", FromHub, { op: "offer", offerId: 1, leaseId: "l-1", sdp: "v=0" }],
];

const subscribe = { op: "subscribe", id: 1, topic: "bays", bbox: [7, 45, 8, 46], maxHz: 20 };
const bay = {
  id: "bay-1",
  state: "unknown",
  confidence: 0,
  observedAt: null,
  receivedAt: null,
};
const carPark = {
  id: "5t-4",
  name: "D'Azeglio",
  position: [7.67, 45.04],
  spaces: 223,
  freeSpaces: null,
  isStale: false,
  tendency: "unknown",
  observedAt: instant,
  publishedAt: instant,
  receivedAt: null,
  source: "5T",
};
const drone = {
  ...{ id: "drone-1", name: "Hall", trialId: null, gateway: "none", pilot: null, leaseId: null },
  asking: { askId: "ask-1", personId: "ada", name: "Ada" },
  ...{ phase: null, armed: null, rung: null, lock: null, commandAgeMs: null, batteryPct: null },
  ...{
    signing: null,
    brakes: { state: "worse", measuredMps2: 1.1, declaredMps2: 1.5 },
    position: null,
    onMap: [7.6, 45],
    headingDeg: null,
    speedMps: null,
    observedAt: null,
  },
};
const live: readonly Example[] = [
  ["subscribe", LiveRequest, subscribe],
  ["unsubscribe", LiveRequest, { op: "unsubscribe", id: 1 }],
  ["ping", LiveRequest, { op: "ping" }],
  ["a bay", BayStateView, bay],
  ["a car park", CarParkView, carPark],
  ["a drone", DroneView, drone],
];

function holds([, schema, value]: Example): void {
  const check = Compile(schema);
  expect(check.Check(value)).toBe(true);
  expect(check.Check({ ...value, extra: 1 })).toBe(false);
  for (const name of Object.keys(value)) {
    const without = Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
    const isOptional = schema === LiveRequest && (name === "bbox" || name === "maxHz");
    expect(check.Check(without), `without ${name}`).toBe(isOptional);
  }
}

describe("messages", () => {
  test.each(pilot)("[PC5] reliable lane: %s, with each member and no other", (...example) => {
    holds(example);
  });
  test.each(gateway)("[GL2] gateway link: %s, with each member and no other", (...example) => {
    holds(example);
  });
  test.each(live)("[LV1] live stream: %s, with each member and no other", (...example) => {
    holds(example);
  });

  test.each<[string, TSchema, unknown]>([
    ["an op nobody knows", FromPilot, { op: "fly", commandId: 1 }],
    ["an age to land", FromPilot, { op: "land", commandId: 1, beaconSequence: 9 }],
    ["a command without a number of its own", FromPilot, { op: "land", commandId: 0 }],
    ["a stop that is none", FromPilot, { op: "stop", stopSequence: 0 }],
    ["half a stop", FromPilot, { op: "stop", stopSequence: 1.5 }],
    ["text", FromPilot, "stop"],
    ["a gate that no site has", ToPilot, { ...laps, nextGate: 32 }],
  ])("[PC5] %s is refused", (_, schema, value) => {
    expect(Compile(schema).Check(value)).toBe(false);
  });

  test.each<[string, TSchema, unknown]>([
    ["a short proof", FromGateway, { op: "proof", signature: hex(63) }],
    ["an id that is none", FromGateway, { ...hello, gatewayId: "../x" }],
    ["a phase nobody knows", FromGateway, { ...telemetry, phase: "gliding" }],
    ["half a rotation", FromHub, { op: "lease-key", rotations: [hex(207)] }],
    ["no rotation", FromHub, { op: "lease-key", rotations: [] }],
    ["the hub's word from a gateway", FromGateway, { op: "welcome" }],
  ])("[GL2] %s is refused", (_, schema, value) => {
    expect(Compile(schema).Check(value)).toBe(false);
  });

  test("[GL1] [GL7] what a gateway signs means nothing elsewhere", () => {
    expect(linkProofText("gateway-1", "c")).toBe("pista-gateway-link-v1\ngateway-1\nc");
    expect(keyRotationText("gateway-1", "c", "0a")).toBe(
      "pista-gateway-key-rotation-v1\ngateway-1\nc\n0a",
    );
  });

  test.each([
    { ...subscribe, topic: "people" },
    { ...subscribe, id: -1 },
    { ...subscribe, id: 2 ** 31 },
    { ...subscribe, bbox: [7, 45, 8] },
    { ...subscribe, maxHz: 21 },
    { ...subscribe, maxHz: 0 },
    [],
    null,
  ])("[LV1] %j is refused", (value) => {
    expect(Compile(LiveRequest).Check(value)).toBe(false);
  });

  test("[LV1] every topic can be subscribed to and has a shape for its entries, told apart by id", () => {
    expect(Object.keys(liveEntrySchemas).sort()).toEqual([...liveTopics].sort());
    expect(Subscribe.properties.topic.anyOf.map((known) => known.const)).toEqual([...liveTopics]);
    for (const schema of Object.values(liveEntrySchemas)) {
      expect(Object.keys(schema.properties)).toContain("id");
    }
  });
});

describe("bodies", () => {
  const report = { state: "free", observedAt: instant, counter: 4_294_967_295 };
  test.each([
    [report, true],
    [{ ...report, epoch: 0, batteryPct: 100, rssiDbm: -120, temperatureC: -20 }, true],
    [{ ...report, state: "unknown" }, false],
    [{ ...report, counter: 4_294_967_296 }, false],
    [{ ...report, counter: -1 }, false],
    [{ ...report, batteryPct: 101 }, false],
    [{ ...report, humidity: 3 }, false],
  ])("[HT2] report %j: %s", (body, expected) => {
    expect(Compile(ReportBody).Check(body)).toBe(expected);
  });

  test("[HT2] a device's topics stand under its own name", () => {
    expect(topicOf("sensor-1", "report")).toBe("pista/v1/sensor-1/report");
  });

  test("[HT2] a lease is asked for with a certificate's fingerprint and a key's thumb-print", () => {
    const check = Compile(takeLease.body as TSchema); // A route that has a body.
    const body = {
      dtlsFingerprint: Array.from({ length: 32 }, () => "0A").join(":"),
      keyThumbprint: "A".repeat(43),
    };
    expect(check.Check(body)).toBe(true);
    expect(check.Check({ ...body, dtlsFingerprint: body.dtlsFingerprint.toLowerCase() })).toBe(
      false,
    );
    expect(check.Check({ ...body, keyThumbprint: "A".repeat(42) })).toBe(false);
  });

  test("[HT2] a password's length counts, not its kinds of characters", () => {
    const check = Compile(NewPassword);
    expect(check.Check("a long sentence")).toBe(true);
    expect(check.Check("Sh0rt!")).toBe(false);
  });
});
