import { useSession } from "./api/session";
import { linkOf } from "./features/session/one-time-link";
import { DeskPage } from "./pages/desk-page";
import { SignInPage } from "./pages/sign-in-page";

/** Signed in: the desk. Else, or with a one-time link in hand: the door. */
export function App() {
  const accessToken = useSession((session) => session.accessToken);
  return accessToken && !linkOf(location) ? <DeskPage /> : <SignInPage />;
}
