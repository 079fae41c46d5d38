import { useSession } from "./api/session";
import { DeskPage } from "./pages/desk-page";
import { SignInPage } from "./pages/sign-in-page";

/** Signed in: the desk. Else: the door. */
export function App() {
  const signedIn = useSession((session) => session.accessToken !== null);
  return signedIn ? <DeskPage /> : <SignInPage />;
}
