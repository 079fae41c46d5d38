import { useEffect, useState } from "react";

import { useBalances } from "../../api/book";
import { unitOf } from "../../api/units";
import type { Instrument, Position } from "../../api/types";
import { Button } from "../../design/controls";
import { compared, minus, negated } from "../../design/decimals";
import { Dialog } from "../../design/dialog";
import { figure } from "../../design/figures";
import { askToCancelAll } from "./cancel-all";
import { briefly } from "./order-sentence";
import { usePlacing } from "./placing";
import { usePreview } from "./preview";
import { RiskAnswer } from "./risk-answer";
import { downTo } from "./steps";
import { Outcome } from "./ticket-outcome";
import type { TicketOrder } from "./ticket-order";

/** The order that closes a position as far as whole lots go: at the market, and never beyond flat. */
export function closingOrder(position: Position, instrument: Instrument): TicketOrder {
  const isLong = compared(position.quantity, "0") > 0;
  const quantity = isLong ? position.quantity : negated(position.quantity);
  return {
    instrument: position.instrument,
    side: isLong ? "sell" : "buy",
    type: "market",
    quantity: downTo(quantity, instrument.lot_size),
    reduce_only: true,
    ...(position.position_side !== "net" && { position_side: position.position_side }),
  };
}

/** How much of a spot position no order holds, in whole lots; null where that is all of it, or nothing. */
function useFree(
  position: Position,
  { contract, base_asset: base, lot_size: lot }: Instrument,
  whole: TicketOrder,
): string | null {
  const balances = useBalances(position.account_id);
  const available = balances?.find((balance) => balance.asset === base)?.available;
  if (contract || !available || compared(available, "0") <= 0) return null;
  const free = downTo(available, lot);
  return compared(free, "0") > 0 && compared(free, whole.quantity ?? "0") < 0 ? free : null;
}

/** Asks whether to close a position, with what that would mean. */
export function ClosePosition({
  position,
  instrument,
  onClose,
}: {
  position: Position;
  instrument: Instrument;
  onClose: () => void;
}) {
  const whole = closingOrder(position, instrument);
  const [isOnlyFree, setOnlyFree] = useState(false);
  const free = useFree(position, instrument, whole);
  const order = isOnlyFree && free ? { ...whole, quantity: free } : whole;
  const quantity = order.quantity ?? "0";
  const canClose = compared(quantity, "0") > 0;
  const answer = usePreview(position.account_id, canClose ? order : null);
  const isDenied = answer.preview?.verdict === "denied";
  const place = usePlacing(`close ${position.account_id} ${position.instrument}`, position.account_id);
  const standing = place.attempts.at(-1)?.standing;
  const isDone = standing?.is === "answered" && standing.outcome.placed.every((each) => !each.repeated);
  useEffect(() => {
    if (isDone) onClose();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, whichever function would close it
  }, [isDone]);
  const rest = minus(position.quantity.replace("-", ""), quantity);
  return (
    <Dialog
      title={`Close ${instrument.symbol}`}
      note="A market order that only reduces: it never goes beyond flat."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button
            tone={order.side === "buy" ? "gain" : "loss"}
            disabled={place.isPending || !canClose || isDenied}
            onClick={() => {
              void place.send([order], briefly(order, instrument.symbol));
            }}
          >
            {order.side === "buy" ? "Buy" : "Sell"} {figure(quantity)} {unitOf(instrument)}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        {!canClose && <p>What is left is less than one lot of {instrument.lot_size}: it cannot be traded.</p>}
        {canClose && !isOnlyFree && compared(rest, "0") > 0 && (
          <p className="text-sm text-muted">
            {figure(rest)} {unitOf(instrument)} stay: less than one lot.
          </p>
        )}
        {answer.preview?.code === "insufficient_position" && (
          <div className="space-y-2 rounded-control border border-line px-3 py-2 text-sm">
            <p>
              {free
                ? "Open orders hold part of it. Close what is free, or cancel them first."
                : "Open orders hold it. Cancel them first."}
            </p>
            {free && (
              <Button
                tone="quiet"
                size="small"
                className="mr-2"
                onClick={() => {
                  setOnlyFree(true);
                }}
              >
                Only the free {figure(free)} {instrument.base_asset}
              </Button>
            )}
            <Button
              tone="quiet"
              size="small"
              onClick={() => {
                onClose();
                askToCancelAll();
              }}
            >
              Cancel all open orders
            </Button>
          </div>
        )}
        {canClose && <RiskAnswer {...answer} order={order} instrument={instrument} />}
        <Outcome attempts={place.attempts} />
      </div>
    </Dialog>
  );
}
