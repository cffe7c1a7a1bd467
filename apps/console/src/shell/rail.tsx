import { IconDrone, IconFileText, IconMap2, IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMe } from "../http/queries.ts";
import type { MessageId } from "../messages/en.ts";
import { useWords } from "../messages/use-words.ts";
import { Logo } from "./logo.tsx";
import "./rail.css";

type Page = {
  readonly to: "/" | "/fly" | "/trials" | "/people";
  readonly name: MessageId;
  readonly Icon: typeof IconMap2;
  readonly isPublic: boolean;
};

/** In the order of the rail; what a visitor may not open is not offered. */
const pages: readonly Page[] = [
  { to: "/", name: "nav.city", Icon: IconMap2, isPublic: true },
  { to: "/fly", name: "nav.fly", Icon: IconDrone, isPublic: false },
  { to: "/trials", name: "nav.trials", Icon: IconFileText, isPublic: false },
  { to: "/people", name: "nav.people", Icon: IconUsers, isPublic: false },
];

export function Rail() {
  const { say } = useWords();
  const isSignedIn = Boolean(useMe().data?.person);
  return (
    <nav aria-label={say("nav.pages")} className="rail">
      <Link aria-label={say("app.toCity")} className="rail-mark" to="/">
        <Logo sizePx={32} />
      </Link>
      <ul className="rail-pages">
        {pages
          .filter(({ isPublic }) => isPublic || isSignedIn)
          .map(({ to, name, Icon }) => (
            <li key={to}>
              <Link
                activeOptions={{ exact: to === "/" }}
                activeProps={{ "aria-current": "page" }}
                className="rail-page"
                to={to}
              >
                <Icon aria-hidden="true" size={22} stroke={1.6} />
                <span className="rail-name">{say(name)}</span>
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
