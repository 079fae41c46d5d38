import type { Account, Instrument } from "../../api/types";
import { Button } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { venueName } from "../../design/venue-names";
import { linesOf } from "./order-sentence";
import type { TicketOrder } from "./ticket-order";

/** Real money is asked about once more; paper is not. It shows the very orders that are sent then. */
export function ConfirmLive({
  orders,
  instrument,
  account,
  onSend,
  onClose,
}: {
  /** What is about to be sent; null: nothing. */
  orders: TicketOrder[] | null;
  instrument: Instrument;
  account: Account;
  onSend: (orders: TicketOrder[]) => void;
  onClose: () => void;
}) {
  const isSell = orders?.[0]?.side === "sell";
  const word = isSell ? "Sell" : "Buy";
  return (
    <Dialog
      title={`${word} with real money`}
      note={`Account ${account.name}, at ${venueName(account.venue)}`}
      isOpen={orders !== null}
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Back
          </Button>
          <Button
            tone={isSell ? "loss" : "gain"}
            onClick={() => {
              if (orders) onSend(orders);
            }}
            autoFocus
          >
            {word} now
          </Button>
        </>
      }
    >
      <div className="space-y-2 tabular-nums">
        {orders?.map((order) => {
          const [first, ...others] = linesOf(order, instrument);
          return (
            <div key={first}>
              <p className="text-lg">{first}</p>
              {others.map((line) => (
                <p key={line} className="text-sm text-muted">
                  {line}
                </p>
              ))}
            </div>
          );
        })}
        {orders && orders.length > 1 && (
          <p className="text-sm">When one of them fills, the other is cancelled.</p>
        )}
      </div>
    </Dialog>
  );
}
