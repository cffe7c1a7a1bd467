import { expect, test } from "vitest";
import { brakeWords } from "./brake-words.ts";
import type { MessageId } from "./en.ts";
import { createFormats } from "./formats.ts";
import { createLanguageStore, speak } from "./language.ts";

const wordsIn = async (language: "en" | "it") => {
  const i18n = createLanguageStore();
  await speak(i18n, language);
  const say = (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
  return { say, formats: createFormats(language) };
};

const kept = { state: "kept", brakings: 3, fastestMps: 1.79, wayShare: 0.88 } as const;
const worse = { state: "worse", measuredMps2: 1.1, declaredMps2: 1.5 } as const;

test("[LG6] the brakes are one line, in both languages", async () => {
  const [english, italian] = [await wordsIn("en"), await wordsIn("it")];
  expect(brakeWords(english, { state: "untested" })).toBe("Brakes: not yet tested in flight.");
  expect(brakeWords(english, kept)).toBe(
    "Brakes: 3 tests, up to 1.8 m/s, 12 % better than declared.",
  );
  expect(brakeWords(english, { ...kept, brakings: 1 })).toContain("1 test,");
  expect(brakeWords(english, worse)).toContain("1.1 m/s² measured, 1.5 declared");
  expect(brakeWords(italian, kept)).toBe(
    "Freni: 3 prove, fino a 1,8 m/s, 12 % meglio del dichiarato.",
  );
  expect(brakeWords(italian, worse)).toContain("1,1 m/s² misurati, 1,5 dichiarati");
});
