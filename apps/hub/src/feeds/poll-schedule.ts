import { type EpochMs, epochMs } from "@pista/kernel";

/** How a feed is doing. Whether it is being asked at this moment says nothing of that. */
export type FeedState = { readonly state: "starting" } | PolledState;

export type PolledState =
  | { readonly state: "well"; readonly lastSuccessAtMs: EpochMs; readonly pollAtMs: EpochMs }
  | {
      readonly state: "failing";
      /** Since this hub started. */
      readonly lastSuccessAtMs: EpochMs | undefined;
      readonly pollAtMs: EpochMs;
      readonly sinceMs: EpochMs;
      readonly attempts: number;
      readonly cause: string;
      readonly detail: string;
    };

export type PollOutcome =
  /** New readings were stored, or the source said that there are none. */
  | { readonly kind: "taken-in" | "unchanged" }
  | {
      readonly kind: "failed";
      readonly cause: string;
      readonly detail: string;
      /** What the source asked for; 0 where it did not. */
      readonly retryAfterMs: number;
    };

export const pollPeriodMs = 120_000;
export const backOffMsMax = 15 * 60_000;
/** A source that asks for more rest than this is asked all the same: it may be mistaken. */
export const retryAfterMsMax = 3_600_000;

/**
 * What follows from one answer. A failing source is asked at most as often as a well one, then half
 * as often with each failure, at a moment that `draw` in [0, 1) spreads, so that many hubs do not
 * come back to it at once.
 */
export function nextPoll(
  before: FeedState,
  outcome: PollOutcome,
  nowMs: EpochMs,
  draw: number,
): PolledState {
  if (outcome.kind !== "failed") {
    return { state: "well", lastSuccessAtMs: nowMs, pollAtMs: epochMs(nowMs + pollPeriodMs) };
  }
  const { cause, detail, retryAfterMs } = outcome;
  const earlier = before.state === "failing" ? before : { sinceMs: nowMs, attempts: 0 };
  const attempts = earlier.attempts + 1;
  const boundMs = Math.min(backOffMsMax, pollPeriodMs * 2 ** attempts);
  const backOffMs = Math.round((boundMs * (1 + draw)) / 2);
  const delayMs = Math.max(backOffMs, Math.min(retryAfterMs, retryAfterMsMax));
  return {
    state: "failing",
    lastSuccessAtMs: before.state === "starting" ? undefined : before.lastSuccessAtMs,
    pollAtMs: epochMs(nowMs + delayMs),
    sinceMs: earlier.sinceMs,
    attempts,
    cause,
    detail,
  };
}

/** Retry-After, in seconds or as a date (RFC 9110, section 10.2.3); 0 when it is neither. */
export function parseRetryAfter(text: string | undefined, nowMs: EpochMs): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs);
}
