import type { TrialView } from "@pista/contracts";
import type { Words } from "./use-words.ts";

type WindowView = TrialView["window"];

const minutesADay = 1_440;

/** When a trial may act, as one says it: "Mon to Fri 08:00–20:00, until 31 Dec 2026". */
export function windowWords(
  words: Pick<Words, "say" | "formats">,
  window: WindowView,
  today: string,
): string {
  const { say, formats } = words;
  const values = {
    days: weekdayWords(words, window.weekdays),
    from: clockWords(window.fromMinute),
    to: clockWords(window.toMinute),
    first: formats.calendarDay(window.firstDay),
    last: formats.calendarDay(window.lastDay),
  };
  const isAllDay = window.fromMinute === 0 && window.toMinute === minutesADay;
  const hasBegun = window.firstDay <= today;
  if (isAllDay) return say(hasBegun ? "window.ruleAllDay" : "window.ruleAllDayFrom", values);
  return say(hasBegun ? "window.rule" : "window.ruleFrom", values);
}

/** 480 -> "08:00"; 1440 -> "24:00", which is the end of a day and not the start of the next. */
export function clockWords(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Runs of three and more become a range: "Mon to Fri", "Mon, Wed", "Every day". */
export function weekdayWords(
  { say, formats }: Pick<Words, "say" | "formats">,
  weekdays: readonly number[],
): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b);
  if (days.length === 7) return say("window.everyDay");
  const said = runsOf(days).flatMap(([first, last]) =>
    last - first >= 2
      ? [say("window.range", { from: formats.weekday(first), to: formats.weekday(last) })]
      : first === last
        ? [formats.weekday(first)]
        : [formats.weekday(first), formats.weekday(last)],
  );
  return capitalised(said.join(", "));
}

/** Italian writes weekdays small; at the head of a line they are capitalised all the same. */
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function runsOf(days: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && run[1] === day - 1) run[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}
