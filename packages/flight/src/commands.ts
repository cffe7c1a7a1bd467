import { heldLease } from "./authority.ts";
import {
  type Change,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  recorded,
} from "./gateway-state.ts";
import { motorsOffHeightMMax } from "./limits.ts";
import { areCentred, type CommandRefusal, type PilotCommand } from "./pilot-channel.ts";

type CommandEvent = Extract<GatewayEvent, { kind: "command-received" }>;

/** [LG4] The reliable lane: each command is answered, and a refusal says why. */
export function receiveCommand(state: GatewayState, event: CommandEvent): Change {
  const { command, commandId } = event;
  const refusal = refusalOf(state, command);
  const answer: GatewayEffect = { kind: "answer-command", commandId, refusal };
  if (refusal) return { state, effects: [answer] };
  switch (command.op) {
    case "take-off":
      return enterPhase(state, "taking-off", answer);
    case "land":
      return enterPhase(state, "landing", answer);
    case "motors-off":
      return { state, effects: [{ kind: "order-autopilot", order: "motors-off" }, answer] };
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

function refusalOf(state: GatewayState, command: PilotCommand): CommandRefusal | undefined {
  if (!heldLease(state)) return "no-lease";
  if (state.peer.state !== "open" || !state.peer.proved) return "not-proved";
  if (!state.vehicle.pose || state.vehicle.mode === "unknown") return "vehicle-unknown";
  const hasSafetyPilot = state.vehicle.mode === "other" && state.phase !== "grounded";
  switch (command.op) {
    case "take-off":
      if (state.stop.latched) return "stop-latched";
      return state.phase === "grounded" ? undefined : "not-on-the-ground";
    case "land":
      if (hasSafetyPilot) return "safety-pilot-has-control";
      return state.phase === "taking-off" || state.phase === "flying" ? undefined : "not-flying";
    case "motors-off":
      if (hasSafetyPilot) return "safety-pilot-has-control";
      return state.vehicle.pose.position.upM > motorsOffHeightMMax ? "too-high" : undefined;
    case "release-stop":
      if (!state.stop.latched) return "stop-not-latched";
      return state.acting && areCentred(state.acting.frame.sticks)
        ? undefined
        : "sticks-not-centred";
  }
}
