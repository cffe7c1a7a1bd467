import { expect, test } from "vitest";
import type { MessageId } from "../messages/en.ts";
import { createFormats } from "../messages/formats.ts";
import { createLanguageStore, speak } from "../messages/language.ts";
import { rulesWords } from "./rule-words.ts";

const rule = { policyId: "p", policyName: "P", userClasses: [], maxStayMinutes: null };
const rules = [
  { ...rule, activity: "loading" as const, userClasses: ["delivery"], maxStayMinutes: 30 },
  { ...rule, activity: "parking" as const, userClasses: ["school_bus"] },
  { ...rule, activity: "no-parking" as const },
];

test.each([
  [
    "en" as const,
    ["Loading, for deliveries, at most 30 min", "Parking, for school bus", "No parking for others"],
    "Parking, at most 2 h",
  ],
  [
    "it" as const,
    [
      "Carico, per consegne, al massimo 30 min",
      "Sosta, per school bus",
      "Divieto di sosta per gli altri",
    ],
    "Sosta, al massimo 2 h",
  ],
])("rules are said in plain words: %s", async (language, several, alone) => {
  const i18n = createLanguageStore();
  await speak(i18n, language);
  const say = (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
  const words = { say, formats: createFormats(language) };
  expect(rulesWords(words, rules)).toEqual(several);
  const paid = { ...rule, activity: "parking" as const, maxStayMinutes: 120 };
  expect(rulesWords(words, [paid])).toEqual([alone]);
});
