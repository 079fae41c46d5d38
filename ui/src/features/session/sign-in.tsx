import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";

import { answered, api } from "../../api/client";
import { useSession } from "../../api/session";
import { Button, Field, Problem } from "../../design/controls";
import { textsOf } from "../../design/forms";

/** Email and password. */
export function SignIn() {
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
      {attempt.error && (
        <Problem remedy="Forgotten? An owner or admin of the book can make you a link for a new password.">
          {attempt.error.message}
        </Problem>
      )}
      <Button type="submit" className="w-full" disabled={attempt.isPending}>
        Sign in
      </Button>
    </form>
  );
}
