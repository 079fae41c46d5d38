import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { type SubmitEvent, useCallback, useEffect } from "react";

import { answered, api } from "../../api/client";
import { useMe } from "../../api/me";
import { useSession } from "../../api/session";
import { Button, Field, Problem } from "../../design/controls";
import { textsOf } from "../../design/forms";

/**
 * Over the page when the session has run out: what was being written stays there. Where it is not known who it was
 * (the session had run out before the page was loaded), nothing was being written, and the door asks for both.
 */
export function SignInAgain() {
  const { hasExpired, signIn, signOut } = useSession();
  const { data: me } = useMe();
  const queries = useQueryClient();
  const attempt = useMutation({
    mutationFn: async (body: { email: string; password: string }) =>
      answered(api.POST("/v1/auth/login", { body })),
    onSuccess: (tokens) => {
      signIn(tokens);
      void queries.invalidateQueries();
    },
  });
  const email = me?.email;
  const leave = useCallback(() => {
    signOut();
    queries.clear();
  }, [signOut, queries]);
  useEffect(() => {
    if (hasExpired && !email) leave();
  }, [hasExpired, email, leave]);
  if (!email) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    attempt.mutate({ email, password: textsOf(event)("password") });
  };
  return (
    <Dialog.Root open={hasExpired}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-ground/80" />
        <Dialog.Content className="rise fixed inset-x-4 top-[20vh] z-50 mx-auto max-w-sm rounded-card border border-line bg-surface p-6 shadow-float">
          <form onSubmit={submit} className="space-y-4">
            <Dialog.Title className="text-lg font-semibold">Your session has ended</Dialog.Title>
            <Dialog.Description className="text-muted">
              Sign in again as {email}; what you were doing is kept.
            </Dialog.Description>
            <Field
              label="Password"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              autoFocus
            />
            {attempt.error && <Problem>{attempt.error.message}</Problem>}
            <div className="flex gap-2">
              <Button type="submit" className="flex-1" disabled={attempt.isPending}>
                Sign in
              </Button>
              <Button tone="quiet" onClick={leave}>
                Leave
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
