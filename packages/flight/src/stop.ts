import { type Change, type GatewayState, recorded, unchanged } from "./gateway-state.ts";

/** [LG4] Stop: brake to zero and hold, latched. Whichever lane brings it, the first one counts. */
export function latchStop(state: GatewayState, stopSequence: number): Change {
  if (stopSequence <= state.stop.sequence) return unchanged(state);
  return {
    state: { ...state, stop: { sequence: stopSequence, latched: true } },
    effects: [recorded({ kind: "stop-latched", stopSequence })],
  };
}
