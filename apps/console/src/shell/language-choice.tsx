import { useLingui } from "@lingui/react";
import { SegmentedControl } from "@mantine/core";
import { isLanguage, speak } from "../messages/language.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";

export const languageMemoryName = "pista.language";

export function LanguageChoice() {
  const { say, language } = useWords();
  const { i18n } = useLingui();
  const { memory } = useParts();
  const choose = (wished: string): void => {
    if (!isLanguage(wished)) return;
    memory.write(languageMemoryName, wished);
    void speak(i18n, wished).then(() => {
      document.documentElement.lang = wished;
    });
  };
  return (
    <SegmentedControl
      aria-label={say("bar.language")}
      className="language-choice"
      data={[
        { value: "en", label: "EN" },
        { value: "it", label: "IT" },
      ]}
      onChange={choose}
      size="xs"
      transitionDuration={120}
      value={language}
      withItemsBorders={false}
    />
  );
}
