import type { EnuM, EnuMps } from "@pista/kernel";
import type { ParameterName, Parameters } from "./parameters.ts";

export type FlightMode = "stabilize" | "guided" | "auto" | "loiter" | "land" | "brake";

/** What GUIDED, or AUTO on behalf of its mission, does right now. */
export type GuidedAim =
  | { readonly kind: "hold" }
  | { readonly kind: "take-off"; readonly heightM: number }
  /** Fly there and stay. */
  | { readonly kind: "place"; readonly place: EnuM }
  /** Straight down to the floor. */
  | { readonly kind: "land" }
  | {
      readonly kind: "velocity";
      readonly velocity: EnuMps;
      readonly yawRateDegps: number;
      /** Of the last set-point, by the autopilot's own time. */
      readonly heardAtS: number;
    };

/** One command of a mission, in the hall's frame. */
export type MissionLeg =
  | { readonly kind: "take-off"; readonly heightM: number }
  | { readonly kind: "fly-to"; readonly place: EnuM; readonly staysS: number }
  /** Over the place where one is given, else where it is. */
  | { readonly kind: "land"; readonly over: EnuM | undefined };

export type AutopilotState = {
  /** Since it started. */
  readonly timeS: number;
  readonly mode: FlightMode;
  readonly armed: boolean;
  /** What its land detector says, which lags behind the floor by a second. */
  readonly landed: boolean;
  readonly aim: GuidedAim;
  /** Where it stands still, once it has come to rest; undefined while it moves or brakes. */
  readonly holdAt: EnuM | undefined;
  /** The height that it keeps while it goes level; undefined while it climbs, sinks or stands. */
  readonly holdUpM: number | undefined;
  /** How long it has rested on the floor with nothing asking it to climb. */
  readonly restingS: number;
  /** How long it has been tipped over farther than it leans on purpose. */
  readonly tippedS: number;
  readonly batteryIsLow: boolean;
  /** When the ground station's heartbeat came last; undefined before the first. */
  readonly stationHeardAtS: number | undefined;
  readonly stationIsLost: boolean;
  /** Whether it knows where it is, for how long it has not (up to the check's patience), and the failsafe. */
  readonly hasPosition: boolean;
  readonly positionLostS: number;
  readonly positionFailsafe: boolean;
  readonly mission: readonly MissionLeg[];
  /** The current leg's place in the mission; its length when the mission is over. */
  readonly leg: number;
  readonly legState: "waiting" | "flying";
  readonly legReachedAtS: number | undefined;
  /** MISSION_START was heard in this AUTO: it may leave the floor. */
  readonly missionStarted: boolean;
  readonly parameters: Parameters;
};

export type AutopilotOrder =
  | { readonly kind: "arm" }
  /** By force: motors off at any height, ArduPilot's magic number 21196. */
  | { readonly kind: "disarm"; readonly byForce: boolean }
  | { readonly kind: "take-off"; readonly heightM: number }
  | {
      readonly kind: "set-mode";
      readonly mode: FlightMode;
      /** [AU4] The safety pilot's switch does not pass through the gateway. */
      readonly by: "ground-station" | "safety-pilot";
    }
  | {
      readonly kind: "velocity";
      readonly velocity: EnuMps;
      /** Clockwise seen from above. */
      readonly yawRateDegps: number;
    }
  | { readonly kind: "fly-to"; readonly place: EnuM }
  /** A mission in place of the old one. */
  | { readonly kind: "load-mission"; readonly mission: readonly MissionLeg[] }
  | { readonly kind: "start-mission" }
  | { readonly kind: "go-to-leg"; readonly leg: number }
  /** A heartbeat of the ground station that it obeys. */
  | { readonly kind: "station-heard" }
  /** A set-point in a frame or of a kind that the model does not know. */
  | { readonly kind: "unknown-set-point" }
  | { readonly kind: "set-parameter"; readonly name: ParameterName; readonly value: number };

/** What the autopilot says aloud: STATUSTEXT on the wire. */
export type AutopilotNotice = {
  readonly severity: "critical" | "warning" | "info";
  readonly text: string;
  /** The mission's item that this tells the end of. */
  readonly reachedItem?: number;
};

export type AutopilotStep = {
  readonly state: AutopilotState;
  readonly accepted: boolean;
  readonly notices: readonly AutopilotNotice[];
};

export const hold: GuidedAim = { kind: "hold" };

export function initialAutopilot(parameters: Parameters): AutopilotState {
  return {
    timeS: 0,
    // As a vehicle is switched on: FLTMODE's lowest position is STABILIZE.
    mode: "stabilize",
    armed: false,
    landed: true,
    aim: hold,
    holdAt: undefined,
    holdUpM: undefined,
    restingS: 0,
    tippedS: 0,
    batteryIsLow: false,
    stationHeardAtS: undefined,
    stationIsLost: false,
    hasPosition: true,
    positionLostS: 0,
    positionFailsafe: false,
    mission: [],
    leg: 0,
    legState: "waiting",
    legReachedAtS: undefined,
    missionStarted: false,
    parameters,
  };
}

/** Motors off: what was aimed at is over, and a mission begins anew (AP_Arming_Copter::disarm). */
export const disarmed = (state: AutopilotState): AutopilotState => ({
  ...state,
  armed: false,
  aim: hold,
  holdAt: undefined,
  ...legAt(0),
});

export const legAt = (leg: number) =>
  ({ leg, legState: "waiting", legReachedAtS: undefined }) as const;

/** Item 0 of ArduPilot's list is home, so an item's number is one more than its leg's. */
export const itemOfLeg = (leg: number): number => leg + 1;

export const reached = (leg: number): AutopilotNotice => ({
  severity: "info",
  text: `Reached command #${itemOfLeg(leg)}`,
  reachedItem: itemOfLeg(leg),
});

/** What LANDED_STATE of MAVLink tells: on the ground, in the air, or between. */
export function landedStateOf(
  state: AutopilotState,
): "on-ground" | "taking-off" | "in-air" | "landing" {
  if (state.landed) return "on-ground";
  if (state.mode === "land" || state.aim.kind === "land") return "landing";
  return state.aim.kind === "take-off" ? "taking-off" : "in-air";
}
