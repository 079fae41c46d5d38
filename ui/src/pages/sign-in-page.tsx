import { linkOf, OneTimeLink } from "../features/session/one-time-link";
import { SignIn } from "../features/session/sign-in";

/** The door: a one-time link leads to what it is for, everything else to sign-in. */
export function SignInPage() {
  const link = linkOf(location);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm space-y-6">
        <header className="space-y-1 text-center">
          <img src="/icon.svg" alt="" className="mx-auto size-10" />
          <h1 className="text-xl font-semibold">Tradebook</h1>
          <p className="text-muted">One book that can prove itself.</p>
        </header>
        {link ? <OneTimeLink {...link} /> : <SignIn />}
      </div>
    </main>
  );
}
