import { type I18n, setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import type { MessageId } from "./en.ts";

export const languages = ["en", "it"] as const;
export type Language = (typeof languages)[number];

export const isLanguage = (text: string | null | undefined): text is Language =>
  languages.some((language) => language === text);

/** What a person chose before, else what the browser asks for, else English. */
export function firstLanguage(chosen: string | null, wished: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  const known = wished.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage);
  return known ?? "en";
}

const messagesOf = async (language: Language): Promise<Record<MessageId, string>> =>
  language === "it" ? (await import("./it.ts")).it : (await import("./en.ts")).en;

/**
 * Messages are compiled in the browser, by a parser and not by eval, which the page's policy
 * forbids: a dictionary is then a plain file, and no build step stands between it and the page.
 */
export const createLanguageStore = (): I18n => setupI18n().setMessagesCompiler(compileMessage);

/** Fetches a language's dictionary and switches to it. */
export async function speak(i18n: I18n, language: Language): Promise<void> {
  i18n.load(language, await messagesOf(language));
  i18n.activate(language);
}
