import { Link } from "@tanstack/react-router";

import { useMe } from "../../api/me";
import { unpaidText, useOpening } from "../../api/opening";
import { Button, Problem } from "../../design/controls";
import { figure } from "../../design/figures";
import { Empty, Panel } from "../../design/panel";
import { tell } from "../../state/toasts";

const first = { name: "main", baseAsset: "USDT", amount: "100000" };

/** Shown while there is no account: open one on paper, with money in it. */
export function FirstAccount({ hasMarket }: { hasMarket: boolean }) {
  const { data: me } = useMe();
  const open = useOpening({
    // The account is there, so this panel is not any more.
    onUnpaid: (error) => {
      tell({
        tone: "attention",
        title: unpaidText(error),
        detail: `${error.message} The overview tells what is in it, and has “Deposit or withdraw”.`,
      });
    },
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
          It starts with {figure(first.amount)} {first.baseAsset} that are not real
          {hasMarket
            ? ", against prices that behave as if they were."
            : ". It can trade once the server has a market."}
        </p>
        {open.error && <Problem>{open.error.message}</Problem>}
        <Button
          disabled={open.isPending}
          onClick={() => {
            open.mutate(first);
          }}
        >
          Open it
        </Button>
        <p className="text-sm text-muted">
          Or{" "}
          <Link to="/connect" className="text-accent underline">
            connect an account at an exchange
          </Link>
          .
        </p>
      </div>
    </Panel>
  );
}
