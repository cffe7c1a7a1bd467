import type { ReactNode } from "react";
import { useEffect } from "react";
import { useWords } from "../messages/use-words.ts";
import { TopBar } from "./top-bar.tsx";

/** One page: its title and pills in the top bar, and what it is about. */
export function Page(props: {
  readonly title: string;
  readonly pills?: ReactNode;
  /** The page fills the window and scrolls inside its parts. */
  readonly isFilling?: boolean;
  readonly children: ReactNode;
}) {
  const { say } = useWords();
  useEffect(() => {
    document.title = `${props.title} · ${say("app.name")}`;
  }, [props.title, say]);
  return (
    <div className="page">
      <TopBar pills={props.pills} title={props.title} />
      <main className={props.isFilling ? "page-filling" : "page-flowing"} id="main" tabIndex={-1}>
        {props.children}
      </main>
    </div>
  );
}
