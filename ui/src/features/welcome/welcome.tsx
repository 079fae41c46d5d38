import { Link, useNavigate } from "@tanstack/react-router";
import { Compass, FileUp, type LucideIcon, Plug, WalletCards } from "lucide-react";
import { type ReactNode, useState } from "react";

import { useAccounts } from "../../api/accounts";
import { useFirstRun } from "../../api/first-run";
import { useMay } from "../../api/me";
import { Button } from "../../design/controls";
import { CommandLine } from "../../design/command-line";
import { Dialog } from "../../design/dialog";
import { usePreferences } from "../../state/preferences";
import { beginTour } from "../../state/tour";
import { RealBook } from "./demo-banner";
import { OpenAccount } from "./open-account";

/** Where somebody new chooses how to begin. */
export function Welcome() {
  const { data: book } = useFirstRun();
  const { data: accounts = [] } = useAccounts();
  const isOwner = useMay("manage");
  const [isOpening, setOpening] = useState(false);
  const navigate = useNavigate();
  const toOverview = () => {
    void navigate({ to: "/" }).then(() => {
      if (!usePreferences.getState().hasSeenTour) beginTour();
    });
  };
  return (
    <div className="mx-auto w-full max-w-4xl space-y-6 py-4 sm:py-10">
      <header className="space-y-1">
        <h2 className="text-2xl font-semibold tracking-tight">How would you like to begin?</h2>
        <p className="text-muted">
          You can do all of it, in any order. Whatever happens is in the journal from here on.
        </p>
      </header>
      <ul className="grid gap-4 sm:grid-cols-2">
        <Way
          icon={Compass}
          title="Look around the demo book"
          text={
            book?.is_demo
              ? "You are in it: a day of paper trading, made-up prices, nothing that can go wrong."
              : "A book of its own with a day of paper trading behind it. This book stays as it is."
          }
        >
          {book?.is_demo ? (
            <Button onClick={toOverview}>Look around</Button>
          ) : (
            <CommandLine command="tradebook up --demo --port 8001" />
          )}
        </Way>
        <Way
          icon={WalletCards}
          title="Open a paper account"
          text="Money that is not real, orders that behave as if it were: holds, fees, limits and all."
        >
          <Button
            tone={accounts.length ? "quiet" : "accent"}
            disabled={!isOwner}
            onClick={() => {
              setOpening(true);
            }}
          >
            Open an account
          </Button>
          {!isOwner && <Why>Your role may not open accounts; ask the owner.</Why>}
        </Way>
        <Way
          icon={FileUp}
          title="Import what you have"
          text="Trades and balances from exchanges, brokers and files."
        >
          <Button tone="quiet" disabled>
            Import
          </Button>
          <Why>Not there yet: it comes with the portfolio.</Why>
        </Way>
        <Way
          icon={Plug}
          title="Connect a venue"
          text="Trade on an exchange with a key of your own that cannot withdraw. It never leaves the server."
        >
          <Link
            to="/connect"
            className="flex h-9 items-center rounded-control border border-line px-3 font-medium text-muted transition-[color,border-color] hover:border-muted hover:text-text touch:h-11"
          >
            Connect an account
          </Link>
        </Way>
      </ul>
      {book?.is_demo && (
        <section aria-label="Begin a real book" className="rounded-card border border-line bg-surface p-5">
          <h3 className="mb-3 text-lg font-semibold">When you have seen enough</h3>
          <RealBook />
        </section>
      )}
      {accounts.length > 0 && (
        <p>
          <Link to="/" className="text-accent underline">
            To the overview
          </Link>
        </p>
      )}
      <Dialog
        title="Open a paper account"
        isOpen={isOpening}
        onClose={() => {
          setOpening(false);
        }}
      >
        <OpenAccount
          onDone={() => {
            setOpening(false);
            toOverview();
          }}
        />
      </Dialog>
    </div>
  );
}

function Way({
  icon: Icon,
  title,
  text,
  children,
}: {
  icon: LucideIcon;
  title: string;
  text: string;
  children: ReactNode;
}) {
  return (
    <li className="flex flex-col gap-4 rounded-card border border-line bg-surface p-5">
      <div className="flex gap-4">
        <span className="grid size-10 shrink-0 place-items-center rounded-control bg-raised text-accent">
          <Icon aria-hidden className="size-5" />
        </span>
        <div className="space-y-1">
          <h3 className="text-lg font-semibold">{title}</h3>
          <p className="text-muted">{text}</p>
        </div>
      </div>
      <div className="mt-auto flex flex-wrap items-center gap-3 *:min-w-0">{children}</div>
    </li>
  );
}

function Why({ children }: { children: ReactNode }) {
  return <p className="flex-1 text-sm text-muted">{children}</p>;
}
