import { type Change, type GatewayState, recorded, unchanged } from "./gateway-state.ts";

/** [LG4] Stop: brake to zero and hold, latched. Whichever lane brings it, the first one counts. */
export function latchStop(state: GatewayState, stopSequence: number): Change {
  if (stopSequence <= state.stop.sequence) return unchanged(state);
  return {
    state: { ...state, stop: { sequence: stopSequence, latched: true } },
    effects: [recorded({ kind: "stop-latched", cause: "pressed", stopSequence })],
  };
}

/**
 * [AU7] [LG4] A guard that begins with the vehicle in the air cannot know whether a stop stands, for
 * its forerunner died with that knowledge: it takes it that one does. Storing every stop would not
 * do, for the process may have died before one was stored.
 */
export function latchFoundFlying(state: GatewayState): Change {
  const { sequence: stopSequence } = state.stop;
  return {
    state: { ...state, stop: { sequence: stopSequence, latched: true } },
    effects: [recorded({ kind: "stop-latched", cause: "found-flying", stopSequence })],
  };
}
