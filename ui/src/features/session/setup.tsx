import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";

import { answered, api } from "../../api/client";
import { useSession } from "../../api/session";
import { Button, Field, Problem } from "../../design/controls";
import { textsOf } from "../../design/forms";

/** The one-time link: whoever holds it becomes the owner. */
export function Setup({ token }: { token: string }) {
  const signIn = useSession((session) => session.signIn);
  const attempt = useMutation({
    mutationFn: async (body: { token: string; email: string; password: string; name: string }) => {
      answered(await api.POST("/v1/auth/setup", { body }));
      return answered(
        await api.POST("/v1/auth/login", { body: { email: body.email, password: body.password } }),
      );
    },
    onSuccess: (tokens) => {
      history.replaceState(null, "", "/");
      signIn(tokens.access_token);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    attempt.mutate({ token, name: text("name"), email: text("email"), password: text("password") });
  };
  return (
    <form onSubmit={submit} className="space-y-4 rounded-card border border-line bg-surface p-6">
      <p className="text-muted">Welcome. This link works once and makes you the owner of this book.</p>
      <Field label="Name" name="name" autoComplete="name" required autoFocus />
      <Field label="Email" name="email" type="email" autoComplete="username" required />
      <Field
        label="Password, at least 12 characters"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        required
      />
      {attempt.error && <Problem>{attempt.error.message}</Problem>}
      <Button type="submit" className="w-full" disabled={attempt.isPending}>
        Open the book
      </Button>
    </form>
  );
}
