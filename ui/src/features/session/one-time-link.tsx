import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";

import { answered, api } from "../../api/client";
import { useFirstRun } from "../../api/first-run";
import { useSession } from "../../api/session";
import { Button, Field, Problem } from "../../design/controls";
import { textsOf } from "../../design/forms";

type Text = (field: string) => string;

/** The links that the server makes, by path: what each is for, what it asks, where it leads, and who makes another. */
const links = {
  "/setup": {
    makesOwner: true,
    welcome: "Welcome. This link works once and makes you the owner of this book.",
    asks: ["name", "email"],
    button: "Open the book",
    leadsTo: "/welcome",
    another: "On the server's machine, `tradebook owner-link` prints a new one.",
    redeem: (token: string, text: Text) =>
      api.POST("/v1/auth/setup", {
        body: { token, name: text("name"), email: text("email"), password: text("password") },
      }),
  },
  "/join": {
    makesOwner: false,
    welcome: "You are invited to this book. The link works once.",
    asks: ["name"],
    button: "Join",
    leadsTo: "/",
    another: "Whoever invited you can make a new link.",
    redeem: (token: string, text: Text) =>
      api.POST("/v1/auth/join", { body: { token, name: text("name"), password: text("password") } }),
  },
  "/password-reset": {
    makesOwner: false,
    welcome: "Choose a new password. Every session of yours ends, and this one begins.",
    asks: [],
    button: "Set the password",
    leadsTo: "/",
    another:
      "An owner or admin of the book can make a new one; for the owner, `tradebook owner-link` on the server prints it.",
    redeem: (token: string, text: Text) =>
      api.POST("/v1/auth/password-reset", { body: { token, password: text("password") } }),
  },
};

/** Which of the links the tab was opened with, if any. */
export function linkOf(url: { pathname: string; search: string }) {
  const token = new URLSearchParams(url.search).get("token");
  const link = links[url.pathname as keyof typeof links] as (typeof links)[keyof typeof links] | undefined;
  return token && link ? { token, ...link } : null;
}

/** A link that works once, and then signs in. */
export function OneTimeLink({
  token,
  makesOwner,
  welcome,
  asks,
  button,
  leadsTo,
  another,
  redeem,
}: NonNullable<ReturnType<typeof linkOf>>) {
  const signIn = useSession((session) => session.signIn);
  const hasOwner = useFirstRun().data?.has_owner;
  const attempt = useMutation({
    mutationFn: async (text: Text) => answered(redeem(token, text)),
    onSuccess: (tokens) => {
      history.replaceState(null, "", leadsTo);
      signIn(tokens);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    attempt.mutate(textsOf(event));
  };
  if (makesOwner && hasOwner && attempt.isIdle) return <Owned />;
  return (
    <form onSubmit={submit} className="space-y-4 rounded-card border border-line bg-surface p-6">
      <p className="text-muted">{welcome}</p>
      {asks.includes("name") && <Field label="Name" name="name" autoComplete="name" required autoFocus />}
      {asks.includes("email") && (
        <Field label="Email" name="email" type="email" autoComplete="username" required />
      )}
      <Field
        label="Password, at least 12 characters"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        required
      />
      {attempt.error && <Problem remedy={another}>{attempt.error.message}</Problem>}
      <Button type="submit" className="w-full" disabled={attempt.isPending}>
        {button}
      </Button>
    </form>
  );
}

/** A link that makes an owner is over as soon as there is one. */
function Owned() {
  return (
    <section
      aria-label="The link is over"
      className="space-y-3 rounded-card border border-line bg-surface p-6"
    >
      <h2 className="text-lg font-semibold">This book has an owner already</h2>
      <p className="text-muted">
        The link that you opened was for the first one, and does nothing any more. Is the book yours, but the
        password forgotten? <code className="font-mono text-text">tradebook owner-link</code> on the server’s
        machine prints a link for a new one.
      </p>
      <a href="/" className="block text-accent underline">
        To sign-in
      </a>
    </section>
  );
}
