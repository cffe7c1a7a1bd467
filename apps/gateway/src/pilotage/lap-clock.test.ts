import { ToPilot } from "@pista/contracts";
import {
  type GatewayState,
  gatewayId,
  initialGatewayState,
  type Lease,
  leaseId,
} from "@pista/flight";
import { assetId, epochMs, monotonicMs, personId, siteId, trialId } from "@pista/kernel";
import { pino } from "pino";
import { Compile } from "typebox/compile";
import { beforeEach, describe, expect, test } from "vitest";
import { LapClock } from "./lap-clock.ts";

const toPilot = Compile(ToPilot);

const gate = (eastM: number) => ({
  centre: { eastM, northM: 15, upM: 2 },
  headingDeg: 90,
  widthM: 3,
  heightM: 3,
});
const lease: Lease = {
  leaseId: leaseId("lease-1"),
  assetId: assetId("drone-one"),
  gatewayId: gatewayId("gateway-one"),
  trialId: trialId("trial-one"),
  pilotId: personId("pilot-one"),
  epoch: 1,
  renewal: 0,
  issuedAtMs: epochMs(0),
  expiresAtMs: epochMs(15_000),
  site: { siteId: siteId("hall"), version: 1, gates: [gate(1), gate(2)] },
  limits: {
    speedMpsMax: 2,
    fence: { westM: 0, southM: 0, eastM: 60, northM: 30, floorM: 0, topM: 10 },
    obstacles: [],
    landingSpots: [],
    clearViewM: 3,
  },
  view: "telemetry",
  dtlsFingerprint: "AB",
  keyThumbprint: "thumb",
};
const setup = {
  gatewayId: lease.gatewayId,
  assetId: lease.assetId,
  leasePublicKey: new Uint8Array(32),
  vehicle: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
};
const peerOf = (challenge: string, proved = true): GatewayState["peer"] => ({
  state: "open",
  dtlsFingerprint: lease.dtlsFingerprint,
  challenge,
  proved,
});

let guard: { state: GatewayState };
let told: unknown[];
let passed: unknown[];
let logged: string[];
let clock: LapClock;
/** What the world does when it is spoken to. */
let world: () => void;

beforeEach(() => {
  const initial = initialGatewayState(setup, 0);
  const authority = { state: "held", lease, expiresAtMs: monotonicMs(15_000) } as const;
  guard = { state: { ...initial, phase: "flying", authority, peer: peerOf("first") } };
  [told, passed, logged] = [[], [], []];
  world = () => undefined;
  clock = new LapClock({
    guard,
    reception: {
      send: (seat, lane, payload) => {
        world();
        expect([seat, lane]).toEqual(["pilot", "commands"]);
        told.push(JSON.parse(String(payload)));
      },
    },
    recorder: {
      passage: (passage, id) => {
        world();
        passed.push({ ...passage, id });
      },
    },
    log: pino({}, { write: (line: string) => logged.push(line) }),
  });
});

/** East at 2 m/s, a pose and a tick every 20 ms. */
function fly(fromM: number, toM: number, fromMs = 1_000): void {
  for (let step = 0; step <= Math.round((toM - fromM) / 0.04); step++) {
    const position = { eastM: fromM + step * 0.04, northM: 15, upM: 2 };
    const velocity = { eastMps: 2, northMps: 0, upMps: 0 };
    const pose = { position, velocity, headingDeg: 90, sigmaM: undefined };
    const poseAtMs = monotonicMs(fromMs + step * 20);
    guard.state = { ...guard.state, vehicle: { ...guard.state.vehicle, pose, poseAtMs } };
    clock.tick();
  }
}

describe("the lap clock", () => {
  test("tells the pilot at each gate, in the contract's words, and records the passage", () => {
    fly(0.5, 2.5);
    expect(told.every((message) => toPilot.Check(message))).toBe(true);
    const unflown = { op: "laps", lapsFlown: 0, lastLapMs: null, bestLapMs: null };
    const lapStartedAtMs = expect.closeTo(1_250);
    expect(told).toEqual([
      { ...unflown, nextGate: 0, lapStartedAtMs: null },
      { ...unflown, nextGate: 1, lapStartedAtMs },
      { ...unflown, nextGate: 0, lapStartedAtMs },
    ]);
    expect(passed).toMatchObject([
      { id: "lease-1", gate: 0, atMs: lapStartedAtMs, sectorMs: undefined },
      { id: "lease-1", gate: 1, sectorMs: expect.closeTo(500) },
    ]);
  });

  test("tells a page that comes anew where the lap stands, and none that has not proved itself", () => {
    fly(0.5, 1.5);
    guard.state = { ...guard.state, peer: peerOf("second", false) };
    clock.tick();
    expect(told).toHaveLength(2);
    guard.state = { ...guard.state, peer: peerOf("second") };
    clock.tick();
    clock.tick();
    expect(told).toHaveLength(3);
    expect(told[2]).toEqual(told[1]);
  });

  test("has nothing to say of a site without gates", () => {
    const plain = { ...lease, site: { ...lease.site, gates: [] } };
    const authority = { state: "held", lease: plain, expiresAtMs: monotonicMs(15_000) } as const;
    guard.state = { ...guard.state, authority };
    fly(0.5, 2.5);
    expect([told, passed]).toEqual([[], []]);
  });

  test("never throws into the guard's loop: it says so once and times no more", () => {
    fly(0.5, 0.9);
    world = () => {
      throw new Error("The disk is on fire.");
    };
    expect(() => fly(0.9, 2.5, 2_000)).not.toThrow();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("The disk is on fire.");
    world = () => undefined;
    fly(0.5, 2.5, 9_000);
    expect(passed).toEqual([]);
  });
});
