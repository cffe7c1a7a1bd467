import { type EpochMs, epochMs } from "./time.ts";

/** ISO 8601: Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Minutes after local midnight, 0 to 1,440. */
export type MinuteOfDay = number;

/**
 * When something may happen, as the city writes it: weekdays and hours of the wall clock in
 * Europe/Rome, from one day to another (both included). What holds is the half-open UTC interval
 * that the rule gives on each day: on the night the clocks change a window is an hour shorter or
 * longer, as the clock on the wall says.
 */
export type WindowRule = {
  readonly timeZone: "Europe/Rome";
  readonly weekdays: readonly Weekday[];
  readonly fromMinute: MinuteOfDay;
  readonly toMinute: MinuteOfDay;
  /** Local calendar days, "2026-11-22". */
  readonly firstDay: string;
  readonly lastDay: string;
};

/** Half-open: `fromMs` belongs to it, `toMs` does not. */
export type Interval = { readonly fromMs: EpochMs; readonly toMs: EpochMs };

export type LocalTime = { day: string; weekday: Weekday; minute: MinuteOfDay };

const dayMs = 86_400_000;
const minuteMs = 60_000;

const romeFormat = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/Rome",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** What calendar and clock on the wall say in Turin. */
export function romeTime(at: EpochMs): LocalTime {
  const parts = Object.fromEntries(romeFormat.formatToParts(at).map((p) => [p.type, p.value]));
  const day = `${parts.year}-${parts.month}-${parts.day}`;
  return {
    day,
    weekday: weekdayOf(day),
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

function weekdayOf(day: string): Weekday {
  const sundayIsZero = new Date(Date.parse(`${day}T00:00:00Z`)).getUTCDay();
  // The remainder is 0 to 6, so the sum is one of the seven.
  return (((sundayIsZero + 6) % 7) + 1) as Weekday;
}

/** Counted on the calendar: 24 hours from a late evening may skip the short day of spring. */
const dayAfter = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);

/** The first instant at which the wall clock of that day reads `minute` or later. */
function romeInstant(day: string, minute: MinuteOfDay): EpochMs {
  const asIfUtcMs = Date.parse(`${day}T00:00:00Z`) + minute * minuteMs;
  // Rome is one or two hours ahead of UTC; the earlier candidate wins where both read the same.
  for (const offsetMs of [2 * 3_600_000, 3_600_000]) {
    const candidate = epochMs(asIfUtcMs - offsetMs);
    if (wallMs(candidate) === asIfUtcMs) return candidate;
  }
  // The spring change skips 02:00 to 03:00: the first later reading is that of 01:00 UTC.
  return epochMs(Math.floor((asIfUtcMs - 3_600_000) / 3_600_000) * 3_600_000);
}

/** The wall clock's reading at an instant, written as if it were UTC. */
function wallMs(at: EpochMs): number {
  const { day, minute } = romeTime(at);
  return Date.parse(`${day}T00:00:00Z`) + minute * minuteMs;
}

function intervalOn(day: string, rule: WindowRule): Interval {
  return { fromMs: romeInstant(day, rule.fromMinute), toMs: romeInstant(day, rule.toMinute) };
}

const isOn = (day: string, rule: WindowRule): boolean =>
  day >= rule.firstDay && day <= rule.lastDay && rule.weekdays.includes(weekdayOf(day));

/** Days that one opening may span; whoever relies on it asks again after them. */
const joinedDaysMax = 7;

/**
 * The interval that holds at `at`, or undefined when the window is closed then. A window until
 * midnight that opens at midnight has not closed in between, so such days are joined.
 */
export function openInterval(rule: WindowRule, at: EpochMs): Interval | undefined {
  const { day } = romeTime(at);
  if (!isOn(day, rule)) return undefined;
  const { fromMs, toMs } = intervalOn(day, rule);
  if (at < fromMs || at >= toMs) return undefined;
  let endMs = toMs;
  for (let ahead = 1; ahead <= joinedDaysMax; ahead++) {
    const next = dayAfter(day, ahead);
    const following = intervalOn(next, rule);
    if (!isOn(next, rule) || following.fromMs !== endMs) break;
    endMs = following.toMs;
  }
  return { fromMs, toMs: endMs };
}

/** When the window opens next, strictly after `at` and within a year; undefined when it does not. */
export function nextOpening(rule: WindowRule, at: EpochMs): EpochMs | undefined {
  const today = romeTime(at).day;
  for (let ahead = 0; ahead <= 366; ahead++) {
    const day = dayAfter(today, ahead);
    if (day > rule.lastDay) return undefined;
    if (!isOn(day, rule)) continue;
    const { fromMs, toMs } = intervalOn(day, rule);
    // A window within the hour that the spring change skips does not open that day.
    if (fromMs > at && fromMs < toMs) return fromMs;
  }
  return undefined;
}
