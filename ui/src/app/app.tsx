import { RouterProvider } from "@tanstack/react-router";

import { useSession } from "../api/session";
import { linkOf } from "../features/session/one-time-link";
import { SignInPage } from "../pages/sign-in-page";
import { router } from "./router";

/** Signed in: the pages, at the address that was asked for. Else, or with a one-time link in hand: the door. */
export function App() {
  // By the token itself: a link redeemed by somebody signed in already brings another one.
  const isIn = useSession((session) => session.accessToken ?? session.hasExpired);
  return isIn && !linkOf(location) ? <RouterProvider router={router} /> : <SignInPage />;
}
