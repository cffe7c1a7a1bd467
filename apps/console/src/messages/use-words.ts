import { useLingui } from "@lingui/react";
import { useMemo } from "react";
import type { MessageId } from "./en.ts";
import { createFormats, type Formats } from "./formats.ts";
import { isLanguage, type Language } from "./language.ts";

export type MessageValues = Readonly<Record<string, string | number>>;

/** Says a message in the reader's language. */
export type Say = (id: MessageId, values?: MessageValues) => string;

export type Words = {
  readonly language: Language;
  readonly say: Say;
  readonly formats: Formats;
};

const formatsOf = new Map<Language, Formats>();

function formatsFor(language: Language): Formats {
  const formats = formatsOf.get(language) ?? createFormats(language);
  formatsOf.set(language, formats);
  return formats;
}

/** The words and the figures of the chosen language; the same object until it changes. */
export function useWords(): Words {
  const { i18n } = useLingui();
  const language = isLanguage(i18n.locale) ? i18n.locale : "en";
  return useMemo(
    () => ({
      language,
      say: (id, values) => i18n._(id, values),
      formats: formatsFor(language),
    }),
    [i18n, language],
  );
}
