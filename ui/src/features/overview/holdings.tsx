import { useMay } from "../../api/me";
import type { Account } from "../../api/types";
import { decimalsShown, useWorth } from "../../api/worth";
import { Button, Problem } from "../../design/controls";
import { rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { Aligned, longest } from "../../design/figure";
import { figure, percent } from "../../design/figures";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { useTimes } from "../../design/times";
import { useBookingAsked } from "./booking-asked";
import { type Weighted, weighted } from "./weights";

/** What the account owns, what that is worth, and how much of the whole it is. */
export function Holdings({ account, className = "" }: { account: Account; className?: string }) {
  const { asOf, valuation } = useWorth(account.account_id);
  const mayBook = useMay("manage") && account.paper && !asOf;
  const worth = valuation.data;
  const rows = worth ? weighted(worth.items, worth.equity) : [];
  const columns = useColumns(account.account_id, worth?.base_asset ?? "", rows);
  return (
    <Panel
      title="Balances"
      className={className}
      aside={
        <div className="flex items-center gap-2">
          {rows.length > 0 && (
            <SaveAsCsv name={`balances ${account.name}`} columns={columns} rows={() => rows} />
          )}
          {mayBook && (
            <Button
              size="small"
              tone="quiet"
              onClick={() => {
                useBookingAsked.setState({ isAsked: true });
              }}
            >
              Deposit or withdraw
            </Button>
          )}
        </div>
      }
    >
      {valuation.error && !worth && (
        <div className="space-y-2 p-4">
          <Problem>{valuation.error.message}</Problem>
          <Button tone="quiet" onClick={() => void valuation.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {!worth && !valuation.error && <Skeleton rows={4} />}
      {worth && rows.length === 0 && (
        <Empty title="No money yet">
          {mayBook ? "Deposit paper money to begin." : "What the account owns will stand here."}
        </Empty>
      )}
      {worth && rows.length > 0 && (
        <Table caption="Balances" columns={columns} rows={rows} rowKey={(row) => row.asset} />
      )}
    </Panel>
  );
}

function useColumns(accountId: string, baseAsset: string, rows: Weighted[]): Column<Weighted>[] {
  const times = useTimes();
  const decimals = decimalsShown(baseAsset);
  const totals = longest(rows.map((row) => row.total));
  return [
    {
      title: "Asset",
      cell: (row) => <span className="font-medium">{row.asset}</span>,
      text: (row) => row.asset,
    },
    {
      title: "Total",
      figure: true,
      cell: (row) => (
        <Explained of={`balance:${accountId}:${row.asset}:total`}>
          <Aligned decimal={row.total} decimals={totals} />
        </Explained>
      ),
      text: (row) => row.total,
    },
    {
      title: "Held",
      figure: true,
      wide: true,
      cell: (row) => (
        <Explained of={`balance:${accountId}:${row.asset}:held`}>
          <span className={/[1-9]/.test(row.held) ? "" : "text-muted"}>{figure(row.held)}</span>
        </Explained>
      ),
      text: (row) => row.held,
    },
    ...(rows.some(hasContracts) ? [unrealised] : []),
    {
      title: `Price, ${baseAsset}`,
      figure: true,
      wide: true,
      cell: (row) =>
        row.price === null ? (
          <span className="text-attention">no price</span>
        ) : (
          <span title={row.price_at ? `${row.price_source ?? ""} at ${times.full(row.price_at)}` : ""}>
            <Explained of={`valuation:${accountId}:${row.asset}:price`}>{figure(row.price)}</Explained>
          </span>
        ),
      text: (row) => row.price ?? "",
    },
    {
      title: `Value, ${baseAsset}`,
      figure: true,
      cell: (row) =>
        row.value === null ? (
          <span className="text-muted">not known</span>
        ) : (
          <Explained of={`valuation:${accountId}:${row.asset}`}>
            {figure(rounded(row.value, decimals), decimals)}
          </Explained>
        ),
      text: (row) => row.value ?? "",
    },
    {
      title: "Weight",
      figure: true,
      wide: true,
      cell: (row) =>
        row.weight === null ? (
          ""
        ) : (
          <Weight of={`valuation:${accountId}:${row.asset}:weight`} share={row.weight} />
        ),
      text: (row) => row.weight ?? "",
    },
  ];
}

/** What open contracts that settle in the asset have gained: it is worth something beside the balance. */
const unrealised: Column<Weighted> = {
  title: "Unrealised",
  figure: true,
  wide: true,
  cell: (row) =>
    row.unrealised === null ? <span className="text-attention">no price</span> : figure(row.unrealised),
  text: (row) => row.unrealised ?? "",
};

function hasContracts(row: Weighted): boolean {
  return row.unrealised === null || /[1-9]/.test(row.unrealised);
}

/** A share with its bar; what is owed has none. */
function Weight({ of, share }: { of: string; share: string }) {
  const part = Math.max(0, Math.min(1, Number(share)));
  return (
    <span className="inline-flex items-center justify-end gap-2.5">
      <span aria-hidden className="h-1.5 w-20 overflow-hidden rounded-full bg-raised">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${part * 100}%` }} />
      </span>
      <span className="w-14">
        <Explained of={of}>{percent(share)}</Explained>
      </span>
    </span>
  );
}
