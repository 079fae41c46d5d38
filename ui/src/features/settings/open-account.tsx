import { type SubmitEvent, useId, useState } from "react";

import { unpaidText, useOpening } from "../../api/opening";
import { AssetField } from "../../design/asset-field";
import { assetProblem } from "../../design/assets";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { typedDecimal, unclear } from "../../design/typing";
import { usePreferences } from "../../state/preferences";
import { tell } from "../../state/toasts";
import { FirstLimits, WhoseItIs } from "./opening-fields";
import type { Party } from "./queries";
import { saidOf, saidOfAll } from "./refusals";

/** A paper account, with money in it. */
export function OpenAccount({ parties, onClose }: { parties: Party[]; onClose: () => void }) {
  const form = useId();
  const prefer = usePreferences((preferences) => preferences.prefer);
  const [amountProblem, setAmountProblem] = useState<string>();
  const open = useOpening({
    onDone: (accountId) => {
      prefer({ accountId });
      tell({ tone: "gain", title: "Account opened", detail: "The pages are about it now." });
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    const amount = typedDecimal(text("amount"));
    const isWrong = text("amount") !== "" && amount === null;
    setAmountProblem(
      isWrong ? (unclear(text("amount")) ?? "Write an amount such as 100000, or leave it empty.") : undefined,
    );
    const asset = text("base_asset");
    if (isWrong || assetProblem(asset)) return;
    open.mutate({
      name: text("name"),
      baseAsset: asset,
      preset: text("preset"),
      partyId: text("party_id"),
      amount: amount ?? "",
    });
  };
  const rest = saidOfAll(open.error, ["name", "base_asset", "amount", "party_id"]);
  return (
    <Dialog
      title="Open a paper account"
      note="Its money is not real; its prices, fees and risk limits behave as if it were."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} disabled={open.isPending}>
            Open it
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <Field
          label="Name"
          name="name"
          maxLength={64}
          required
          readOnly={open.isOpen}
          autoFocus
          autoComplete="off"
          problem={saidOf(open.error, "name")}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <AssetField
            label="Counts in"
            name="base_asset"
            defaultValue="USDT"
            readOnly={open.isOpen}
            problem={saidOf(open.error, "base_asset")}
          />
          <Field
            label="Starting money"
            name="amount"
            inputMode="decimal"
            defaultValue="100000"
            autoComplete="off"
            problem={amountProblem ?? saidOf(open.error, "amount")}
          />
        </div>
        <WhoseItIs parties={parties} />
        <FirstLimits chosen="default" />
        {rest && (
          <Problem remedy={open.isOpen ? `${unpaidText(open.error)}. Try again.` : undefined}>{rest}</Problem>
        )}
      </form>
    </Dialog>
  );
}
