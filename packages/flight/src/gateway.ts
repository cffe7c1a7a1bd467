import { assertNever, type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  commandAgeMs,
  hasSafetyPilot,
  lockCause,
  speedLimit,
  stickVelocity,
  still,
  viewAgeMs,
} from "./acting.ts";
import {
  closePeer,
  epochStored,
  expireLease,
  openPeer,
  pinLeaseKey,
  receiveLease,
  receiveProof,
  revokeLease,
} from "./authority.ts";
import { receiveCommand } from "./commands.ts";
import { divertVelocity } from "./diversion.ts";
import { receiveFrame, viewAgeMsLimit } from "./frames.ts";
import { watchFreeze } from "./freeze.ts";
import {
  type Change,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  type GatewayStep,
  recorded,
  unchanged,
} from "./gateway-state.ts";
import { bottomLadder, stepDown } from "./ladder.ts";
import { estimatedAgeMsMax, provableAgeMsMax, rememberedBeaconsMax } from "./limits.ts";
import { receiveLocalAct } from "./local-act.ts";
import { settlePhase } from "./phase.ts";
import type { Beacon } from "./pilot-channel.ts";
import { receiveStop } from "./stop.ts";
import { stepSuccessor } from "./successor.ts";
import { receiveContradiction, receivePose, receiveRefusal, receiveStatus } from "./vehicle.ts";

/**
 * The guard between pilot and autopilot: one event in, the next state and what should happen out.
 * It holds no clock, no socket and no key but the public one: the gateway carries bytes to and from
 * it, and simulated storms run the same function.
 */
export function stepGateway(state: GatewayState, event: GatewayEvent): GatewayStep {
  const step = stepSeat(state, event);
  if (!step.state.successor) return step;
  // [AU3] The phase of the flight is the giver's, and whoever waits has no say in it.
  const stepWaiting = (own: GatewayState, heard: GatewayEvent) => stepSeat(own, heard, unchanged);
  const joint = stepSuccessor(step, event, stepWaiting);
  return { ...joint, wakeAtMs: wakeAt(joint.state) };
}

/** The guard of one pilot. */
function stepSeat(state: GatewayState, event: GatewayEvent, settle = settlePhase): GatewayStep {
  const begun = expireLease(watchFreeze(state, event.atMs), event.atMs);
  const heard = hear(begun.state, event);
  const walls = watchWalls(heard.state, event.atMs);
  const phase = settle(walls.state, event.atMs);
  const effects = [...begun.effects, ...heard.effects, ...walls.effects, ...phase.effects];
  const lock = lockCause(phase.state, event.atMs);
  const next = { ...phase.state, lock };
  effects.push(...changesOf(state, next));
  const said = saySetPoint(state, next, event);
  effects.push(...said.effects);
  const last = event.kind === "tick" ? sendBeacon(said.state, event.atMs) : unchanged(said.state);
  effects.push(...last.effects);
  return { state: last.state, effects, wakeAtMs: wakeAt(last.state) };
}

/**
 * [LG1] A new command acts at once, and so does a lock. A tick says again what nobody has said since
 * the tick before: said twice, a slow line would fall behind.
 */
function saySetPoint(before: GatewayState, state: GatewayState, event: GatewayEvent): Change {
  const isTick = event.kind === "tick";
  const { lock, phase, acting } = before;
  const isNews = state.lock !== lock || state.phase !== phase || state.acting !== acting;
  const isDue = isNews || (isTick && !state.hasSaidSetPoint);
  const effects = isDue ? setVelocity(state, event.atMs) : [];
  const hasSaidSetPoint = !isTick && (state.hasSaidSetPoint || effects.length > 0);
  return { state: { ...state, hasSaidSetPoint }, effects };
}

function hear(state: GatewayState, event: GatewayEvent): Change {
  switch (event.kind) {
    case "lease-received":
      return receiveLease(state, event);
    case "lease-revoked":
      return revokeLease(state, event);
    case "epoch-stored":
      return epochStored(state, event);
    case "lease-key-pinned":
      return pinLeaseKey(state, event);
    case "peer-opened":
      return openPeer(state, event);
    case "peer-closed":
      return closePeer(state);
    case "proof-received":
      return receiveProof(state, event);
    case "frame-received":
      return receiveFrame(state, event);
    case "stop-received":
      return receiveStop(state, event);
    case "command-received":
      return receiveCommand(state, event);
    case "local-act":
      return receiveLocalAct(state, event);
    case "pose-received":
      return receivePose(state, event);
    case "vehicle-status":
      return receiveStatus(state, event);
    case "autopilot-refused":
      return receiveRefusal(state, event);
    case "brakes-contradicted":
      return receiveContradiction(state, event);
    case "successor-heard":
    case "tick":
      return unchanged(state);
    default:
      return assertNever(event, "A gateway event");
  }
}

/** [LG1] [LG2] What time alone changes: a command passes a wall. */
function watchWalls(state: GatewayState, atMs: MonotonicMs): Change {
  const { acting } = state;
  const isProvablyOld = acting !== undefined && atMs - acting.provableSinceMs > provableAgeMsMax;
  // [AU3] [AU4] Whoever gets the vehicle back from the safety pilot starts at the bottom.
  const ladder =
    isProvablyOld || hasSafetyPilot(state)
      ? bottomLadder
      : stepDown(state.ladder, commandAgeMs(state, atMs));
  return unchanged({ ...state, ladder });
}

/** [LG8] Every change of rung and of what locks the sticks is recorded with its cause. */
function changesOf(before: GatewayState, after: GatewayState): GatewayEffect[] {
  const effects: GatewayEffect[] = [];
  const [from, to] = [before.ladder.rung, after.ladder.rung];
  const cause = after.lock ?? (to === "slow" && from === "fly" ? "command-ageing" : "fresh");
  if (from !== to) effects.push(recorded({ kind: "rung-changed", from, to, cause }));
  if (before.lock !== after.lock) {
    const [lockFrom, lockTo] = [before.lock ?? "free", after.lock ?? "free"];
    effects.push(recorded({ kind: "lock-changed", from: lockFrom, to: lockTo }));
  }
  return effects;
}

/**
 * [AU4] [LG9] Nothing is sent to a vehicle that is not armed, not in flight, or whose mode says that
 * somebody else has it. During a landing the last word was to land, so the velocity stays zero until
 * the autopilot has taken over.
 */
function setVelocity(state: GatewayState, atMs: MonotonicMs): GatewayEffect[] {
  const { vehicle, phase } = state;
  const listens = vehicle.armed && vehicle.mode === "guided" && !hasSafetyPilot(state);
  if (!listens || phase === "grounded" || phase === "taking-off") return [];
  if (phase === "diverting") {
    return [{ kind: "set-velocity", velocity: divertVelocity(state, atMs), yawRateDegps: 0 }];
  }
  if (phase === "landing" || state.lock) {
    return [{ kind: "set-velocity", velocity: still, yawRateDegps: 0 }];
  }
  return [{ kind: "set-velocity", ...stickVelocity(state, atMs) }];
}

/** [LG1] A command stops acting when its own age passes a wall, not at the next frame. */
function wakeAt(state: GatewayState): MonotonicMs | undefined {
  const { acting, clock } = state;
  if (!acting || state.lock) return undefined;
  const wallMs = acting.sampledAtMs + estimatedAgeMsMax - (clock.estimate?.marginMs ?? 0);
  // The walls are reached, not passed, at the exact moment; a tenth of a millisecond passes them.
  return monotonicMs(Math.min(wallMs, acting.provableSinceMs + provableAgeMsMax) + 0.1);
}

function sendBeacon(state: GatewayState, atMs: MonotonicMs): Change {
  if (state.peer.state !== "open") return unchanged(state);
  const sequence = state.beaconSequence + 1;
  const beacons = [...state.beacons, { sequence, atMs }].slice(-rememberedBeaconsMax);
  const next = { ...state, beacons, beaconSequence: sequence };
  return { state: next, effects: [{ kind: "send-beacon", beacon: beaconOf(next, atMs) }] };
}

/** [LG2] The lowest rung is a phase, or the way there. */
export const isLanding = ({ phase }: GatewayState): boolean =>
  phase === "landing" || phase === "diverting";

function beaconOf(state: GatewayState, atMs: MonotonicMs): Beacon {
  const { vehicle } = state;
  const ageMs = commandAgeMs(state, atMs);
  const { speedMps, roomM } = speedLimit(state, atMs);
  return {
    sequence: state.beaconSequence,
    sentAtMs: atMs,
    poseSequence: vehicle.poseSequence,
    poseAgeMs: vehicle.poseAtMs === undefined ? undefined : atMs - vehicle.poseAtMs,
    pose: vehicle.pose,
    phase: state.phase,
    armed: vehicle.armed,
    rung: isLanding(state) ? "land" : state.ladder.rung,
    lock: state.lock,
    commandAgeMs: Number.isFinite(ageMs) ? ageMs : undefined,
    ageMarginMs: state.clock.estimate?.marginMs,
    viewAgeMs: viewAgeMs(state, atMs),
    viewAgeMsLimit: viewAgeMsLimit(state.view, atMs),
    speedMpsLimit: state.lock ? 0 : speedMps,
    roomM,
    stopSequence: state.stop.sequence,
    stopLatched: state.stop.latched,
    batteryPct: vehicle.batteryPct,
  };
}
