import { tightened } from "./envelope.ts";
import {
  type Change,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  recorded,
  unchanged,
  type VehicleView,
} from "./gateway-state.ts";
import { ownReturnMsMax, rememberedBeaconsMax, risenMMin } from "./limits.ts";
import { latchFoundFlying } from "./stop.ts";

type EventOf<Kind extends GatewayEvent["kind"]> = Extract<GatewayEvent, { kind: Kind }>;

/** [LG3] Each pose gets a number, so that a frame can name the one its pilot was shown. */
export function receivePose(state: GatewayState, event: EventOf<"pose-received">): Change {
  const { pose, measuredAtMs = event.atMs } = event;
  const poseSequence = state.vehicle.poseSequence + 1;
  const poses = [...state.poses, { sequence: poseSequence, atMs: measuredAtMs }].slice(
    -rememberedBeaconsMax,
  );
  // Once a take-off is asked for it may climb before its heartbeat says that it is armed.
  const { isMet, armed } = state.vehicle;
  const rests = state.phase === "grounded" && isMet && !armed;
  const restedUpM = rests ? pose.position.upM : state.vehicle.restedUpM;
  const vehicle = { ...state.vehicle, pose, poseAtMs: measuredAtMs, poseSequence, restedUpM };
  return unchanged({ ...state, vehicle, poses });
}

export function receiveStatus(state: GatewayState, event: EventOf<"vehicle-status">): Change {
  const { armed, mode, landed, batteryPct, guardsConfirmed, atMs } = event;
  const disarmedAtMs = state.vehicle.armed && !armed ? atMs : state.vehicle.disarmedAtMs;
  const isOurs = armed && mode === "guided";
  const oursSinceMs = isOurs ? (state.vehicle.oursSinceMs ?? atMs) : undefined;
  const before = { ...state.vehicle, disarmedAtMs, oursSinceMs };
  const told = { armed, mode, landed, batteryPct, guardsConfirmed };
  const vehicle = { ...before, ...told, isSafetyPilots: isTheirs(event, before), isMet: true };
  // Where the autopilot does not tell, turning motors are taken for flight.
  const isFoundFlying = !state.vehicle.isMet && armed && landed !== true;
  const met = isFoundFlying ? latchFoundFlying(state) : unchanged(state);
  const next = { ...met.state, vehicle };
  const phase = phaseFromStatus(next, state.vehicle);
  if (phase === state.phase) return { ...met, state: next };
  const { phase: from } = state;
  const changed = recorded({ kind: "phase-changed", from, to: phase, cause: "autopilot" });
  return { state: { ...next, phase }, effects: [...met.effects, changed] };
}

/**
 * [AU4] The safety pilot's from when its motors turn in a mode that is not ours, until they put it
 * into ours themselves. When its motors stop PX4 goes back by itself to the last mode it was told
 * that can be armed in, and that may be ours: on the ground a change counts some heartbeats after.
 */
function isTheirs(event: EventOf<"vehicle-status">, before: VehicleView): boolean {
  const { armed, mode, landed, atMs } = event;
  const isOurs = mode === "guided";
  if (armed) return mode === "other" || (before.isSafetyPilots && !(isOurs && landed !== true));
  const hasChanged = before.mode === "other" || before.mode === "landing";
  const restsMs = atMs - (before.disarmedAtMs ?? atMs);
  const isGivenBack = isOurs && hasChanged && restsMs > ownReturnMsMax;
  return before.isSafetyPilots && !isGivenBack;
}

/**
 * What the autopilot says overrules what the gateway thought: it may have landed on its own, been
 * disarmed by the safety pilot, or been in the air when this gateway started.
 */
function phaseFromStatus(state: GatewayState, before: VehicleView): GatewayState["phase"] {
  const { armed, mode, landed } = state.vehicle;
  // Before a take-off the motors are still off; in every other phase that means the ground.
  if (!armed) return before.armed || state.phase !== "taking-off" ? "grounded" : state.phase;
  if (state.phase === "landing" && isLandingBrokenOff(mode, before.mode)) return "flying";
  if (state.phase === "diverting" && mode === "other") return "flying";
  if (landed === true && !hasRisen(state)) {
    // Taken for flight until it told of the ground; a touch of it in flight is no landing.
    return state.phase === "flying" && before.landed === undefined ? "grounded" : state.phase;
  }
  // [AU7] Where the autopilot does not tell, turning motors are taken for flight.
  if (state.phase === "grounded") return "flying";
  return mode === "landing" ? "landing" : state.phase;
}

/** Its word on the ground may be an old one: heights are told more often. */
function hasRisen({ vehicle }: GatewayState): boolean {
  const { pose, restedUpM } = vehicle;
  return pose !== undefined && restedUpM !== undefined && pose.position.upM > restedUpM + risenMMin;
}

/**
 * [AU4] The safety pilot broke the landing off. Given back in GUIDED the vehicle is flown, held or
 * landed anew by the rules of flight: a landing that nobody carries out must not lock the sticks.
 */
const isLandingBrokenOff = (mode: VehicleView["mode"], before: VehicleView["mode"]): boolean =>
  mode === "other" || (mode === "guided" && before === "landing");

/** [LG6] Bounds only ever tighten, at once; no take-off follows until others are declared. */
export function receiveContradiction(
  state: GatewayState,
  event: EventOf<"brakes-contradicted">,
): Change {
  const vehicle = tightened(state.setup.vehicle, event.decelerationMps2);
  const { decelerationMps2 } = vehicle;
  return {
    state: { ...state, setup: { ...state.setup, vehicle } },
    effects: [recorded({ kind: "bounds-tightened", decelerationMps2 })],
  };
}

/** The autopilot would not: the gateway goes back to what holds, and the record says why. */
export function receiveRefusal(state: GatewayState, event: EventOf<"autopilot-refused">): Change {
  const { order, reason } = event;
  const record = recorded({ kind: "autopilot-refused", order, reason });
  const effects: GatewayEffect[] = [record];
  const isHeard = state.peer.state === "open" && state.peer.proved;
  if (isHeard) effects.push({ kind: "tell-refusal", order, reason });
  if (order === "motors-off") return { state, effects };
  // Where the autopilot does not tell, turning motors are taken for flight.
  const inAir = state.vehicle.armed && (state.vehicle.landed !== true || hasRisen(state));
  return {
    state: { ...state, phase: inAir ? "flying" : "grounded", holdingSinceMs: undefined },
    effects,
  };
}
