import type { Account, Instrument } from "../../api/types";
import { Button } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { figure } from "../../design/figures";
import { typedDecimal } from "../../design/typing";
import type { Draft } from "./draft";
import { kinds } from "./order-words";

const typed = (text: string) => figure(typedDecimal(text) ?? "0");

/** Real money is asked about once more; paper is not. */
export function ConfirmLive({
  draft,
  instrument,
  account,
  onSend,
  onClose,
}: {
  /** What is about to be sent; null: nothing. */
  draft: Draft | null;
  instrument: Instrument;
  account: Account;
  onSend: () => void;
  onClose: () => void;
}) {
  const word = draft?.side === "sell" ? "Sell" : "Buy";
  return (
    <Dialog
      title={`${word} with real money`}
      note={`Account ${account.name}, at ${account.venue}`}
      isOpen={draft !== null}
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Back
          </Button>
          <Button tone={draft?.side === "sell" ? "loss" : "gain"} onClick={onSend} autoFocus>
            {word} now
          </Button>
        </>
      }
    >
      {draft && (
        <p className="text-lg tabular-nums">
          {kinds[draft.kind]}: {word.toLowerCase()} {typed(draft.quantity)}{" "}
          {draft.isInQuote ? `${instrument.quote_asset} of ${instrument.base_asset}` : instrument.base_asset}
          {draft.kind !== "market" && draft.price && ` at ${typed(draft.price)} ${instrument.quote_asset}`}
          {draft.kind !== "market" && draft.stopPrice && `, triggered at ${typed(draft.stopPrice)}`}
        </p>
      )}
    </Dialog>
  );
}
