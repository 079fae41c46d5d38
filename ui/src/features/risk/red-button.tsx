import { OctagonX, Play } from "lucide-react";
import { type SubmitEvent, useState } from "react";

import { useMay } from "../../api/me";
import type { Account } from "../../api/types";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { tell } from "../../state/toasts";
import { useResumeAll, useStopEverything } from "./queries";

/** Stops everything at once, after a word; and the way back. */
export function RedButton({ accounts }: { accounts: Account[] }) {
  const isAdmin = useMay("admin");
  const mayManage = useMay("manage");
  const [asking, setAsking] = useState<"stop" | "resume" | null>(null);
  const stopped = accounts.filter((account) => account.state !== "active");
  const areAllHalted = accounts.length > 0 && accounts.every((account) => account.state === "halted");
  const close = () => {
    setAsking(null);
  };
  return (
    <section
      data-print="no"
      aria-label="Stop everything"
      className={`flex flex-wrap items-center gap-x-6 gap-y-3 rounded-card border bg-surface p-4 ${areAllHalted ? "border-loss/60" : "border-line"}`}
    >
      <div className="min-w-0 flex-1 basis-64">
        <h2 className="font-semibold">{areAllHalted ? "Everything is halted" : "Stop everything"}</h2>
        <p className="text-sm text-muted">
          {areAllHalted
            ? "No account takes orders. Resting ones were cancelled."
            : "Halts every account, then cancels every open order. Positions stay as they are."}
        </p>
        {!isAdmin && (
          <p className="text-sm text-muted">
            Only an owner or admin can; single accounts can be halted below.
          </p>
        )}
      </div>
      {stopped.length > 0 && (
        <Button
          tone="quiet"
          disabled={!isAdmin || !mayManage}
          className="inline-flex items-center gap-2"
          onClick={() => {
            setAsking("resume");
          }}
        >
          <Play aria-hidden className="size-4" /> Resume trading
        </Button>
      )}
      {!areAllHalted && (
        <Button
          tone="loss"
          disabled={!isAdmin}
          className="inline-flex items-center gap-2"
          onClick={() => {
            setAsking("stop");
          }}
        >
          <OctagonX aria-hidden className="size-4" /> Cancel all and halt
        </Button>
      )}
      {asking === "stop" && <Stop accounts={accounts} onClose={close} />}
      {asking === "resume" && <Resume accounts={stopped} onClose={close} />}
    </section>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function Stop({ accounts, onClose }: { accounts: Account[]; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const stop = useStopEverything();
  const isConfirmed = typed.trim().toLowerCase() === "halt";
  const failures = Object.entries(stop.data?.failures ?? {});
  const nameOf = (id: string) => accounts.find((each) => each.account_id === id)?.name ?? id;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isConfirmed) return;
    stop.mutate(reason.trim() || "Stopped by hand", {
      onSuccess: (done) => {
        tell({
          title: `${counted(done.accounts, "account")} halted, ${counted(done.orders, "order")} cancelled`,
          tone: "attention",
          path: "/journal",
        });
        if (!Object.keys(done.failures).length) onClose();
      },
    });
  };
  return (
    <Dialog
      title="Cancel all orders and halt all accounts"
      note={`${counted(accounts.length, "account")}: ${accounts.map((each) => each.name).join(", ")}`}
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="space-y-4">
        <p>
          Nothing can be placed any more, stops and take-profits included: what you own stays, unprotected,
          until you resume.
        </p>
        <Field
          label="Reason, for the journal"
          value={reason}
          maxLength={200}
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
        <Field
          label="Type halt to confirm"
          value={typed}
          autoComplete="off"
          autoFocus
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
        {stop.error && (
          <Problem remedy="Some of it may be done: look at the states below, then press again. It harms nothing twice.">
            {stop.error.message}
          </Problem>
        )}
        {failures.length > 0 && (
          <Problem title="Not all of it could be done" remedy="Press again; what is done stays done.">
            {failures.map(([id, why]) => `${nameOf(id)}: ${why}`).join(" ")}
          </Problem>
        )}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>
            {failures.length ? "Close" : "Cancel"}
          </Button>
          <Button type="submit" tone="loss" disabled={!isConfirmed || stop.isPending}>
            {stop.isPending ? "Stopping …" : "Stop everything"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Resume({ accounts, onClose }: { accounts: Account[]; onClose: () => void }) {
  const resume = useResumeAll();
  const failures = Object.entries(resume.data?.failures ?? {});
  return (
    <Dialog
      title="Resume trading"
      note="Every account becomes active again. What was cancelled stays cancelled."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={resume.isPending}
            onClick={() => {
              resume.mutate("Resumed by hand", {
                onSuccess: (done) => {
                  tell({ title: `${counted(done.accounts, "account")} active again`, tone: "quiet" });
                  if (!Object.keys(done.failures).length) onClose();
                },
              });
            }}
          >
            Resume
          </Button>
        </>
      }
    >
      <ul className="space-y-2">
        {accounts.map((account) => (
          <li key={account.account_id} className="flex justify-between gap-4">
            <span className="font-medium">{account.name}</span>
            <span className="text-right text-muted">
              {account.state}
              {account.state_reason && `: ${account.state_reason}`}
            </span>
          </li>
        ))}
      </ul>
      {resume.error && <Problem>{resume.error.message}</Problem>}
      {failures.length > 0 && (
        <Problem title="Not every account could be switched">
          {failures.map(([, why]) => why).join(" ")}
        </Problem>
      )}
    </Dialog>
  );
}
