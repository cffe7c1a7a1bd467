import { Outlet } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { useMe } from "../http/queries.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";
import { Page } from "./page.tsx";
import { Rail } from "./rail.tsx";
import { LoadingState } from "./states.tsx";
import "./shell.css";

export function Shell() {
  const { say } = useWords();
  const { scheme } = useParts();
  const { data } = useMe();
  useEffect(() => {
    if (data) scheme.setSignedIn(data.person !== null);
  }, [data, scheme]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {say("app.skip")}
      </a>
      <Rail />
      <Suspense
        fallback={
          <Page title={say("app.name")}>
            <LoadingState label={say("app.loading")} />
          </Page>
        }
      >
        <Outlet />
      </Suspense>
    </div>
  );
}
