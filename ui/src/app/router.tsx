import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Link,
} from "@tanstack/react-router";

import { Button, Problem } from "../design/controls";
import { Empty, Skeleton } from "../design/panel";
import { searchOf } from "../features/journal/filters";
import { Frame } from "./frame";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

/** The list stays where it is while events open beside it; filters are part of the address. */
const journal = createRoute({
  getParentRoute: () => root,
  path: "/journal",
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("../pages/journal-page"), "JournalPage"),
});

/** Each page is fetched when somebody first goes there. */
const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/",
    component: lazyRouteComponent(() => import("../pages/overview-page"), "OverviewPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/trade",
    component: lazyRouteComponent(() => import("../pages/trade-page"), "TradePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/risk",
    component: lazyRouteComponent(() => import("../pages/risk-page"), "RiskPage"),
  }),
  journal.addChildren([createRoute({ getParentRoute: () => journal, path: "/$position" })]),
  createRoute({
    getParentRoute: () => root,
    path: "/welcome",
    component: lazyRouteComponent(() => import("../pages/welcome-page"), "WelcomePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/connect",
    component: lazyRouteComponent(() => import("../pages/connect-page"), "ConnectPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/connect/$accountId",
    component: lazyRouteComponent(() => import("../pages/connect-page"), "ConnectPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/reconciliation/$accountId",
    component: lazyRouteComponent(() => import("../pages/reconciliation-page"), "ReconciliationPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/settings",
    component: lazyRouteComponent(() => import("../pages/settings-page"), "SettingsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/settings/$section",
    component: lazyRouteComponent(() => import("../pages/settings-page"), "SettingsPage"),
  }),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  defaultPendingComponent: Pending,
  defaultPendingMs: 100,
  defaultErrorComponent: Failed,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function Pending() {
  return <Skeleton rows={8} />;
}

function NotFound() {
  return (
    <Empty title="There is no such page">
      <Link to="/" className="text-accent hover:underline">
        To the overview
      </Link>
    </Empty>
  );
}

/** A page that broke; the rest of the frame goes on. */
function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <div className="m-auto max-w-md space-y-3 p-6">
      <Problem title="This page could not be shown" remedy="Nothing was lost: the book is on the server.">
        {(error instanceof Error && error.message) || "The console of the browser says why."}
      </Problem>
      <Button onClick={reset}>Try again</Button>
    </div>
  );
}
