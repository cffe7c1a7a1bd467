import type { GatewayEvent } from "@pista/flight";
import { epochMs, monotonicMs } from "@pista/kernel";

/** A machine's clock: its own pace, and now and then it is set. */
export type ClockPlan = {
  readonly driftPpm: number;
  readonly jumps: readonly { readonly atMs: number; readonly byMs: number }[];
};

/** What a quartz may be wrong by. */
export const driftPpmMax = 50;

export function readClock({ driftPpm, jumps }: ClockPlan, trueMs: number): number {
  let jumpedMs = 0;
  for (const jump of jumps) if (trueMs >= jump.atMs) jumpedMs += jump.byMs;
  return trueMs * (1 + driftPpm / 1e6) + jumpedMs;
}

/** When a clock that nobody sets reads that. */
export const trueMsAt = ({ driftPpm }: ClockPlan, readMs: number): number =>
  readMs / (1 + driftPpm / 1e6);

/** The hub's clock; its readings are near 2025. */
export const hubNowMs = (clock: ClockPlan, trueMs: number) =>
  epochMs(1_750_000_000_000 + Math.round(readClock(clock, trueMs)));

/** An event of the storm's own time as a gateway hears it, which has its own clock alone. */
export function onClock(event: GatewayEvent, clock: ClockPlan): GatewayEvent {
  const atMs = monotonicMs(readClock(clock, event.atMs));
  return event.kind === "successor-heard"
    ? { ...event, event: { ...event.event, atMs }, atMs }
    : { ...event, atMs };
}
