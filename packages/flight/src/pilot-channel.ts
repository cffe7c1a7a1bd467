import type { EnuM, EnuMps, MonotonicMs } from "@pista/kernel";
import type { Rung } from "./ladder.ts";

/** Full deflection is 1 or -1. In the vehicle's own frame: forward, right, up, clockwise. */
export type Sticks = {
  readonly forward: number;
  readonly right: number;
  readonly up: number;
  readonly yawRight: number;
};

export const centredSticks: Sticks = { forward: 0, right: 0, up: 0, yawRight: 0 };

/** Half a percent is the noise of a good stick at rest. */
const deadBand = 0.02;

export const areCentred = (sticks: Sticks): boolean =>
  Object.values(sticks).every((deflection) => Math.abs(deflection) <= deadBand);

/**
 * [LG4] One frame of the lossy lane: the full state of the sticks. Times ending in `BrowserMs`
 * are of the pilot's monotonic clock; the gateway never compares them with its own unconverted.
 */
export type StickFrame = {
  /** Rises by one with each frame of a connection. */
  readonly sequence: number;
  readonly leaseEpoch: number;
  /** [LG1] When the sticks were read, not when they were sent; a repeated sample repeats it. */
  readonly sampledAtBrowserMs: number;
  readonly sentAtBrowserMs: number;
  /** [LG1] (b) The newest beacon seen before the sticks were read, and when it came in. */
  readonly beaconSequence: number;
  readonly beaconAtBrowserMs: number;
  /** [LG3] The newest pose that the pilot was shown. */
  readonly shownPoseSequence: number;
  readonly sticks: Sticks;
  /** [LG4] Raised by one each time the pilot presses stop; 0 before the first. */
  readonly stopSequence: number;
};

/**
 * [LG4] The reliable lane, which may deliver long after the pilot's wish. `beaconSequence` is of the
 * newest beacon seen by then; without it a command has no age.
 */
export type PilotCommand =
  | { readonly op: "land" }
  | { readonly op: "take-off" | "motors-off"; readonly beaconSequence?: number }
  | {
      readonly op: "release-stop";
      readonly stopSequence: number;
      readonly beaconSequence?: number;
    };

export type CommandRefusal =
  | "no-lease"
  | "not-in-command"
  | "not-proved"
  | "not-on-the-ground"
  | "not-flying"
  | "sticks-not-centred"
  | "stop-latched"
  | "stop-not-latched"
  | "too-high"
  | "vehicle-unknown"
  | "no-position"
  | "link-unsettled"
  | "brakes-contradicted"
  | "safety-pilot-has-control"
  | "no-speed"
  | "no-room"
  | "too-late";

/** "diverting": nobody commands, and it is on its way to a marked spot to land there (LG2). */
export type FlightPhase = "grounded" | "taking-off" | "flying" | "landing" | "diverting";

/** Why the sticks do nothing right now; undefined while they act. */
export type LockCause =
  | "no-lease"
  | "authority-withdrawn"
  | "lease-expired"
  | "not-proved"
  | "link-lost"
  | "clock-unsettled"
  | "command-old"
  | "view-old"
  | "stop-latched"
  | "odometry-old"
  | "odometry-unsure"
  | "safety-pilot"
  | "recovering"
  | "guards-unconfirmed";

export type Pose = {
  readonly position: EnuM;
  readonly velocity: EnuMps;
  readonly headingDeg: number;
  /** One standard deviation of the position; undefined where the autopilot does not tell. */
  readonly sigmaM: number | undefined;
};

/** [LG1] What the gateway tells the pilot, 50 times a second, on the lossy lane. */
export type Beacon = {
  readonly sequence: number;
  readonly sentAtMs: MonotonicMs;
  readonly poseSequence: number;
  /** How old the pose was when the beacon left; undefined before the first pose. */
  readonly poseAgeMs: number | undefined;
  readonly pose: Pose | undefined;
  readonly phase: FlightPhase;
  readonly armed: boolean;
  readonly rung: Rung | "land";
  readonly lock: LockCause | undefined;
  /** [LG2] Estimated age of the acting command with its margin; undefined without one. */
  readonly commandAgeMs: number | undefined;
  readonly ageMarginMs: number | undefined;
  /** [LG3] Age of the pose that the pilot's last frame named. */
  readonly viewAgeMs: number | undefined;
  readonly viewAgeMsLimit: number;
  readonly speedMpsLimit: number;
  /** Along the way the vehicle moves or would move, to the fence. */
  readonly roomM: number | undefined;
  /** [LG4] The newest stop the gateway has obeyed. */
  readonly stopSequence: number;
  readonly stopLatched: boolean;
  readonly batteryPct: number | undefined;
};
