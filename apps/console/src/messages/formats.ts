import type { Language } from "./language.ts";

/** The city's clock, whatever the reader's own: Turin lives by it. */
export const cityTimeZone = "Europe/Rome";

const localeOf: Record<Language, string> = { en: "en-GB", it: "it-IT" };

export type Formats = {
  /** "14:32:08" */
  readonly timeOfDay: (at: Date | number) => string;
  /** "14:32" */
  readonly hourAndMinute: (at: Date | number) => string;
  /** "22 Nov 2026, 14:32" */
  readonly dayAndTime: (at: Date | number) => string;
  /** A calendar day without a zone, "2026-12-31" -> "31 Dec 2026". */
  readonly calendarDay: (day: string) => string;
  /** "Mon"; Monday is 1. */
  readonly weekday: (weekday: number) => string;
  readonly whole: (value: number) => string;
  /** With one digit behind the separator. */
  readonly tenths: (value: number) => string;
  /** 0.83 -> "83 %" */
  readonly percent: (share: number) => string;
};

export function createFormats(language: Language): Formats {
  const locale = localeOf[language];
  const inCity = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone: cityTimeZone, hourCycle: "h23", ...options });
  const clock = inCity({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const shortClock = inCity({ hour: "2-digit", minute: "2-digit" });
  const moment = inCity({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "short" });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return {
    timeOfDay: (at) => clock.format(at),
    hourAndMinute: (at) => shortClock.format(at),
    dayAndTime: (at) => moment.format(at),
    calendarDay: (text) => day.format(new Date(`${text}T00:00:00Z`)),
    // 5 January 1970 was a Monday.
    weekday: (number) => weekday.format(new Date(Date.UTC(1970, 0, 4 + number))),
    whole: (value) => whole.format(value),
    tenths: (value) => tenths.format(value),
    percent: (share) => `${whole.format(share * 100)} %`,
  };
}

const dayFormat = new Intl.DateTimeFormat("en-CA", {
  timeZone: cityTimeZone,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** Which day it is in the city: "2026-11-22". */
export const cityDay = (at: Date | number): string => dayFormat.format(at);
