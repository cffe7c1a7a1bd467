import type { GatewayState } from "@pista/flight";
import type { SentFrame } from "./storm-pilot.ts";

/** A frame that acts, and when it was sampled by the guard's estimate. */
export type Acted = { readonly sent: SentFrame; readonly estimatedAtMs: number };

export function actedOf({ clock }: GatewayState, atMs: number, sent: SentFrame): Acted {
  const offsetMs = clock.estimate?.offsetMs ?? Number.NaN;
  return { sent, estimatedAtMs: Math.min(atMs, sent.frame.sampledAtBrowserMs + offsetMs) };
}
