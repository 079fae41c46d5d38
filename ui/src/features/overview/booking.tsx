import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useId, useState } from "react";

import { answered, api } from "../../api/client";
import { useInstruments } from "../../api/instruments";
import { newId } from "../../api/once-keys";
import type { Account } from "../../api/types";
import { decimalsShown, useWorth } from "../../api/worth";
import { AssetField } from "../../design/asset-field";
import { assetProblem } from "../../design/assets";
import { Button, Field, Problem, Segments } from "../../design/controls";
import { compared, rounded } from "../../design/decimals";
import { Dialog } from "../../design/dialog";
import { figure } from "../../design/figures";
import { asTyped, typedDecimal, unclear } from "../../design/typing";
import { tell } from "../../state/toasts";

type Kind = "deposit" | "withdrawal";

/** What is wrong with an amount, in words; undefined: nothing. */
export function amountProblem(
  typed: string,
  kind: Kind,
  available: string,
  asset: string,
): string | undefined {
  const amount = typedDecimal(typed);
  if (amount === null) return unclear(typed) ?? `Write a positive amount, such as 1000 or ${asTyped("0.5")}.`;
  if (kind === "withdrawal" && compared(amount, available) > 0)
    return `Available ${figure(available)} ${asset}, asked for ${figure(amount)}.`;
  return undefined;
}

/** Paper money in or out. */
export function Booking({
  account,
  isOpen,
  onClose,
}: {
  account: Account;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog
      title="Deposit or withdraw"
      note={`Paper money of ${account.name}. It is booked in the journal like any other.`}
      isOpen={isOpen}
      onClose={onClose}
    >
      <BookingForm account={account} onDone={onClose} />
    </Dialog>
  );
}

function BookingForm({
  account: { account_id, base_asset },
  onDone,
}: {
  account: Account;
  onDone: () => void;
}) {
  const [kind, setKind] = useState<Kind>("deposit");
  const [asset, setAsset] = useState(base_asset);
  const [typed, setTyped] = useState("");
  const [hasTried, setTried] = useState(false);
  // Asked again after no answer came, it books once.
  const [reference] = useState(() => newId());
  const { data: instruments = [] } = useInstruments();
  const queries = useQueryClient();
  const list = useId();
  const items = useWorth(account_id).valuation.data?.items ?? [];
  const available = items.find((item) => item.asset === asset)?.available ?? "0";
  const problem = amountProblem(typed, kind, available, asset);
  const book = useMutation({
    mutationFn: (amount: string) => {
      const asked = { params: { path: { account_id } }, body: { asset, amount, reference } };
      return answered(
        kind === "deposit"
          ? api.POST("/v1/accounts/{account_id}/deposits", asked)
          : api.POST("/v1/accounts/{account_id}/withdrawals", asked),
      );
    },
    onSuccess: (booking, amount) => {
      tell({
        title: `${kind === "deposit" ? "Deposited" : "Withdrew"} ${figure(amount)} ${asset}`,
        tone: "quiet",
        path: `/journal/${booking.journal_position}`,
      });
      void queries.invalidateQueries({ queryKey: ["worth", account_id] });
      onDone();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    const amount = typedDecimal(typed);
    if (amount !== null && !problem && !assetProblem(asset)) book.mutate(amount);
  };
  const assets = [
    ...new Set([base_asset, ...instruments.flatMap((each) => [each.quote_asset, each.base_asset])]),
  ];
  return (
    <form onSubmit={submit} className="space-y-4">
      <Segments
        label="What to do"
        options={{ deposit: "Deposit", withdrawal: "Withdraw" }}
        value={kind}
        onChoose={setKind}
      />
      <AssetField label="Asset" list={list} defaultValue={asset} onWrite={setAsset} />
      <datalist id={list}>
        {assets.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Field
        label="Amount"
        unit={asset}
        inputMode="decimal"
        autoComplete="off"
        autoFocus
        value={typed}
        problem={hasTried ? problem : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
      />
      <p className="flex justify-between text-sm text-muted">
        Available{" "}
        <span className="tabular-nums">
          {figure(rounded(available, Math.max(8, decimalsShown(asset))))} {asset}
        </span>
      </p>
      {book.error && <Problem>{book.error.message}</Problem>}
      <div className="flex justify-end gap-2">
        <Button tone="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" disabled={book.isPending}>
          {kind === "deposit" ? "Deposit" : "Withdraw"}
        </Button>
      </div>
    </form>
  );
}
