import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import { Button, Problem } from "../../design/controls";
import { Panel } from "../../design/panel";

const startingCapital = { asset: "USDT", amount: "100000" };

/** Shown while there is no account: open one on paper, with money in it. */
export function FirstAccount() {
  const queries = useQueryClient();
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
  return (
    <Panel title="Open a paper account" className="xl:col-span-2 xl:h-full">
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
