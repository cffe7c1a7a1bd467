import type { MonotonicMs } from "@pista/kernel";
import type { GatewayState } from "./gateway-state.ts";
import { frozenMs, wakingMs } from "./limits.ts";

/** A process that stood still decides nothing for the vehicle before it has heard what it missed. */
export function watchFreeze(state: GatewayState, atMs: MonotonicMs): GatewayState {
  const { steppedAtMs = atMs, wokeAtMs } = state;
  const hasStoodStill = atMs - steppedAtMs > frozenMs;
  return { ...state, steppedAtMs: atMs, wokeAtMs: hasStoodStill ? atMs : wokeAtMs };
}

export const isWaking = ({ wokeAtMs }: GatewayState, atMs: MonotonicMs): boolean =>
  wokeAtMs !== undefined && atMs - wokeAtMs < wakingMs;
