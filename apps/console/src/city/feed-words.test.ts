import type { FeedView } from "@pista/contracts";
import { expect, test } from "vitest";
import type { MessageId } from "../messages/en.ts";
import { createFormats } from "../messages/formats.ts";
import { createLanguageStore, type Language, speak } from "../messages/language.ts";
import { feedWords } from "./feed-words.ts";

const well: FeedView = {
  ...{ id: "5t-car-parks", state: "well", failingSince: null, attempts: 0, cause: null },
  ...{ detail: null, lastSuccessAt: "2026-11-22T12:00:00.000Z", isStale: false },
  ...{ nextPollAt: "2026-11-22T12:02:00.000Z", newestReadingAt: "2026-11-22T11:55:00.000Z" },
};
const failing: FeedView = {
  ...well,
  ...{ state: "failing", failingSince: "2026-11-22T12:02:00.000Z", attempts: 3 },
};

async function wordsOf(language: Language, feed: FeedView): Promise<string | undefined> {
  const i18n = createLanguageStore();
  await speak(i18n, language);
  const say = (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
  return feedWords({ say, formats: createFormats(language) }, feed);
}

test("a feed that is well with fresh readings is not spoken of", async () => {
  expect(await wordsOf("en", well)).toBeUndefined();
  expect(
    await wordsOf("en", { ...well, state: "starting", newestReadingAt: null }),
  ).toBeUndefined();
});

test("a feed that fails says since when, in both languages and the city's time", async () => {
  expect(await wordsOf("en", failing)).toMatch(/since 22 Nov 2026, 13:02 \(3 attempts\)/);
  expect(await wordsOf("en", { ...failing, attempts: 1 })).toMatch(/\(1 attempt\)/);
  expect(await wordsOf("it", { ...failing, isStale: true })).toMatch(
    /22 nov 2026, 13:02 \(3 tentativi\)/,
  );
});

test("[BS2] a feed that answers with old readings only is not well", async () => {
  expect(await wordsOf("en", { ...well, isStale: true })).toMatch(/newest .* 22 Nov 2026, 12:55/);
  expect(await wordsOf("it", { ...well, isStale: true })).toMatch(/22 nov 2026, 12:55/);
});
