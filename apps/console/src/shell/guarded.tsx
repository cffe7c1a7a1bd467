import { lazy, type ReactNode, Suspense } from "react";
import { useMe } from "../http/queries.ts";
import { useWords } from "../messages/use-words.ts";
import { Page } from "./page.tsx";
import { ErrorState, LoadingState } from "./states.tsx";

const SignInPage = lazy(() => import("../sign-in/sign-in-page.tsx"));

/** A page for people with an account: a visitor signs in at the same address, and is then there. */
export function Guarded({ children }: { readonly children: ReactNode }) {
  const { say } = useWords();
  const { data, error, refetch } = useMe();
  if (error && !data) {
    return (
      <Page title={say("app.name")}>
        <ErrorState fault={error} retry={() => void refetch()} title={say("app.broken")} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={say("app.name")}>
        <LoadingState label={say("app.loading")} />
      </Page>
    );
  }
  if (data.person) return children;
  return (
    <Suspense>
      <SignInPage isNeeded />
    </Suspense>
  );
}
