import { isAtRest } from "./commands.ts";
import {
  type Change,
  type GatewayEvent,
  type GatewayState,
  recorded,
  unchanged,
} from "./gateway-state.ts";
import type { CommandRefusal } from "./pilot-channel.ts";

type LocalActEvent = Extract<GatewayEvent, { kind: "local-act" }>;

/**
 * [AU4] Whoever stands at the site may stop and land, with or without a pilot or a hub. To land is to
 * stop as well: should the landing be refused or broken off the vehicle holds, and once it has landed
 * there is no take-off, until the remote pilot releases that stop.
 */
export function receiveLocalAct(before: GatewayState, { act, atMs }: LocalActEvent): Change {
  const stop = { ...before.stop, latched: true, pressedAtMs: atMs, byOthersAtMs: atMs };
  const state: GatewayState = { ...before, stop };
  const { sequence: stopSequence } = stop;
  const stopped = recorded({ kind: "stop-latched", cause: "local", stopSequence });
  const landed = act === "land" ? landLocally(state) : unchanged(state);
  return { state: landed.state, effects: [stopped, ...landed.effects] };
}

/** Ordered once: a landing that is under way is insisted on by itself. */
function landLocally(state: GatewayState): Change {
  if (state.phase === "landing") return unchanged(state);
  const cause = refusalOf(state);
  if (cause) return { state, effects: [recorded({ kind: "local-land-refused", cause })] };
  const { phase: from } = state;
  return {
    state: { ...state, phase: "landing", diversion: undefined, holdingSinceMs: undefined },
    effects: [
      { kind: "order-autopilot", order: "land" },
      recorded({ kind: "phase-changed", from, to: "landing", cause: "local" }),
    ],
  };
}

function refusalOf(state: GatewayState): CommandRefusal | undefined {
  const { vehicle } = state;
  if (vehicle.mode === "unknown") return "vehicle-unknown";
  if (vehicle.isSafetyPilots) return "safety-pilot-has-control";
  return isAtRest(state) ? "not-flying" : undefined;
}
