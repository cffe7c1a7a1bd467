import type { Beacon, StickFrame } from "@pista/flight";
import { monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  beaconBytes,
  decodeBeacon,
  decodeStickFrame,
  decodeStop,
  encodeBeacon,
  encodeStickFrame,
  encodeStop,
  stickFrameBytes,
  stopBytes,
} from "./lossy-lane.ts";

// Read with Node's Buffer at the offsets of SPEC.md, so that a change of the layout cannot agree with
// itself.
const frame: StickFrame = {
  sequence: 0x01020304,
  leaseEpoch: 7,
  sampledAtBrowserMs: 1000.25,
  sentAtBrowserMs: 1001.5,
  beaconSequence: 0x0a0b0c0d,
  beaconAtBrowserMs: 990.125,
  shownPoseSequence: 99,
  sticks: { forward: 1, right: -1, up: 0.5, yawRight: -0.0001 },
  stopSequence: 4_000_000_000,
};
const beacon: Beacon = {
  sequence: 11,
  sentAtMs: monotonicMs(123_456.75),
  poseSequence: 12,
  poseAgeMs: 4.2,
  pose: {
    position: { eastM: 1.5, northM: -2.5, upM: 3.5 },
    velocity: { eastMps: 0.25, northMps: -0.5, upMps: 0.75 },
    headingDeg: 84,
    sigmaM: 0.125,
  },
  phase: "landing",
  armed: true,
  rung: "land",
  lock: "recovering",
  commandAgeMs: 74.1,
  ageMarginMs: 10,
  viewAgeMs: undefined,
  viewAgeMsLimit: 431.5,
  speedMpsLimit: 0.5,
  roomM: 2.41,
  stopSequence: 3,
  stopLatched: true,
  batteryPct: 71.4,
};

describe("bytes on the lossy lane", () => {
  test("[PC1] a stick frame is laid out as SPEC.md says", () => {
    const bytes = Buffer.from(encodeStickFrame(frame));
    expect(bytes.length).toBe(stickFrameBytes);
    expect([bytes[0], bytes[1]]).toEqual([1, 1]);
    expect(bytes.readUInt32LE(2)).toBe(frame.sequence);
    expect(bytes.readUInt32LE(6)).toBe(7);
    expect(bytes.readDoubleLE(10)).toBe(1000.25);
    expect(bytes.readDoubleLE(18)).toBe(1001.5);
    expect(bytes.readUInt32LE(26)).toBe(frame.beaconSequence);
    expect(bytes.readDoubleLE(30)).toBe(990.125);
    expect(bytes.readUInt32LE(38)).toBe(99);
    expect([42, 44, 46, 48].map((at) => bytes.readInt16LE(at))).toEqual([
      10_000, -10_000, 5_000, -1,
    ]);
    expect(bytes.readUInt32LE(50)).toBe(4_000_000_000);
  });

  test("[PC2] a beacon is laid out as SPEC.md says", () => {
    const bytes = Buffer.from(encodeBeacon(beacon));
    expect(bytes.length).toBe(beaconBytes);
    expect([...bytes.subarray(0, 8)]).toEqual([2, 1, 0b111, 3, 3, 13, 71, 0]);
    expect(bytes.readUInt32LE(8)).toBe(11);
    expect(bytes.readDoubleLE(12)).toBe(123_456.75);
    expect(bytes.readUInt32LE(20)).toBe(12);
    expect(bytes.readUInt32LE(24)).toBe(3);
    const words = [28, 30, 32, 34, 36, 38, 40].map((at) => bytes.readUInt16LE(at));
    expect(words).toEqual([42, 741, 100, 0xffff, 4_315, 500, 241]);
    const reals = [44, 48, 52, 56, 60, 64, 68, 72].map((at) => bytes.readFloatLE(at));
    expect(reals).toEqual([1.5, -2.5, 3.5, 0.25, -0.5, 0.75, 84, 0.125]);
  });

  test("[PC3] a stop is laid out as SPEC.md says", () => {
    expect([...encodeStop(0x01020304)]).toEqual([3, 1, 0, 0, 4, 3, 2, 1]);
    expect(stopBytes).toBe(8);
  });

  test("[PC1] sticks beyond full deflection are clamped before they are sent, and refused when read", () => {
    const wild = { ...frame, sticks: { ...frame.sticks, up: 7 } };
    const bytes = encodeStickFrame(wild);
    expect(decodeStickFrame(bytes)?.sticks.up).toBe(1);
    new DataView(bytes.buffer).setInt16(46, 10_001, true);
    expect(decodeStickFrame(bytes)).toBeUndefined();
  });

  test.each([
    ["another version", 1, 2],
    ["another kind", 0, 9],
  ])("[PC4] %s is refused", (_, at, value) => {
    const all = [encodeStickFrame(frame), encodeBeacon(beacon), encodeStop(1)];
    for (const bytes of all) {
      bytes[at] = value;
      const decoded = [decodeStickFrame(bytes), decodeBeacon(bytes), decodeStop(bytes)];
      expect(decoded).toEqual([undefined, undefined, undefined]);
    }
  });

  test.each([
    ["phase", 3, 5],
    ["rung", 4, 4],
    ["lock", 5, 15],
  ])("[PC4] a %s that this version lacks is refused", (_, at, value) => {
    const bytes = encodeBeacon(beacon);
    bytes[at] = value;
    expect(decodeBeacon(bytes)).toBeUndefined();
  });

  test("[PC4] they are read wherever they lie in a larger buffer", () => {
    const larger = new Uint8Array(100);
    larger.set(encodeStickFrame(frame), 13);
    expect(decodeStickFrame(larger.subarray(13, 13 + stickFrameBytes))?.sequence).toBe(
      frame.sequence,
    );
  });
});
