import type { MonotonicMs } from "@pista/kernel";
import { heldLease } from "./authority.ts";
import {
  type Change,
  type GatewayEvent,
  type GatewayState,
  recorded,
  unchanged,
} from "./gateway-state.ts";

type StopEvent = Extract<GatewayEvent, { kind: "stop-received" }>;

/** [LG4] Stop: brake to zero and hold, latched. Whichever lane brings it, the first one counts. */
export function latchStop(state: GatewayState, stopSequence: number, atMs: MonotonicMs): Change {
  if (stopSequence <= state.stop.sequence) return unchanged(state);
  return {
    state: {
      ...state,
      stop: { ...state.stop, sequence: stopSequence, latched: true, pressedAtMs: atMs },
    },
    effects: [recorded({ kind: "stop-latched", cause: "pressed", stopSequence })],
  };
}

/**
 * [AU2] [LG4] A stop that comes by itself. It is obeyed from whoever holds the lease or is being
 * handed it, and has proved it; their page repeats it until it is. Anybody else's could only harm: a
 * vehicle that nobody commands holds, diverts or lands.
 */
export function receiveStop(state: GatewayState, { stopSequence, atMs }: StopEvent): Change {
  const isProved = state.peer.state === "open" && state.peer.proved;
  if (heldLease(state) && isProved) return latchStop(state, stopSequence, atMs);
  const cause = isProved ? "no-lease" : "not-proved";
  return { state, effects: [recorded({ kind: "stop-refused", cause, stopSequence })] };
}

/**
 * [AU7] [LG4] A guard that begins with the vehicle in the air cannot know whether a stop stands, for
 * its forerunner died with that knowledge: it takes it that one does. Storing every stop would not
 * do, for the process may have died before one was stored.
 */
export function latchFoundFlying(state: GatewayState): Change {
  const { sequence: stopSequence } = state.stop;
  return {
    state: { ...state, stop: { ...state.stop, latched: true } },
    effects: [recorded({ kind: "stop-latched", cause: "found-flying", stopSequence })],
  };
}
