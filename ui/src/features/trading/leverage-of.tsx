import { useState } from "react";

import { useLeverage, useSetLeverage } from "../../api/leverages";
import { useMay } from "../../api/me";
import type { Account, Contract, Instrument } from "../../api/types";
import { useValuation } from "../../api/worth";
import { Button, Field, Problem } from "../../design/controls";
import { compared, over } from "../../design/decimals";
import { Dialog } from "../../design/dialog";
import { Explained } from "../../design/explained";
import { figure, percent } from "../../design/figures";
import { asTyped, typedDecimal, unclear } from "../../design/typing";

/** From this margin ratio on it is red. */
const nearLiquidation = "0.8";

/** How much larger than its margin a position may be, and the way to have it otherwise. */
export function LeverageOf({
  account,
  instrument,
  contract,
}: {
  account: Account;
  instrument: Instrument;
  contract: Contract;
}) {
  const leverage = useLeverage(account.account_id, instrument.instrument_id, true);
  const [isOpen, setOpen] = useState(false);
  const may = useMay("trade");
  return (
    <div className="grid grid-cols-[1fr_auto] items-baseline gap-y-1 text-xs text-muted">
      <span>Leverage</span>
      <button
        type="button"
        disabled={!may || leverage === undefined}
        onClick={() => {
          setOpen(true);
        }}
        className="cursor-pointer text-right tabular-nums text-text enabled:text-accent enabled:hover:underline touch:min-h-10"
      >
        {leverage === undefined ? "…" : `${figure(leverage)}×`}
      </button>
      <MarginRatio account={account} asset={contract.settle_asset} />
      {isOpen && leverage !== undefined && (
        <SetLeverage
          account={account}
          instrument={instrument}
          contract={contract}
          leverage={leverage}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

/** How much of what secures the account's contracts has to be left: at all of it they are liquidated. */
function MarginRatio({ account, asset }: { account: Account; asset: string }) {
  const valuation = useValuation(account.account_id, true);
  const ratio = valuation?.items.find((each) => each.asset === asset)?.margin_ratio;
  if (!ratio) return null;
  const tone = compared(ratio, nearLiquidation) < 0 ? "text-text" : "text-loss";
  return (
    <>
      <span title="At 100 % open contracts are liquidated">Margin ratio</span>
      <span className={`text-right tabular-nums ${tone}`}>
        <Explained of={`valuation:${account.account_id}:${asset}:margin_ratio`}>{percent(ratio)}</Explained>
      </span>
    </>
  );
}

function SetLeverage({
  account,
  instrument,
  contract,
  leverage,
  onClose,
}: {
  account: Account;
  instrument: Instrument;
  contract: Contract;
  leverage: string;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState(asTyped(leverage));
  const setting = useSetLeverage(account.account_id, instrument.instrument_id);
  const most = leastOf(contract.max_leverage, account.limits.max_leverage);
  const wanted = typedDecimal(typed);
  const problem = problemOf(typed, wanted, most);
  return (
    <Dialog
      title={`Leverage of ${instrument.symbol}`}
      note="Open positions are secured anew, within what is available."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button
            disabled={setting.isPending || !wanted || problem !== undefined}
            onClick={() => {
              if (wanted) setting.mutate(wanted, { onSuccess: onClose });
            }}
          >
            Set it
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <Field
          label="Times its margin"
          unit="×"
          inputMode="decimal"
          autoComplete="off"
          value={typed}
          problem={problem}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
        <p className="text-sm text-muted">
          A position of {figure("1000")} {contract.settle_asset} sets{" "}
          {figure(over("1000", wanted ?? leverage, 2) ?? "0")} {contract.settle_asset} aside. The higher it
          is, the smaller the move that takes all of that.
        </p>
        {setting.error && <Problem>{setting.error.message}</Problem>}
      </div>
    </Dialog>
  );
}

function leastOf(contract: string, limit: string | null): string {
  return limit !== null && compared(limit, contract) < 0 ? limit : contract;
}

function problemOf(typed: string, wanted: string | null, most: string): string | undefined {
  if (!wanted) return unclear(typed) ?? "Write a number such as 5.";
  if (compared(wanted, "1") < 0 || compared(wanted, most) > 0) return `From 1 to ${figure(most)}.`;
  return undefined;
}
