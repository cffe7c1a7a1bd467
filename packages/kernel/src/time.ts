import type { Brand } from "./brand.ts";

/** Milliseconds since 1970-01-01T00:00:00Z, as clocks on the wall tell them. */
export type EpochMs = Brand<number, "EpochMs">;

/**
 * Milliseconds of one machine's clock that only moves forward, from a start of its own. Two
 * machines' values never compare: the brand keeps them from meeting an `EpochMs`, and whoever
 * receives one from elsewhere names it so (`browserMs`, for instance).
 */
export type MonotonicMs = Brand<number, "MonotonicMs">;

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const monotonicMs = (value: number): MonotonicMs => value as MonotonicMs;

export type Cancel = () => void;

/** Time as an argument. A test's clock runs an hour in a millisecond. */
export interface Clock {
  nowMs(): EpochMs;
  monotonicMs(): MonotonicMs;
  /** Runs once, `delayMs` from now or later. */
  after(delayMs: number, run: () => void): Cancel;
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * An RFC 3339 date-time (section 5.6), or undefined when it is not one. Stricter than
 * `Date.parse`: an offset is required, and a day that the calendar lacks is refused.
 */
export function parseRfc3339(text: string): EpochMs | undefined {
  const match = rfc3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const inRange =
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= daysInMonth &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59;
  if (!inRange) return undefined;
  const parsed = Date.parse(text.toUpperCase());
  return Number.isNaN(parsed) ? undefined : epochMs(parsed);
}

/** The same instant as RFC 3339 in UTC with milliseconds. */
export const formatRfc3339 = (at: EpochMs): string => new Date(at).toISOString();
