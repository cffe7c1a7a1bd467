import type { Beacon, StickFrame } from "@pista/flight";
import { monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeBeacon,
  decodeStickFrame,
  decodeStop,
  encodeBeacon,
  encodeStickFrame,
  encodeStop,
} from "./lossy-lane.ts";

const uint32 = fc.nat(0xffffffff);
const time = fc.double({ min: 0, max: 1e12, noNaN: true });
const deflection = fc.integer({ min: -10_000, max: 10_000 }).map((step) => step / 10_000);

const anyFrame: fc.Arbitrary<StickFrame> = fc.record({
  sequence: uint32,
  leaseEpoch: uint32,
  sampledAtBrowserMs: time,
  sentAtBrowserMs: time,
  beaconSequence: uint32,
  beaconAtBrowserMs: time,
  shownPoseSequence: uint32,
  sticks: fc.record({
    forward: deflection,
    right: deflection,
    up: deflection,
    yawRight: deflection,
  }),
  stopSequence: uint32,
});

const beacon: Beacon = {
  sequence: 7,
  sentAtMs: monotonicMs(1234.5),
  poseSequence: 6,
  poseAgeMs: 12.3,
  pose: {
    position: { eastM: 1.5, northM: -2.25, upM: 3 },
    velocity: { eastMps: 0.5, northMps: 0, upMps: -0.25 },
    headingDeg: 84,
    sigmaM: undefined,
  },
  phase: "flying",
  armed: true,
  rung: "slow",
  lock: "view-old",
  commandAgeMs: 74.1,
  ageMarginMs: undefined,
  viewAgeMs: 131,
  viewAgeMsLimit: 431,
  speedMpsLimit: 0.5,
  roomM: 2.4,
  stopSequence: 3,
  stopLatched: true,
  batteryPct: undefined,
};

test("[PC1] every stick frame survives the wire", () => {
  fc.assert(
    fc.property(anyFrame, (frame) => {
      expect(decodeStickFrame(encodeStickFrame(frame))).toEqual(frame);
    }),
  );
});

test("[PC2] a beacon survives the wire, unknown values stay unknown", () => {
  expect(decodeBeacon(encodeBeacon(beacon))).toEqual(beacon);
  const bare = {
    ...beacon,
    pose: undefined,
    poseAgeMs: undefined,
    lock: undefined,
    batteryPct: 71,
  };
  expect(decodeBeacon(encodeBeacon(bare))).toEqual(bare);
});

test("[PC2] an age beyond the range stays old instead of becoming unknown", () => {
  const old = decodeBeacon(encodeBeacon({ ...beacon, commandAgeMs: 90_000 }));
  expect(old?.commandAgeMs).toBeGreaterThan(6_000);
});

test("[PC3] a stop survives the wire and 0 is none", () => {
  expect(decodeStop(encodeStop(41))).toBe(41);
  expect(decodeStop(encodeStop(0))).toBeUndefined();
});

test("[PC4] whatever else comes in is refused without an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      const decoded = [decodeStickFrame(bytes), decodeBeacon(bytes), decodeStop(bytes)];
      expect(decoded.filter((value) => value !== undefined).length).toBeLessThanOrEqual(1);
    }),
  );
  const short = encodeStickFrame(fc.sample(anyFrame, 1)[0] as StickFrame).subarray(0, 53);
  expect(decodeStickFrame(short)).toBeUndefined();
  const notFinite = encodeStickFrame(fc.sample(anyFrame, 1)[0] as StickFrame);
  new DataView(notFinite.buffer).setFloat64(10, Number.NaN, true);
  expect(decodeStickFrame(notFinite)).toBeUndefined();
});
