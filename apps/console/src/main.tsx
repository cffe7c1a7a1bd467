import "@fontsource/titillium-web/latin-400.css";
import "@fontsource/titillium-web/latin-600.css";
import "@fontsource/ibm-plex-mono/latin-400.css";
import "@fontsource/ibm-plex-mono/latin-500.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/tokens.css";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { defined } from "@pista/kernel";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { composeParts } from "./compose.ts";
import { createQueryClient } from "./http/queries.ts";
import { createLanguageStore, firstLanguage, speak } from "./messages/language.ts";
import { type Parts, PartsContext } from "./parts.ts";
import { createPageRouter } from "./routes.tsx";
import { languageMemoryName } from "./shell/language-choice.tsx";
import { cssVariables, theme } from "./theme/theme.ts";
import { useScheme } from "./theme/use-scheme.ts";

const parts = composeParts();
const queries = createQueryClient();
const router = createPageRouter();
const i18n = createLanguageStore();

function Themed() {
  const { scheme } = useScheme();
  return (
    <MantineProvider cssVariablesResolver={cssVariables} forceColorScheme={scheme} theme={theme}>
      <Notifications position="bottom-center" />
      <RouterProvider router={router} />
    </MantineProvider>
  );
}

function Console({ parts: given }: { readonly parts: Parts }) {
  return (
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <PartsContext value={given}>
          <QueryClientProvider client={queries}>
            <Themed />
          </QueryClientProvider>
        </PartsContext>
      </I18nProvider>
    </StrictMode>
  );
}

const language = firstLanguage(parts.memory.read(languageMemoryName), navigator.languages);
await speak(i18n, language);
document.documentElement.lang = language;
createRoot(defined(document.getElementById("root"), "The page's root")).render(
  <Console parts={parts} />,
);
