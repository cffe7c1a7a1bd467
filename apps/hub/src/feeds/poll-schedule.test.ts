import { epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  backOffMsMax,
  type FeedState,
  nextPoll,
  type PollOutcome,
  parseRetryAfter,
  pollPeriodMs,
  retryAfterMsMax,
} from "./poll-schedule.ts";

const nowMs = epochMs(Date.parse("2026-11-22T12:00:00Z"));
const starting: FeedState = { state: "starting" };
const failed = (retryAfterMs = 0): PollOutcome => ({
  kind: "failed",
  cause: "http-status",
  detail: "It answered with 500.",
  retryAfterMs,
});

/** The delays of so many failures in a row. */
function delaysOf(count: number, draw: number): number[] {
  const delays: number[] = [];
  let state = starting;
  let atMs = nowMs;
  for (let failure = 0; failure < count; failure++) {
    const next = nextPoll(state, failed(), atMs, draw);
    delays.push(next.pollAtMs - atMs);
    state = next;
    atMs = next.pollAtMs;
  }
  return delays;
}

describe("when a feed is asked next", () => {
  test("a feed that is well is asked every period, whether it had news or not", () => {
    for (const kind of ["taken-in", "unchanged"] as const) {
      expect(nextPoll(starting, { kind }, nowMs, 0.5)).toEqual({
        state: "well",
        lastSuccessAtMs: nowMs,
        pollAtMs: nowMs + pollPeriodMs,
      });
    }
  });

  test("each failure doubles the delay up to its bound, and chance only spreads it", () => {
    expect(delaysOf(6, 0).map((ms) => ms / 60_000)).toEqual([2, 4, 7.5, 7.5, 7.5, 7.5]);
    expect(delaysOf(6, 0.999999).map((ms) => Math.round(ms / 60_000))).toEqual([
      4, 8, 15, 15, 15, 15,
    ]);
    expect(Math.max(...delaysOf(2_000, 0.999999))).toBeLessThanOrEqual(backOffMsMax);
    expect(Math.min(...delaysOf(2_000, 0))).toBeGreaterThanOrEqual(pollPeriodMs);
  });

  test("failing counts from its first failure and keeps the last success; a success ends it", () => {
    const well = nextPoll(starting, { kind: "taken-in" }, nowMs, 0);
    const first = nextPoll(well, failed(), epochMs(nowMs + 1), 0);
    const second = nextPoll(first, failed(), first.pollAtMs, 0);
    expect(second).toEqual({
      state: "failing",
      pollAtMs: first.pollAtMs + 2 * pollPeriodMs,
      lastSuccessAtMs: nowMs,
      sinceMs: nowMs + 1,
      attempts: 2,
      cause: "http-status",
      detail: "It answered with 500.",
    });
    const back = nextPoll(second, { kind: "taken-in" }, second.pollAtMs, 0);
    expect(back).toMatchObject({ state: "well", lastSuccessAtMs: second.pollAtMs });
    expect(back.pollAtMs - second.pollAtMs).toBe(pollPeriodMs);
  });

  test("Retry-After makes it later, never sooner, and not for ever", () => {
    const delay = (retryAfterMs: number) =>
      nextPoll(starting, failed(retryAfterMs), nowMs, 0).pollAtMs - nowMs;
    expect([delay(1_000), delay(600_000), delay(1e12)]).toEqual([
      pollPeriodMs,
      600_000,
      retryAfterMsMax,
    ]);
  });

  test.each([
    [undefined, 0],
    ["120", 120_000],
    ["Sun, 22 Nov 2026 12:10:00 GMT", 600_000],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["-5", 0],
    ["soon", 0],
    ["", 0],
  ])("Retry-After %j is %i ms", (text, expected) => {
    expect(parseRetryAfter(text, nowMs)).toBe(expected);
  });
});
