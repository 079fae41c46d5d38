import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";

import { useAccounts } from "../../../api/accounts";
import { useMay } from "../../../api/me";
import type { Account } from "../../../api/types";
import { standingOf, useVenuesHealth } from "../../../api/venues";
import { Empty, Panel } from "../../../design/panel";
import { venueName } from "../../../design/venue-names";
import { tell } from "../../../state/toasts";
import { Loaded } from "../loaded";
import { NeedsScope } from "../needs-scope";
import { ChooseVenue } from "./choose-venue";
import { Connected } from "./connected";
import { KeyRules } from "./key-rules";
import { PasteKey } from "./paste-key";
import { useCredential } from "./queries";
import type { Credential } from "./stages";
import { Steps } from "./steps";

/** From nothing to an account that trades at a venue; its address names the account as soon as there is one. */
export function ConnectAccount({
  accountId,
  onOpened,
}: {
  accountId: string | undefined;
  onOpened: (accountId: string) => void;
}) {
  const may = useMay("admin");
  if (!may)
    return (
      <Frame step={0}>
        <Panel title="Connect an account">
          <NeedsScope scope="admin" what="Connections to venues" />
        </Panel>
      </Frame>
    );
  if (accountId) return <OfAccount key={accountId} accountId={accountId} />;
  return (
    <Frame step={0}>
      <ChooseVenue onOpened={onOpened} />
    </Frame>
  );
}

function Frame({ step, children }: { step: number; children: ReactNode }) {
  return (
    <>
      <header className="space-y-1">
        <h2 className="text-2xl font-semibold tracking-tight">Connect an account</h2>
        <p className="text-muted">Trade on an exchange with a key of your own that cannot withdraw.</p>
      </header>
      <Steps current={step} />
      {children}
    </>
  );
}

function OfAccount({ accountId }: { accountId: string }) {
  const accounts = useAccounts();
  const credential = useCredential(accountId);
  const account = accounts.data?.find((each) => each.account_id === accountId);
  if (accounts.isSuccess && (!account || account.paper))
    return (
      <Frame step={0}>
        <Panel title="Connect an account">
          <Empty title={account ? "A paper account has no venue to connect to" : "There is no such account"}>
            <Link to="/connect" className="text-accent underline">
              Begin with another one
            </Link>
          </Empty>
        </Panel>
      </Frame>
    );
  return (
    <Loaded query={credential} rows={6}>
      {(held) => (account ? <Way account={account} credential={held} /> : null)}
    </Loaded>
  );
}

/** Between the key and trading. Where there is a key already, another one may take its place. */
function Way({ account, credential }: { account: Account; credential: Credential | null }) {
  const [place, setPlace] = useState<"rules" | "paste" | "there">(credential ? "there" : "rules");
  const [isNew, setNew] = useState(false);
  const health = useVenuesHealth(credential ? { awaited: account.account_id } : {});
  const isThere = standingOf(health.data ?? [], account.account_id)?.stage === "trading";
  // Whatever became of the key elsewhere, the page goes by what there is.
  const shown = place === "there" && !credential ? "rules" : place;
  if (shown === "there" && credential) {
    const connected = (
      <Connected
        account={account}
        credential={credential}
        onReplace={() => {
          setPlace("rules");
        }}
      />
    );
    return isNew ? <Frame step={isThere ? 4 : 3}>{connected}</Frame> : connected;
  }
  if (shown === "paste")
    return (
      <Frame step={2}>
        <PasteKey
          account={account}
          onBack={() => {
            setPlace("rules");
          }}
          onDone={() => {
            setPlace("there");
            setNew(true);
            tell({ tone: "gain", title: `${venueName(account.venue)} took the key` });
          }}
        />
      </Frame>
    );
  return (
    <Frame step={1}>
      <KeyRules
        venue={account.venue}
        onBack={
          credential
            ? () => {
                setPlace("there");
              }
            : undefined
        }
        onDone={() => {
          setPlace("paste");
        }}
      />
    </Frame>
  );
}
