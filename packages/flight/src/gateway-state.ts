import type { AssetId, EnuMps, EpochMs, MonotonicMs } from "@pista/kernel";
import { type ClockWindow, emptyClockWindow } from "./clock-estimate.ts";
import type { LandingSpot, VehicleBounds } from "./envelope.ts";
import type { GatewayId, LeaseId } from "./identity.ts";
import { bottomLadder, type Ladder } from "./ladder.ts";
import type { Lease, LeaseLimits } from "./lease.ts";
import type {
  Beacon,
  CommandRefusal,
  FlightPhase,
  LockCause,
  PilotCommand,
  Pose,
  StickFrame,
} from "./pilot-channel.ts";
import type { PilotProof } from "./pilot-proof.ts";

/** What a gateway knows of itself and its hub; a rotated key or a braking may change it. */
export type GatewaySetup = {
  readonly gatewayId: GatewayId;
  readonly assetId: AssetId;
  /** [AU8] The hub's lease key: pinned at enrolment, and again at each rotation. */
  readonly leasePublicKey: Uint8Array;
  readonly vehicle: VehicleBounds;
};

/** Who may command, as far as the gateway knows. */
export type Authority =
  | { readonly state: "none" }
  /** [AU7] Verified, but its epoch is not yet durable here: it is not obeyed. */
  | { readonly state: "storing-epoch"; readonly lease: Lease; readonly expiresAtMs: MonotonicMs }
  | { readonly state: "held"; readonly lease: Lease; readonly expiresAtMs: MonotonicMs }
  | {
      readonly state: "withdrawn";
      readonly cause: "authority-withdrawn" | "lease-expired";
      readonly reason: string;
    };

/** The peer-to-peer connection of one browser. */
export type Peer =
  | { readonly state: "closed" }
  | {
      readonly state: "open";
      readonly dtlsFingerprint: string;
      readonly challenge: string;
      readonly proved: boolean;
    };

/** The newest frame that passed, and what the gateway worked out about it. */
export type ActingCommand = {
  readonly frame: StickFrame;
  /** [LG1] (a) On the gateway's clock, by the estimate. */
  readonly sampledAtMs: MonotonicMs;
  /** [LG1] (b) Nothing in the frame can be older than the beacon it echoes. */
  readonly provableSinceMs: MonotonicMs;
  /** [LG3] When the pose the pilot saw was taken; undefined when no pose was named. */
  readonly viewSinceMs: MonotonicMs | undefined;
};

export type ViewBaseline = {
  readonly sinceMs: MonotonicMs;
  readonly ages: readonly number[];
  /** [LG3] Set once, when the first ten seconds are over; it never rises in flight. */
  readonly medianMs: number | undefined;
  /** [LG6] (b) Ages of the last seconds that no later one exceeds: the first is the worst. */
  readonly worst: readonly { readonly ageMs: number; readonly atMs: MonotonicMs }[];
};

/** [LG2] On the way to a marked spot. */
export type Diversion = { readonly spot: LandingSpot; readonly untilMs: MonotonicMs };

export type VehicleView = {
  readonly pose: Pose | undefined;
  readonly poseAtMs: MonotonicMs | undefined;
  readonly poseSequence: number;
  /**
   * The height at which it last stood with its motors off. An autopilot that measures the air's
   * pressure is soon a metre off before it has moved, and climbs by what it measures.
   */
  readonly restedUpM: number | undefined;
  readonly armed: boolean;
  /** "guided": it obeys velocities (GUIDED or OFFBOARD). */
  readonly mode: "guided" | "landing" | "other" | "unknown";
  readonly landed: boolean | undefined;
  readonly batteryPct: number | undefined;
  /** [AU4] Somebody had its motors on in a mode that is not ours, and has not given it back. */
  readonly isSafetyPilots: boolean;
  readonly disarmedAtMs: MonotonicMs | undefined;
  /** [LG11] Since when its motors have turned in our mode: so long at least it must tell where it is. */
  readonly oursSinceMs: MonotonicMs | undefined;
  /** [LG10] Whether the time-outs that stop and land it without us were set and read back. */
  readonly guardsConfirmed: boolean;
  /** [AU7] Whether the autopilot has said anything yet to this guard. */
  readonly isMet: boolean;
};

type Remembered = { readonly sequence: number; readonly atMs: MonotonicMs };

export type GatewayState = {
  readonly setup: GatewaySetup;
  /** [AU1] [AU7] No lease of a lower epoch is obeyed again, restarts included. */
  readonly highestEpoch: number;
  readonly authority: Authority;
  readonly peer: Peer;
  readonly clock: ClockWindow;
  readonly ladder: Ladder;
  readonly acting: ActingCommand | undefined;
  readonly view: ViewBaseline | undefined;
  readonly vehicle: VehicleView;
  readonly phase: FlightPhase;
  readonly diversion: Diversion | undefined;
  /** Of the newest lease obeyed: the walls stand whether or not somebody holds one. */
  readonly limits: LeaseLimits | undefined;
  readonly stop: {
    /** Of the page's own counting. */
    readonly sequence: number;
    readonly latched: boolean;
    /** The newest, whoever's page counted it. */
    readonly pressedAtMs: MonotonicMs | undefined;
    /** [AU3] [AU4] The newest that the pilot's page did not count: the receiver's, or the local page's. */
    readonly byOthersAtMs: MonotonicMs | undefined;
  };
  /**
   * Since when nothing may move the vehicle for want of a link or a lease, or since when it has
   * been waiting for the autopilot to begin the landing; undefined otherwise.
   */
  readonly holdingSinceMs: MonotonicMs | undefined;
  readonly takeOffAtMs: MonotonicMs | undefined;
  readonly lock: LockCause | undefined;
  /** When the guard was last asked anything, and when it last woke from standing still. */
  readonly steppedAtMs: MonotonicMs | undefined;
  readonly wokeAtMs: MonotonicMs | undefined;
  /** Since the last tick. */
  readonly hasSaidSetPoint: boolean;
  readonly beacons: readonly Remembered[];
  readonly poses: readonly Remembered[];
  readonly beaconSequence: number;
  /** [AU3] Who is to take over: the same guard, hearing a peer of its own and moving nothing. */
  readonly successor: GatewayState | undefined;
};

export type GatewayEvent =
  | {
      readonly kind: "lease-received";
      readonly token: string;
      /** The latest that the hub's clock can read now: a lease must not live too long. */
      readonly hubNowMs: EpochMs;
      readonly atMs: MonotonicMs;
    }
  | {
      readonly kind: "lease-revoked";
      readonly leaseId: LeaseId;
      readonly reason: string;
      readonly atMs: MonotonicMs;
    }
  | { readonly kind: "epoch-stored"; readonly epoch: number; readonly atMs: MonotonicMs }
  /** [AU8] A rotation was verified, and its new key is on the disk. */
  | {
      readonly kind: "lease-key-pinned";
      readonly leasePublicKey: Uint8Array;
      readonly atMs: MonotonicMs;
    }
  | {
      readonly kind: "peer-opened";
      readonly dtlsFingerprint: string;
      readonly challenge: string;
      readonly atMs: MonotonicMs;
    }
  | { readonly kind: "peer-closed"; readonly atMs: MonotonicMs }
  | { readonly kind: "proof-received"; readonly proof: PilotProof; readonly atMs: MonotonicMs }
  | { readonly kind: "frame-received"; readonly frame: StickFrame; readonly atMs: MonotonicMs }
  | { readonly kind: "stop-received"; readonly stopSequence: number; readonly atMs: MonotonicMs }
  | {
      readonly kind: "command-received";
      readonly commandId: number;
      readonly command: PilotCommand;
      readonly atMs: MonotonicMs;
    }
  | {
      readonly kind: "pose-received";
      readonly pose: Pose;
      /** [LG11] How old it is, where that is known: never later than it was received. */
      readonly measuredAtMs?: MonotonicMs;
      readonly atMs: MonotonicMs;
    }
  | {
      readonly kind: "vehicle-status";
      readonly armed: boolean;
      readonly mode: VehicleView["mode"];
      readonly landed: boolean | undefined;
      readonly batteryPct: number | undefined;
      readonly guardsConfirmed: boolean;
      readonly atMs: MonotonicMs;
    }
  | {
      readonly kind: "autopilot-refused";
      readonly order: AutopilotOrder;
      readonly reason: string;
      readonly atMs: MonotonicMs;
    }
  /** [LG6] A braking was measured that took more way than this deceleration promises. */
  | {
      readonly kind: "brakes-contradicted";
      readonly decelerationMps2: number;
      readonly atMs: MonotonicMs;
    }
  /** [AU4] From whoever stands at the site and is paired with the gateway's local page. */
  | { readonly kind: "local-act"; readonly act: LocalAct; readonly atMs: MonotonicMs }
  /** [AU3] From the peer of whoever is to take over. */
  | { readonly kind: "successor-heard"; readonly event: PeerEvent; readonly atMs: MonotonicMs }
  | { readonly kind: "tick"; readonly atMs: MonotonicMs };

/** What comes from a browser. */
export type PeerEvent = Extract<
  GatewayEvent,
  {
    kind:
      | "peer-opened"
      | "peer-closed"
      | "proof-received"
      | "frame-received"
      | "stop-received"
      | "command-received";
  }
>;

/** [AU4] All that the local page may do. */
export type LocalAct = "stop" | "land";

export type AutopilotOrder = "take-off" | "land" | "motors-off";

/** [LG8] Why something was dropped, or what changed. */
export type RecordEntry =
  | { readonly kind: "lease-refused"; readonly cause: string }
  | { readonly kind: "lease-held"; readonly leaseId: LeaseId; readonly epoch: number }
  | { readonly kind: "lease-ended"; readonly cause: string; readonly reason: string }
  | { readonly kind: "peer-refused"; readonly cause: string }
  | { readonly kind: "frame-dropped"; readonly cause: string; readonly sequence: number }
  | {
      readonly kind: "rung-changed";
      readonly from: string;
      readonly to: string;
      readonly cause: string;
    }
  | { readonly kind: "lock-changed"; readonly from: string; readonly to: string }
  | {
      readonly kind: "stop-latched";
      /** "local": at the site (AU4); "found-flying": by nobody of whom this guard knows (AU7). */
      readonly cause: "pressed" | "local" | "found-flying";
      readonly stopSequence: number;
    }
  | { readonly kind: "stop-refused"; readonly cause: string; readonly stopSequence: number }
  | { readonly kind: "stop-released" }
  | {
      readonly kind: "command-refused";
      readonly op: PilotCommand["op"];
      readonly cause: CommandRefusal;
    }
  /** [AU4] */
  | { readonly kind: "local-land-refused"; readonly cause: CommandRefusal }
  | {
      readonly kind: "phase-changed";
      readonly from: FlightPhase;
      readonly to: FlightPhase;
      readonly cause: string;
    }
  | { readonly kind: "autopilot-refused"; readonly order: AutopilotOrder; readonly reason: string }
  | { readonly kind: "bounds-tightened"; readonly decelerationMps2: number }
  /** [AU3] The same, of whoever is to take over. */
  | { readonly kind: "successor"; readonly entry: RecordEntry };

export type GatewayEffect =
  /** [AU7] Make the epoch durable, then say `epoch-stored`. */
  | { readonly kind: "store-epoch"; readonly epoch: number }
  /** [LG9] Velocity in the local frame; the autopilot's adapter turns it into its own. */
  | {
      readonly kind: "set-velocity";
      readonly velocity: EnuMps;
      /** Clockwise seen from above. */
      readonly yawRateDegps: number;
    }
  | { readonly kind: "order-autopilot"; readonly order: AutopilotOrder }
  | { readonly kind: "send-beacon"; readonly beacon: Beacon }
  | { readonly kind: "send-challenge"; readonly challenge: string }
  | { readonly kind: "send-welcome"; readonly epoch: number }
  | {
      readonly kind: "answer-command";
      readonly commandId: number;
      readonly refusal: CommandRefusal | undefined;
    }
  /** The autopilot would not do what was accepted: the pilot learns it in its own words. */
  | { readonly kind: "tell-refusal"; readonly order: AutopilotOrder; readonly reason: string }
  | { readonly kind: "close-peer"; readonly cause: string }
  /** The hub learns whether its lease is obeyed. */
  | {
      readonly kind: "report-lease";
      readonly leaseId: LeaseId;
      /** "awaited": its pilot has yet to prove what a pilot needs (AU3). */
      readonly state: "awaited" | "held" | "refused" | "ended";
      readonly cause: string | undefined;
    }
  /** [AU3] For the peer of whoever is to take over. */
  | { readonly kind: "tell-successor"; readonly effect: PeerEffect }
  /** [AU3] From here on the successor's peer is the pilot's. */
  | { readonly kind: "seat-successor" }
  | { readonly kind: "record"; readonly entry: RecordEntry };

/** What goes to a browser. */
export type PeerEffect = Extract<
  GatewayEffect,
  {
    kind:
      | "send-beacon"
      | "send-challenge"
      | "send-welcome"
      | "answer-command"
      | "tell-refusal"
      | "close-peer";
  }
>;

/** `wakeAtMs`: the acting command passes a wall then, if nothing newer comes before (LG1). */
export type GatewayStep = {
  readonly state: GatewayState;
  readonly effects: readonly GatewayEffect[];
  readonly wakeAtMs: MonotonicMs | undefined;
};

/** What one part of the guard made of an event, before the walls are looked at again. */
export type Change = {
  readonly state: GatewayState;
  readonly effects: readonly GatewayEffect[];
};

export const unchanged = (state: GatewayState): Change => ({ state, effects: [] });

export const recorded = (entry: RecordEntry): GatewayEffect => ({ kind: "record", entry });

/** @param highestEpoch what the gateway made durable before, 0 on its first start (AU7). */
export function initialGatewayState(setup: GatewaySetup, highestEpoch: number): GatewayState {
  return {
    setup,
    highestEpoch,
    authority: { state: "none" },
    peer: { state: "closed" },
    clock: emptyClockWindow,
    ladder: bottomLadder,
    acting: undefined,
    view: undefined,
    vehicle: {
      pose: undefined,
      poseAtMs: undefined,
      poseSequence: 0,
      restedUpM: undefined,
      armed: false,
      mode: "unknown",
      landed: undefined,
      batteryPct: undefined,
      isSafetyPilots: false,
      disarmedAtMs: undefined,
      oursSinceMs: undefined,
      guardsConfirmed: false,
      isMet: false,
    },
    phase: "grounded",
    diversion: undefined,
    limits: undefined,
    stop: { sequence: 0, latched: false, pressedAtMs: undefined, byOthersAtMs: undefined },
    holdingSinceMs: undefined,
    takeOffAtMs: undefined,
    lock: "no-lease",
    steppedAtMs: undefined,
    wokeAtMs: undefined,
    hasSaidSetPoint: false,
    beacons: [],
    poses: [],
    beaconSequence: 0,
    successor: undefined,
  };
}
