import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";

import { answered, api } from "../../api/client";
import { useFirstRun } from "../../api/first-run";
import { useSession } from "../../api/session";
import { CommandLine } from "../../design/command-line";
import { Button, Field, Problem } from "../../design/controls";
import { textsOf } from "../../design/forms";

/** Email and password; where nobody owns the book yet, the way to become its owner. */
export function SignIn() {
  const { data: book } = useFirstRun();
  return book?.has_owner === false ? <WithoutOwner /> : <Password />;
}

function Password() {
  const signIn = useSession((session) => session.signIn);
  const attempt = useMutation({
    mutationFn: async (body: { email: string; password: string }) =>
      answered(api.POST("/v1/auth/login", { body })),
    onSuccess: (tokens) => {
      signIn(tokens);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    attempt.mutate({ email: text("email"), password: text("password") });
  };
  return (
    <form onSubmit={submit} className="space-y-4 rounded-card border border-line bg-surface p-6">
      <Field label="Email" name="email" type="email" autoComplete="username" required autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      {attempt.error && <Problem>{attempt.error.message}</Problem>}
      <Button type="submit" className="w-full" disabled={attempt.isPending}>
        Sign in
      </Button>
      <details className="text-sm text-muted" open={attempt.isError || undefined}>
        <summary className="cursor-pointer text-accent touch:min-h-10">Forgot your password?</summary>
        <p className="mt-2">
          An owner or admin of the book can make you a link for a new one. Are you the owner?{" "}
          <code className="font-mono text-text">tradebook owner-link</code> on the server’s machine prints
          yours.
        </p>
      </details>
    </form>
  );
}

/** The link that the server printed makes somebody the owner; it can be printed again. */
function WithoutOwner() {
  return (
    <section
      aria-label="Become the owner"
      className="space-y-4 rounded-card border border-line bg-surface p-6"
    >
      <div className="space-y-1">
        <h2 className="text-lg font-semibold">Nobody owns this book yet</h2>
        <p className="text-muted">
          When the server started it printed a link that works once. Open it, and the book is yours.
        </p>
      </div>
      <div className="space-y-2">
        <p className="text-sm text-muted">Lost it? On the server’s machine this prints a new one:</p>
        <CommandLine command="tradebook owner-link" />
      </div>
      <Button
        tone="quiet"
        className="w-full"
        onClick={() => {
          location.reload();
        }}
      >
        I have become the owner
      </Button>
    </section>
  );
}
