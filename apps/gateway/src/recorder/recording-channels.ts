import type { GatePassage, GatewayState, Pose, StickFrame } from "@pista/flight";
import type { MonotonicMs } from "@pista/kernel";
import type { RecordingChannel } from "./mcap-encoder.ts";

const number = { type: "number" };
/** Null where it is not known. */
const numberOrNull = { type: ["number", "null"] };
const integer = { type: "integer" };
const boolean = { type: "boolean" };
const string = { type: "string" };
const object = <T extends object>(properties: T) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});
const enuMps = object({ eastMps: number, northMps: number, upMps: number });

/**
 * What a recording holds, by topic. A message's time is the moment at which the gateway heard or
 * decided it. Names are a promise to whoever reads old recordings: they are added to, not changed.
 */
const channels = {
  /** Each gate passed in its turn, from 1; its time is the moment worked out between two poses. */
  "/circuit/gate": {
    schemaName: "pista.GatePassage",
    schema: object({ leaseId: string, gate: integer, sectorMs: numberOrNull, lapMs: numberOrNull }),
  },
  /** [LG8] Every drop and change with its cause. */
  "/guard/record": {
    schemaName: "pista.GuardRecord",
    schema: { ...object({ kind: string }), additionalProperties: true },
  },
  /** What the guard let through to the autopilot. */
  "/guard/setpoint": {
    schemaName: "pista.SetPoint",
    schema: object({ velocity: enuMps, yawRateDegps: number }),
  },
  /** Stick frames as they came in, those that were dropped among them. */
  "/pilot/frames": {
    schemaName: "pista.PilotFrame",
    schema: object({
      seat: { enum: ["pilot", "successor"] },
      isActing: boolean,
      ageMs: numberOrNull,
      viewAgeMs: numberOrNull,
      sequence: integer,
      leaseEpoch: integer,
      sampledAtBrowserMs: number,
      sentAtBrowserMs: number,
      beaconSequence: integer,
      beaconAtBrowserMs: number,
      shownPoseSequence: integer,
      sticks: object({ forward: number, right: number, up: number, yawRight: number }),
      stopSequence: integer,
    }),
  },
  /** Named and laid out as viewers know it, so that they draw it unasked. */
  "/vehicle/pose": {
    schemaName: "foxglove.PoseInFrame",
    schema: {
      title: "foxglove.PoseInFrame",
      ...object({
        timestamp: { title: "time", ...object({ sec: integer, nsec: integer }) },
        frame_id: string,
        pose: object({
          position: object({ x: number, y: number, z: number }),
          orientation: object({ x: number, y: number, z: number, w: number }),
        }),
        velocity: enuMps,
        headingDeg: number,
        sigmaM: numberOrNull,
      }),
    },
  },
  "/vehicle/status": {
    schemaName: "pista.VehicleStatus",
    schema: object({
      armed: boolean,
      mode: { enum: ["guided", "landing", "other", "unknown"] },
      landed: { type: ["boolean", "null"] },
      batteryPct: numberOrNull,
      guardsConfirmed: boolean,
    }),
  },
} satisfies Record<string, Omit<RecordingChannel, "topic">>;

export type Topic = keyof typeof channels;

export const recordingChannels: readonly RecordingChannel[] = Object.entries(channels).map(
  ([topic, channel]) => ({ topic, ...channel }),
);

/** As a viewer draws it: east, north and up are x, y and z, and a rotation turns x to y. */
export function poseMessage(
  { position, velocity, headingDeg, sigmaM }: Pose,
  atNs: bigint,
): object {
  const halfRad = ((90 - headingDeg) * Math.PI) / 360;
  return {
    timestamp: { sec: Number(atNs / 1_000_000_000n), nsec: Number(atNs % 1_000_000_000n) },
    frame_id: "site",
    pose: {
      position: { x: position.eastM, y: position.northM, z: position.upM },
      orientation: { x: 0, y: 0, z: Math.sin(halfRad), w: Math.cos(halfRad) },
    },
    velocity,
    headingDeg,
    sigmaM: sigmaM ?? null,
  };
}

export const passageMessage = (passage: GatePassage, leaseId: string): object => ({
  leaseId,
  gate: passage.gate + 1,
  sectorMs: passage.sectorMs ?? null,
  lapMs: passage.lapMs ?? null,
});

/** @param state the guard's, of the frame's seat, once it had heard the frame. */
export function frameMessage(
  frame: StickFrame,
  atMs: MonotonicMs,
  state: GatewayState,
  seat: "pilot" | "successor",
): object {
  const { acting, clock } = state;
  const isActing = acting?.frame === frame;
  const { estimate } = clock;
  const sampledAtMs = estimate && Math.min(atMs, frame.sampledAtBrowserMs + estimate.offsetMs);
  const viewSinceMs = isActing ? acting.viewSinceMs : undefined;
  return {
    seat,
    isActing,
    // [LG1] (a) The age that the wall is held against.
    ageMs: estimate && sampledAtMs !== undefined ? atMs - sampledAtMs + estimate.marginMs : null,
    viewAgeMs: viewSinceMs === undefined ? null : atMs - viewSinceMs,
    ...frame,
  };
}
