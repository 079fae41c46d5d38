import { Link } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";

import { answered, api } from "../../../api/client";
import type { components } from "../../../api/generated/schema";
import { AssetField } from "../../../design/asset-field";
import { assetProblem } from "../../../design/assets";
import { CommandLine } from "../../../design/command-line";
import { Button, Field, Problem } from "../../../design/controls";
import { textsOf } from "../../../design/forms";
import { venueName } from "../../../design/venue-names";
import { Panel } from "../../../design/panel";
import { Loaded } from "../loaded";
import { Options } from "../options";
import { FirstLimits, WhoseItIs } from "../opening-fields";
import { useParties, useSystem } from "../queries";
import { saidOf, saidOfAll } from "../refusals";
import { usePosted } from "../use-posted";
import { guideOf, type VenueChoice, venueChoices } from "./guides";
import { useVenues } from "./queries";

/** The first step: where the account is, and what it is called here. */
export function ChooseVenue({ onOpened }: { onOpened: (accountId: string) => void }) {
  const venues = useVenues();
  const isLive = useSystem().data?.market === "live";
  return (
    <Panel title="Which account?">
      <Loaded query={venues} rows={5}>
        {(listed) => {
          const choices = venueChoices(listed, isLive);
          return choices.some((each) => each.isConnectable) ? (
            <Form choices={choices} onOpened={onOpened} />
          ) : (
            <NoVenue isLive={isLive} />
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** What stands here while the server trades at no real venue. */
function NoVenue({ isLive }: { isLive: boolean }) {
  return (
    <div className="space-y-4 p-5">
      <div className="space-y-1">
        <p className="font-medium">
          {isLive ? "No venue that can be connected" : "This server runs without a real market"}
        </p>
        <p className="text-muted">
          {isLive
            ? "It follows venues whose accounts cannot be connected yet. Those of Binance, Bybit and Hyperliquid can: name one in TRADEBOOK_LIVE_VENUES."
            : "A real account needs real prices beside it. Start a book on the live market, and come back to this page there:"}
        </p>
      </div>
      {!isLive && <CommandLine command="tradebook up --market live" />}
      <p className="text-sm text-muted">
        Until then,{" "}
        <Link to="/settings/$section" params={{ section: "accounts" }} className="text-accent underline">
          a paper account
        </Link>{" "}
        trades as a real one does, with money that is not.
      </p>
    </div>
  );
}

type Opening = components["schemas"]["OpenAccountRequest"];

function Form({ choices, onOpened }: { choices: VenueChoice[]; onOpened: (accountId: string) => void }) {
  const parties = useParties().data ?? [];
  const first = choices.find((each) => each.isConnectable)?.venue ?? "";
  const [chosen, setChosen] = useState(first);
  const open = usePosted(
    (body: Opening, header) => answered(api.POST("/v1/accounts", { body, params: { header } })),
    {
      changes: ["accounts"],
      onDone: ({ account_id }) => {
        onOpened(account_id);
      },
    },
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    const asset = text("base_asset");
    if (assetProblem(asset)) return;
    open.mutate({
      name: text("name"),
      venue: chosen,
      base_asset: asset,
      preset: text("preset"),
      ...(text("party_id") && { party_id: text("party_id") }),
    });
  };
  const rest = saidOfAll(open.error, ["name", "base_asset", "party_id"]);
  return (
    <form onSubmit={submit} className="space-y-5 p-5">
      <div
        onChange={(event) => {
          if (event.target instanceof HTMLInputElement && event.target.name === "venue")
            setChosen(event.target.value);
        }}
      >
        <Options
          label="Venue"
          name="venue"
          type="radio"
          chosen={[first]}
          options={choices.map(({ venue, title, isConnectable, why }) => ({
            value: venue,
            title,
            note: why,
            isOff: !isConnectable,
          }))}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
        <Field
          key={chosen}
          label="Name of the account"
          name="name"
          defaultValue={venueName(chosen)}
          maxLength={64}
          required
          autoComplete="off"
          problem={saidOf(open.error, "name")}
        />
        <AssetField
          key={`${chosen} asset`}
          label="Counts in"
          name="base_asset"
          defaultValue={guideOf(chosen).countedIn ?? "USDT"}
          problem={saidOf(open.error, "base_asset")}
        />
      </div>
      <WhoseItIs parties={parties} />
      <FirstLimits chosen="careful" />
      {rest && <Problem>{rest}</Problem>}
      <div className="flex justify-end">
        <Button type="submit" disabled={open.isPending}>
          {open.isPending ? "Opening …" : "Go on"}
        </Button>
      </div>
    </form>
  );
}
