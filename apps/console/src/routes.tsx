import { Button } from "@mantine/core";
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
} from "@tanstack/react-router";
import { lazy } from "react";
import { CityPage } from "./city/city-page.tsx";
import { useWords } from "./messages/use-words.ts";
import { Guarded } from "./shell/guarded.tsx";
import { Page } from "./shell/page.tsx";
import { Shell } from "./shell/shell.tsx";
import { EmptyState } from "./shell/states.tsx";

const FlyPage = lazy(() => import("./fly/fly-page.tsx"));
const ChooseDronePage = lazy(() => import("./fly/choose-drone-page.tsx"));
const TrialsPage = lazy(() => import("./trials/trials-page.tsx"));
const PeoplePage = lazy(() => import("./people/people-page.tsx"));
const SignInPage = lazy(() => import("./sign-in/sign-in-page.tsx"));

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

const cityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: CityPage,
});

const chooseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fly",
  component: () => (
    <Guarded>
      <ChooseDronePage />
    </Guarded>
  ),
});

const flyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fly/$droneId",
  component: function Fly() {
    const { droneId } = flyRoute.useParams();
    return (
      <Guarded>
        <FlyPage droneId={droneId} key={droneId} />
      </Guarded>
    );
  },
});

const trialsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/trials",
  component: () => (
    <Guarded>
      <TrialsPage />
    </Guarded>
  ),
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/people",
  component: () => (
    <Guarded>
      <PeoplePage />
    </Guarded>
  ),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === "string" ? { to: search.to } : {},
  component: () => <SignInPage />,
});

const routeTree = rootRoute.addChildren([
  cityRoute,
  chooseRoute,
  flyRoute,
  trialsRoute,
  peopleRoute,
  signInRoute,
]);

export const createPageRouter = () =>
  createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}

function NotFound() {
  const { say } = useWords();
  return (
    <Page title={say("app.notFound")}>
      <EmptyState detail={say("app.notFoundDetail")} title={say("app.notFound")}>
        <Button component={Link} to="/" variant="default">
          {say("app.toCity")}
        </Button>
      </EmptyState>
    </Page>
  );
}

/** A page that failed says so; the rail beside it still leads elsewhere. */
function Broken({ error }: ErrorComponentProps) {
  const { say } = useWords();
  return (
    <Page title={say("app.broken")}>
      <EmptyState detail={say("app.brokenDetail")} title={say("app.broken")}>
        <code className="second">{error instanceof Error ? error.message : String(error)}</code>
        <Button onClick={() => window.location.reload()} variant="default">
          {say("app.reload")}
        </Button>
      </EmptyState>
    </Page>
  );
}
