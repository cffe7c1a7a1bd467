import { describe, expect, test } from "vitest";
import { ageWords, agoWords } from "./age-words.ts";
import type { MessageId } from "./en.ts";
import { createFormats } from "./formats.ts";
import { createLanguageStore, speak } from "./language.ts";
import { clockWords, weekdayWords, windowWords } from "./window-words.ts";

const wordsIn = async (language: "en" | "it") => {
  const i18n = createLanguageStore();
  await speak(i18n, language);
  const say = (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
  return { say, formats: createFormats(language) };
};

const window = {
  timeZone: "Europe/Rome" as const,
  weekdays: [1, 2, 3, 4, 5],
  fromMinute: 480,
  toMinute: 1_200,
  firstDay: "2026-11-01",
  lastDay: "2026-12-31",
};

describe("a window in words", () => {
  test("in both languages", async () => {
    expect(windowWords(await wordsIn("en"), window, "2026-11-22")).toBe(
      "Mon to Fri 08:00–20:00, until 31 Dec 2026",
    );
    expect(windowWords(await wordsIn("it"), window, "2026-11-22")).toBe(
      "Da lun a ven 08:00–20:00, fino al 31 dic 2026",
    );
  });

  test("one that has not begun says from when", async () => {
    expect(windowWords(await wordsIn("en"), window, "2026-10-01")).toBe(
      "Mon to Fri 08:00–20:00, from 1 Nov 2026 until 31 Dec 2026",
    );
  });

  test("the whole day, every day", async () => {
    const always = { ...window, weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1_440 };
    expect(windowWords(await wordsIn("en"), always, "2026-11-22")).toBe(
      "Every day all day, until 31 Dec 2026",
    );
  });

  test("scattered days are listed, in order and once", async () => {
    const words = await wordsIn("en");
    expect(weekdayWords(words, [6, 1, 2, 6])).toBe("Mon, Tue, Sat");
    expect(weekdayWords(words, [1, 3, 4, 5, 7])).toBe("Mon, Wed to Fri, Sun");
    expect(weekdayWords(words, [])).toBe("");
  });

  test("a day ends at 24:00", () => {
    expect([0, 65, 1_440].map(clockWords)).toEqual(["00:00", "01:05", "24:00"]);
  });
});

test("ages are said in the largest unit that still tells something", async () => {
  const words = await wordsIn("en");
  expect(
    [0, 4_999, 5_000, 360_000, 7_800_000, 260_000_000].map((ms) => ageWords(words, ms)),
  ).toEqual(["just now", "just now", "5 s", "6 min", "2 h 10 min", "3 days"]);
  expect(agoWords(words, 360_000)).toBe("6 min ago");
  expect(agoWords(words, 10)).toBe("just now");
});
