import { useMutation } from "@tanstack/react-query";
import { create } from "zustand";

import { useOrders } from "../../api/book";
import { answered, api, Refused } from "../../api/client";
import { isOpen } from "../../api/orders";
import type { Account } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { tell } from "../../state/toasts";

const useQuestion = create<{ isAsked: boolean }>(() => ({ isAsked: false }));

/** Ask whether all open orders shall be cancelled: from a button, a command, a key. */
export function askToCancelAll(): void {
  useQuestion.setState({ isAsked: true });
}

function close(): void {
  useQuestion.setState({ isAsked: false });
}

/** What a failure is called: while nobody knows, they may be cancelled. */
function failureTitle(error: Error): string {
  const isKnown = !(error instanceof Refused) || error.wasAnswered;
  return isKnown ? "Not all are cancelled" : "No answer yet: they may be cancelled";
}

/** The question, wherever it was asked from. */
export function CancelAll({ account }: { account: Account }) {
  const isAsked = useQuestion((question) => question.isAsked);
  const open = useOrders(account.account_id)?.filter(isOpen).length;
  const cancel = useMutation({
    mutationFn: async () => {
      const answer = await answered(
        api.POST("/v1/orders/cancel-all", { body: { account_id: account.account_id } }),
      );
      const failure = Object.values(answer.failures)[0];
      if (failure) throw new Error(failure);
      return answer;
    },
    onSuccess: ({ orders, journal_position: position }) => {
      tell({
        title: orders === 1 ? "1 order is cancelled" : `${orders} orders are cancelled`,
        tone: "quiet",
        ...(orders > 0 && { path: `/journal/${position}` }),
      });
      close();
    },
    onError: (error) => {
      if (useQuestion.getState().isAsked) return;
      // The question is gone: it is told at the edge, and not again when it is asked next.
      tell({ title: failureTitle(error), detail: error.message, tone: "attention" });
      cancel.reset();
    },
  });
  const leave = () => {
    if (!cancel.isPending) cancel.reset();
    close();
  };
  return (
    <Dialog
      title="Cancel all open orders"
      note={`Account ${account.name}. Positions stay as they are, without the stops that protect them.`}
      isOpen={isAsked}
      onClose={leave}
      footer={
        <>
          <Button tone="quiet" onClick={leave}>
            Keep them
          </Button>
          <Button
            tone="loss"
            disabled={cancel.isPending}
            onClick={() => {
              cancel.mutate();
            }}
          >
            Cancel {open === undefined ? "all" : open === 1 ? "1 order" : `${open} orders`}
          </Button>
        </>
      }
    >
      {cancel.error ? (
        <Problem title={failureTitle(cancel.error)}>{cancel.error.message}</Problem>
      ) : (
        <p>
          {open === 1 ? "One order is" : `${open ?? "All"} orders are`} open. Those at a venue end when it has
          said so.
        </p>
      )}
    </Dialog>
  );
}
