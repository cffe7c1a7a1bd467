import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayId, initialGatewayState, type StickFrame } from "@pista/flight";
import { assetId } from "@pista/kernel";
import { createManualClock, type ManualClock } from "@pista/kernel/testing";
import { afterEach, beforeEach } from "vitest";
import type { GatewayError } from "../errors.ts";
import { FlightRecorder, type RecorderLimits } from "../recorder/flight-recorder.ts";
import type { Lost } from "../recorder/recording.ts";
import { type RecordedMessage, readMessages, readRecording, recordingNames } from "./recordings.ts";

export const state = initialGatewayState(
  {
    gatewayId: gatewayId("gateway-one"),
    assetId: assetId("drone-one"),
    leasePublicKey: new Uint8Array(32),
    vehicle: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
  },
  0,
);

export let directory = "";
export let clock: ManualClock;
export let failures: GatewayError[] = [];
export let resumed: Lost[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-record-"));
  clock = createManualClock();
  failures = [];
  resumed = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

export const open = (limits: Partial<RecorderLimits> = {}): Promise<FlightRecorder> =>
  FlightRecorder.open({
    directory,
    clock,
    limits,
    onFailure: (error) => failures.push(error),
    onResumed: (lost) => resumed.push(lost),
  });

export const messages = (name?: string): RecordedMessage[] =>
  (name === undefined ? recordingNames(directory) : [name]).flatMap((each) =>
    readMessages(readRecording(directory, each)),
  );
export const entries = (): RecordedMessage["message"][] =>
  messages()
    .filter(({ topic }) => topic === "/guard/record")
    .map(({ message }) => message);

export const hearStatus = (recorder: FlightRecorder, armed: boolean): void => {
  const status = { mode: "guided", landed: !armed, batteryPct: 80, guardsConfirmed: true } as const;
  const event = { kind: "vehicle-status", armed, ...status, atMs: clock.monotonicMs() } as const;
  recorder.heard(event, { state, effects: [] });
};

export const hearPose = (recorder: FlightRecorder, headingDeg: number): void => {
  const pose = {
    position: { eastM: 1, northM: 2, upM: 3 },
    velocity: { eastMps: 0, northMps: 0.5, upMps: 0 },
    headingDeg,
    sigmaM: undefined,
  };
  const event = { kind: "pose-received", pose, atMs: clock.monotonicMs() } as const;
  recorder.heard(event, { state, effects: [] });
};

/** A second of the main loop. */
export const runSecond = (recorder: FlightRecorder): void => {
  for (let tick = 0; tick < 50; tick++) {
    clock.advance(20);
    recorder.tick();
  }
};

export const frame: StickFrame = {
  sequence: 7,
  leaseEpoch: 1,
  sampledAtBrowserMs: 1_000,
  sentAtBrowserMs: 1_002,
  beaconSequence: 3,
  beaconAtBrowserMs: 990,
  shownPoseSequence: 2,
  sticks: { forward: 0.5, right: 0, up: 0, yawRight: 0 },
  stopSequence: 0,
};
