import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EpochMs, epochMs } from "./time.ts";
import { nextOpening, openInterval, type Weekday, type WindowRule } from "./window.ts";

const at = (text: string): EpochMs => epochMs(Date.parse(text));
const hours = (count: number): number => count * 60;

const everyDay: WindowRule = {
  timeZone: "Europe/Rome",
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  fromMinute: hours(8),
  toMinute: hours(18),
  firstDay: "2026-01-01",
  lastDay: "2026-12-31",
};
const rule = (changes: Partial<WindowRule>): WindowRule => ({ ...everyDay, ...changes });
const lengthMin = (window: WindowRule, inside: string): number | undefined => {
  const interval = openInterval(window, at(inside));
  return interval && (interval.toMs - interval.fromMs) / 60_000;
};

describe("a window", () => {
  test("its first instant belongs to it, its last does not", () => {
    const opens = at("2026-07-01T06:00:00Z");
    const closes = at("2026-07-01T16:00:00Z");
    expect(openInterval(everyDay, epochMs(opens - 1))).toBeUndefined();
    expect(openInterval(everyDay, opens)).toEqual({ fromMs: opens, toMs: closes });
    expect(openInterval(everyDay, epochMs(closes - 1))).toEqual({ fromMs: opens, toMs: closes });
    expect(openInterval(everyDay, closes)).toBeUndefined();
  });

  test("it knows weekdays by the city's calendar, not by UTC's", () => {
    // Monday 00:30 in Rome is Sunday evening in UTC.
    const mondays = rule({ weekdays: [1], fromMinute: 0, toMinute: 60 });
    expect(openInterval(mondays, at("2026-07-05T22:30:00Z"))).toBeDefined();
    expect(openInterval(mondays, at("2026-07-06T22:30:00Z"))).toBeUndefined();
  });

  test("first and last day are both included", () => {
    const one = rule({ firstDay: "2026-07-01", lastDay: "2026-07-01" });
    expect(openInterval(one, at("2026-06-30T10:00:00Z"))).toBeUndefined();
    expect(openInterval(one, at("2026-07-01T10:00:00Z"))).toBeDefined();
    expect(openInterval(one, at("2026-07-02T10:00:00Z"))).toBeUndefined();
  });

  test("days that meet at midnight are one opening, for a week and a day at most", () => {
    const whole = rule({ fromMinute: 0, toMinute: hours(24) });
    const open = openInterval(whole, at("2026-07-01T12:00:00Z"));
    expect(open?.fromMs).toBe(at("2026-06-30T22:00:00Z"));
    expect(open?.toMs).toBe(at("2026-07-08T22:00:00Z"));
    const weekdays = { ...whole, weekdays: [1, 2, 3, 4, 5] as const };
    const friday = openInterval(weekdays, at("2026-07-03T12:00:00Z"));
    expect(friday?.toMs).toBe(at("2026-07-03T22:00:00Z"));
  });

  test("days that do not meet at midnight are not joined", () => {
    const almost = rule({ fromMinute: 1, toMinute: hours(24) });
    expect(lengthMin(almost, "2026-07-01T12:00:00Z")).toBe(hours(24) - 1);
  });

  test.each<[string, Partial<WindowRule>, string, number | undefined]>([
    [
      "spring, over the gap",
      { fromMinute: hours(1), toMinute: hours(4) },
      "2026-03-29T00:30:00Z",
      120,
    ],
    ["spring, into the gap", { fromMinute: hours(1), toMinute: 150 }, "2026-03-29T00:30:00Z", 60],
    ["spring, out of the gap", { fromMinute: 150, toMinute: hours(4) }, "2026-03-29T01:30:00Z", 60],
    ["spring, in the gap", { fromMinute: 120, toMinute: 180 }, "2026-03-29T01:00:00Z", undefined],
    [
      "spring, the whole day",
      { weekdays: [7], fromMinute: 0, toMinute: 1440 },
      "2026-03-29T12:00:00Z",
      23 * 60,
    ],
    [
      "autumn, over the fold",
      { fromMinute: hours(1), toMinute: hours(4) },
      "2026-10-25T00:30:00Z",
      240,
    ],
    [
      "autumn, out of the fold",
      { fromMinute: 150, toMinute: hours(4) },
      "2026-10-25T01:15:00Z",
      150,
    ],
    ["autumn, into the fold", { fromMinute: hours(1), toMinute: 150 }, "2026-10-25T00:15:00Z", 90],
    [
      "autumn, the whole day",
      { weekdays: [7], fromMinute: 0, toMinute: 1440 },
      "2026-10-25T12:00:00Z",
      25 * 60,
    ],
  ])("when the clocks change: %s", (_, changes, inside, minutes) => {
    expect(lengthMin(rule(changes), inside)).toBe(minutes);
  });
});

describe("the next opening", () => {
  test("is strictly later, today or on a later day", () => {
    const opens = at("2026-07-01T06:00:00Z");
    expect(nextOpening(everyDay, epochMs(opens - 1))).toBe(opens);
    expect(nextOpening(everyDay, opens)).toBe(at("2026-07-02T06:00:00Z"));
  });

  test("passes over weekdays, waits for the first day and knows the last", () => {
    expect(nextOpening(rule({ weekdays: [7] }), at("2026-07-06T00:00:00Z"))).toBe(
      at("2026-07-12T06:00:00Z"),
    );
    expect(nextOpening(everyDay, at("2025-12-01T00:00:00Z"))).toBe(at("2026-01-01T07:00:00Z"));
    expect(nextOpening(everyDay, at("2026-12-31T07:00:00Z"))).toBeUndefined();
  });

  test("late on the eve of the short day it is still that day's", () => {
    const eve = at("2026-03-28T22:30:00Z"); // 23:30 in Rome; 24 hours later it is Monday.
    expect(nextOpening(everyDay, eve)).toBe(at("2026-03-29T06:00:00Z"));
  });

  test("a window that the clocks skip does not open that day", () => {
    const inTheGap = rule({ fromMinute: 120, toMinute: 180 });
    expect(nextOpening(inTheGap, at("2026-03-28T12:00:00Z"))).toBe(at("2026-03-30T00:00:00Z"));
  });
});

const wall = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Rome",
  dateStyle: "short",
  timeStyle: "short",
});

/**
 * The rule read minute by minute off the clock on the wall: each day's interval begins with the
 * first minute that reads its begin or later, and ends with the first that reads its end or later.
 */
function scanned(window: WindowRule, fromMs: number, days: number) {
  const open: { fromMs: number; toMs: number }[] = [];
  const seen = new Map<string, { fromMs?: number; toMs?: number }>();
  for (let minuteMs = fromMs; minuteMs < fromMs + days * 86_400_000; minuteMs += 60_000) {
    const [day = "", time = ""] = wall.format(minuteMs).split(" ");
    const [hour, minute] = time.split(":").map(Number);
    const reading = Number(hour) * 60 + Number(minute);
    const known = seen.get(day) ?? {};
    // The day before ends with this one's first minute, whatever it did not reach.
    if (!seen.has(day)) for (const other of seen.values()) other.toMs ??= minuteMs;
    seen.set(day, known);
    if (reading >= window.fromMinute) known.fromMs ??= minuteMs;
    if (reading >= window.toMinute) known.toMs ??= minuteMs;
  }
  for (const [day, { fromMs: begin, toMs: end }] of [...seen].slice(1, -1)) {
    const weekday = ((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7) + 1;
    const counts = window.weekdays.some((known) => known === weekday);
    if (!counts || day < window.firstDay || day > window.lastDay) continue;
    if (begin !== undefined && end !== undefined && begin < end)
      open.push({ fromMs: begin, toMs: end });
  }
  return open;
}

describe("against a clock on the wall", () => {
  const weekdays = fc.subarray<Weekday>([1, 2, 3, 4, 5, 6, 7], { minLength: 1 });
  const minute = fc.oneof(
    fc.integer({ min: 0, max: 1_440 }),
    fc.integer({ min: 55, max: 245 }), // The hours that the changes touch come often.
  );
  const aroundChanges = fc.constantFrom(
    "2026-03-26T23:00:00Z",
    "2026-10-22T22:00:00Z",
    "2027-03-25T23:00:00Z",
    "2026-07-10T22:00:00Z",
  );

  test("openInterval and nextOpening are what a scan of every minute finds", () => {
    fc.assert(
      fc.property(weekdays, minute, minute, aroundChanges, (days, a, b, start) => {
        // Whole days are joined, which the scan does not do; they have a test of their own.
        fc.pre(Math.abs(a - b) < 1_440);
        const window = rule({
          weekdays: days,
          fromMinute: Math.min(a, b),
          toMinute: Math.max(a, b),
          lastDay: "2027-12-31",
        });
        const startMs = Date.parse(start);
        const open = scanned(window, startMs, 6);
        for (
          let atMs = startMs + 26 * 3_600_000;
          atMs < startMs + 95 * 3_600_000;
          atMs += 23 * 60_000
        ) {
          const moment = epochMs(atMs);
          const expected = open.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
          expect(openInterval(window, moment)).toEqual(expected);
          const next = open.find(({ fromMs }) => fromMs > atMs);
          if (next) expect(nextOpening(window, moment)).toBe(next.fromMs);
        }
      }),
      { numRuns: 12 },
    );
  });
});
