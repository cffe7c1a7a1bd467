import type { MonotonicMs } from "@pista/kernel";
import { commandAgeMs, hasSafetyPilot, keepOf, lockCause, odometryLock } from "./acting.ts";
import { heldLease } from "./authority.ts";
import { isClimbFree } from "./envelope.ts";
import {
  type Change,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  recorded,
  type VehicleView,
} from "./gateway-state.ts";
import type { LeaseLimits } from "./lease.ts";
import {
  estimatedAgeMsMax,
  motorsOffHeightMMax,
  othersStopMsMin,
  provableAgeMsMax,
  takeOffHeightM,
} from "./limits.ts";
import { areCentred, type CommandRefusal, type PilotCommand } from "./pilot-channel.ts";

type CommandEvent = Extract<GatewayEvent, { kind: "command-received" }>;

/** [LG4] The reliable lane: each command is answered, and a refusal says why. */
export function receiveCommand(state: GatewayState, event: CommandEvent): Change {
  const { command, commandId } = event;
  const refusal = refusalOf(state, command, event.atMs);
  const answer: GatewayEffect = { kind: "answer-command", commandId, refusal };
  if (refusal) {
    const refused = recorded({ kind: "command-refused", op: command.op, cause: refusal });
    return { state, effects: [refused, answer] };
  }
  switch (command.op) {
    case "take-off":
      return enterPhase({ ...state, takeOffAtMs: event.atMs }, "taking-off", answer);
    case "land":
      return enterPhase(state, "landing", answer);
    case "motors-off": {
      const order: GatewayEffect = { kind: "order-autopilot", order: "motors-off" };
      if (state.phase !== "taking-off") return { state, effects: [order, answer] };
      // Motors that never turned are never told to have stopped: no status would end the take-off.
      const ended = { from: state.phase, to: "flying", cause: "pilot" } as const;
      const changed = recorded({ kind: "phase-changed", ...ended });
      return { state: { ...state, phase: "flying" }, effects: [order, changed, answer] };
    }
    case "release-stop":
      return {
        state: { ...state, stop: { ...state.stop, latched: false } },
        effects: [recorded({ kind: "stop-released" }), answer],
      };
  }
}

function enterPhase(
  state: GatewayState,
  phase: "taking-off" | "landing",
  answer: GatewayEffect,
): Change {
  return {
    state: { ...state, phase },
    effects: [
      { kind: "order-autopilot", order: phase === "landing" ? "land" : "take-off" },
      recorded({ kind: "phase-changed", from: state.phase, to: phase, cause: "pilot" }),
      answer,
    ],
  };
}

function refusalOf(
  state: GatewayState,
  command: PilotCommand,
  atMs: MonotonicMs,
): CommandRefusal | undefined {
  const { vehicle, phase } = state;
  const lease = heldLease(state);
  if (!lease) return "no-lease";
  if (state.peer.state !== "open" || !state.peer.proved) return "not-proved";
  if (vehicle.mode === "unknown") return "vehicle-unknown";
  if (isLate(state, command, atMs)) return "too-late";
  switch (command.op) {
    case "take-off":
      if (hasSafetyPilot(state)) return "safety-pilot-has-control";
      if (odometryLock(state, atMs)) return "no-position"; // [LG11] No arming.
      if (state.stop.latched) return "stop-latched";
      if (phase !== "grounded") return "not-on-the-ground";
      if (state.setup.vehicle.isContradicted) return "brakes-contradicted"; // [LG6]
      // [AU3] [LG2] A climb that the next tick would break off is none: the sticks must act first.
      return lockCause(state, atMs) ? "link-unsettled" : wallsOfClimb(lease.limits, vehicle);
    case "land":
      if (hasSafetyPilot(state)) return "safety-pilot-has-control";
      return isAtRest(state) || phase === "landing" ? "not-flying" : undefined;
    case "motors-off":
      if (hasSafetyPilot(state)) return "safety-pilot-has-control";
      // A height from before the odometry failed says nothing about the height now, and one above the
      // site's zero nothing about the height above the floor.
      if (!vehicle.pose || vehicle.restedUpM === undefined) return "vehicle-unknown";
      if (odometryLock(state, atMs)) return "no-position";
      // Nor does it where the vehicle left what it stood on: below that the floor may be far.
      return Math.abs(vehicle.pose.position.upM - vehicle.restedUpM) > motorsOffHeightMMax
        ? "too-high"
        : undefined;
    case "release-stop":
      if (!state.stop.latched) return "stop-not-latched";
      // The lanes overtake one another: an act that meant an earlier stop does not release this one.
      if (command.stopSequence < state.stop.sequence) return "stop-latched";
      if (isJustStoppedByOthers(state, atMs)) return "stop-latched";
      return hasCentredSticks(state, atMs) ? undefined : "sticks-not-centred";
  }
}

/** [LG1] (b) What the pilot wished then need not be what they wish now; to land is always safe. */
function isLate(state: GatewayState, command: PilotCommand, atMs: MonotonicMs): boolean {
  if (command.op === "land" || command.beaconSequence === undefined) return false;
  const beacon = state.beacons.find(({ sequence }) => sequence === command.beaconSequence);
  return !beacon || atMs - beacon.atMs > provableAgeMsMax;
}

/** Turning motors may be landed wherever the vehicle is said to be. */
export const isAtRest = ({ phase, vehicle }: GatewayState): boolean =>
  phase === "grounded" && !vehicle.armed;

/** [LG6] The autopilot climbs by itself, and asks no wall of ours on its way. */
function wallsOfClimb(limits: LeaseLimits, vehicle: VehicleView): CommandRefusal | undefined {
  const { pose, restedUpM } = vehicle;
  if (!pose) return "vehicle-unknown";
  if (limits.speedMpsMax === 0) return "no-speed";
  const toUpM = (restedUpM ?? pose.position.upM) + takeOffHeightM;
  return isClimbFree(limits, pose.position, toUpM, keepOf(pose)) ? undefined : "no-room";
}

/** [AU3] [AU4] A release that comes so soon after it cannot have meant it. */
const isJustStoppedByOthers = ({ stop }: GatewayState, atMs: MonotonicMs): boolean =>
  stop.byOthersAtMs !== undefined && atMs - stop.byOthersAtMs < othersStopMsMin;

/** Now, and not when the link was last good. */
const hasCentredSticks = (state: GatewayState, atMs: MonotonicMs): boolean =>
  state.acting !== undefined &&
  commandAgeMs(state, atMs) <= estimatedAgeMsMax &&
  atMs - state.acting.provableSinceMs <= provableAgeMsMax &&
  areCentred(state.acting.frame.sticks);
