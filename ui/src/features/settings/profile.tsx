import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode, SubmitEvent } from "react";
import { useRef } from "react";

import { answered, api } from "../../api/client";
import { useMe } from "../../api/me";
import { useSession } from "../../api/session";
import { Button, Field, Problem } from "../../design/controls";
import { textsOf } from "../../design/forms";
import { Panel } from "../../design/panel";
import { tell } from "../../state/toasts";
import { Loaded } from "./loaded";
import { useParties } from "./queries";
import { saidOf, saidOfAll } from "./refusals";
import { roles, scopes } from "./words";

/** Who one is here, what that allows, and the password. */
export function Profile() {
  return (
    <>
      <Person />
      <Password />
    </>
  );
}

function Person() {
  const me = useMe();
  const parties = useParties().data;
  return (
    <Panel title="You">
      <Loaded query={me} rows={5}>
        {({ name, email, role, scopes: own, parties: seen, requests_per_minute, orders_per_minute }) => (
          <dl className="divide-y divide-line">
            <Fact name="Name">{name ?? "Not known"}</Fact>
            <Fact name="Email">{email ?? "Not known"}</Fact>
            <Fact name="Role" note={roles[role].note}>
              {roles[role].title}
            </Fact>
            <Fact name="What you may do">
              <ul className="space-y-1">
                {own.map((scope) => (
                  <li key={scope}>
                    {scopes[scope].title}
                    <span className="text-muted"> · {scopes[scope].note}</span>
                  </li>
                ))}
              </ul>
            </Fact>
            <Fact name="Whose accounts you see">
              {seen === null
                ? "Everybody's"
                : seen.map((id) => parties?.find((each) => each.id === id)?.name ?? "Your own").join(", ")}
            </Fact>
            <Fact name="Rates">
              <span className="tabular-nums">
                {requests_per_minute} requests and {orders_per_minute} orders per minute
              </span>
            </Fact>
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}

/** One line of what is known. */
export function Fact({ name, note, children }: { name: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[180px_1fr]">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">
        {children}
        {note && <p className="text-sm text-muted">{note}</p>}
      </dd>
    </div>
  );
}

const wrongPassword = ["invalid_credentials"];

function Password() {
  const form = useRef<HTMLFormElement>(null);
  const signIn = useSession((session) => session.signIn);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async (body: { current_password: string; new_password: string }) =>
      answered(api.POST("/v1/auth/password", { body })),
    onSuccess: (tokens) => {
      signIn(tokens);
      form.current?.reset();
      void queries.invalidateQueries({ queryKey: ["sessions"] });
      tell({ tone: "gain", title: "Password changed", detail: "Every other session of yours has ended." });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    change.mutate({ current_password: text("current"), new_password: text("new") });
  };
  const rest = saidOfAll(change.error, ["current_password", "new_password", "password"], wrongPassword);
  return (
    <Panel title="Password">
      <form ref={form} onSubmit={submit} className="max-w-sm space-y-4 p-4">
        <Field
          label="Current password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          problem={saidOf(change.error, "current_password", wrongPassword)}
        />
        <Field
          label="New password, at least 12 characters"
          name="new"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          problem={saidOf(change.error, "password") ?? saidOf(change.error, "new_password")}
        />
        {rest && <Problem>{rest}</Problem>}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Button type="submit" disabled={change.isPending}>
            Change the password
          </Button>
          <p className="text-sm text-muted">Your other sessions end; your API keys stay.</p>
        </div>
      </form>
    </Panel>
  );
}
