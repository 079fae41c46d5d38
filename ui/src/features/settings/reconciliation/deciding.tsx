import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";

import {
  adopt,
  type Difference,
  differencesKey,
  explain,
  type Posted,
  useAdoption,
} from "../../../api/differences";
import { Button, Field, Problem } from "../../../design/controls";
import { Dialog } from "../../../design/dialog";
import { Aligned, longest } from "../../../design/figure";
import { Skeleton } from "../../../design/panel";
import { tell } from "../../../state/toasts";
import { sentenceOf, titleOf } from "./difference-words";

const reasonMax = 500;

/** Decides, says so, and has everything asked again: also after a refusal, which tells that something moved. */
function useDecision(
  decide: (difference: Difference, reason: string) => Promise<unknown>,
  difference: Difference,
  done: string,
  onClose: () => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => decide(difference, reason),
    onSuccess: () => {
      tell({ tone: "gain", title: done, detail: titleOf(difference) });
      onClose();
    },
    onSettled: () => {
      for (const key of [differencesKey, "worth"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** The question before a difference is booked: what it posts, line by line. */
export function Adopting({ difference, onClose }: { difference: Difference; onClose: () => void }) {
  const form = useId();
  const [reason, setReason] = useState("");
  const planned = useAdoption(difference);
  const adopting = useDecision(adopt, difference, "Adopted", onClose);
  const problem = adopting.error ?? planned.error;
  return (
    <Dialog
      title={`Adopt ${lowered(titleOf(difference))}?`}
      note={sentenceOf(difference)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Keep it as it is
          </Button>
          <Button type="submit" form={form} disabled={!planned.data || adopting.isPending}>
            {adopting.isPending ? "Adopting …" : "Adopt"}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          adopting.mutate(reason.trim());
        }}
      >
        {planned.isPending && <Skeleton rows={2} />}
        {planned.data && <Postings postings={planned.data} />}
        {planned.data && (
          <p className="text-sm text-muted">
            Nothing is edited. If it turns out to be wrong, the next comparison finds the opposite, and
            adopting that reverses it.
          </p>
        )}
        {problem && <Problem>{problem.message}</Problem>}
        <Field
          label="What is known of it (for the journal)"
          value={reason}
          maxLength={reasonMax}
          autoComplete="off"
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
      </form>
    </Dialog>
  );
}

function Postings({ postings }: { postings: readonly Posted[] }) {
  const decimals = longest(postings.map((each) => each.amount));
  if (!postings.length) return <p className="text-sm text-muted">It is adopted already.</p>;
  return (
    <table className="w-full text-sm tabular-nums">
      <caption className="pb-1 text-left text-xs text-muted">It posts</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Account</th>
          <th scope="col">Asset</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {postings.map((each, line) => (
          <tr key={line} className="border-t border-line/60">
            <td className="py-1.5">{each.ledger_account}</td>
            <td>{each.asset}</td>
            <td className="text-right">
              <Aligned decimal={each.amount} decimals={decimals} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Words for a difference; nothing is posted. */
export function Explaining({ difference, onClose }: { difference: Difference; onClose: () => void }) {
  const form = useId();
  const [reason, setReason] = useState("");
  const explaining = useDecision(explain, difference, "Explained", onClose);
  return (
    <Dialog
      title={`Explain ${lowered(titleOf(difference))}`}
      note={sentenceOf(difference)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Leave it open
          </Button>
          <Button type="submit" form={form} disabled={!reason.trim() || explaining.isPending}>
            {explaining.isPending ? "Keeping …" : "Keep the explanation"}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          explaining.mutate(reason.trim());
        }}
      >
        <Field
          label="What it is"
          value={reason}
          maxLength={reasonMax}
          required
          autoFocus
          autoComplete="off"
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
        <p className="text-sm text-muted">
          Nothing is posted, so book and venue differ as before. It stands in the journal with your name, and
          waits for nobody any more.
        </p>
        {explaining.error && <Problem>{explaining.error.message}</Problem>}
      </form>
    </Dialog>
  );
}

function lowered(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
