import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import { useMe } from "../../api/me";
import { Button, Problem } from "../../design/controls";
import { Empty, Panel } from "../../design/panel";

const startingCapital = { asset: "USDT", amount: "100000" };

/** Shown while there is no account: open one on paper, with money in it. */
export function FirstAccount() {
  const queries = useQueryClient();
  const { data: me } = useMe();
  const open = useMutation({
    mutationFn: async () => {
      const account = await answered(
        api.POST("/v1/accounts", { body: { name: "main", venue: "paper", base_asset: "USDT" } }),
      );
      await answered(
        api.POST("/v1/accounts/{account_id}/deposits", {
          params: { path: { account_id: account.account_id } },
          body: startingCapital,
        }),
      );
    },
    onSettled: () => queries.invalidateQueries(),
  });
  if (me && !me.scopes.includes("manage"))
    return (
      <Panel title="No account">
        <Empty title="There is no account that you may see">An owner or admin can show you one.</Empty>
      </Panel>
    );
  return (
    <Panel title="Open a paper account">
      <div className="space-y-4 p-4">
        <p className="text-muted">
          It starts with 100 000 USDT that are not real, against prices that behave as if they were.
        </p>
        {open.error && <Problem>{open.error.message}</Problem>}
        <Button
          disabled={open.isPending}
          onClick={() => {
            open.mutate();
          }}
        >
          Open it
        </Button>
      </div>
    </Panel>
  );
}
