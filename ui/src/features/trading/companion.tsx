import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";

import { useAccount } from "../../api/accounts";
import { positionKey, usePositions } from "../../api/book";
import { useInstruments } from "../../api/instruments";
import { useMay } from "../../api/me";
import type { Account, Instrument, Position } from "../../api/types";
import { type Command, useOffer } from "../../state/commands";
import { useMoment } from "../../state/moment";
import { usePreferences } from "../../state/preferences";
import { useAccountNotices } from "./account-notices";
import { askToCancelAll, CancelAll } from "./cancel-all";
import { ClosePosition } from "./close-position";
import { type Side, summonTicket } from "./draft";
import { useFlattening } from "./flattening";
import { useLayout } from "./layout";
import { useOrderNotices } from "./notices";
import { isFlat } from "./profit";

/** Goes along on every page: tells what becomes of orders, and offers what can be done with the keyboard. */
export function TradingCompanion() {
  const account = useAccount();
  useAccountNotices();
  return account ? <Companion key={account.account_id} account={account} /> : null;
}

function Companion({ account }: { account: Account }) {
  const { data: instruments } = useInstruments();
  const positions = usePositions(account.account_id);
  const flattening = useFlattening((state) => state.position);
  useOrderNotices(account.account_id);
  useOffer(useTradeCommands(instruments));
  useOffer(useFlattenCommands(instruments, positions));
  const position = positions?.find((each) => positionKey(each) === flattening);
  const instrument = instruments?.find((each) => each.instrument_id === position?.instrument);
  return (
    <>
      <CancelAll account={account} />
      {position && instrument && (
        <ClosePosition
          position={position}
          instrument={instrument}
          onClose={() => {
            useFlattening.setState({ position: null });
          }}
        />
      )}
    </>
  );
}

function useTradeCommands(instruments: Instrument[] | undefined): Command[] {
  const navigate = useNavigate();
  const may = useMay("trade");
  const { instrumentId, prefer } = usePreferences();
  return useMemo<Command[]>(() => {
    const all = instruments ?? [];
    const chosen = all.find((each) => each.instrument_id === instrumentId) ?? all[0];
    const open = (instrument: Instrument, side?: Side) => {
      prefer({ instrumentId: instrument.instrument_id });
      if (side) {
        summonTicket(instrument.instrument_id, side);
        useLayout.setState({ phoneTab: "ticket" });
      }
      void navigate({ to: "/trade" });
    };
    const order = (instrument: Instrument, side: Side, keys?: string): Command => ({
      id: `${side} ${instrument.instrument_id}`,
      title: `${side === "buy" ? "Buy" : "Sell"} ${instrument.symbol}`,
      group: "Trade",
      ...(keys && { keys }),
      run: () => {
        open(instrument, side);
      },
    });
    const orders = all.flatMap((each) => [
      order(each, "buy", each === chosen ? "b" : undefined),
      order(each, "sell", each === chosen ? "s" : undefined),
    ]);
    const cancel: Command = {
      id: "cancel all",
      title: "Cancel all open orders",
      group: "Trade",
      keys: "x a",
      run: askToCancelAll,
    };
    const choices = all.map((each): Command => ({
      id: `instrument ${each.instrument_id}`,
      title: `Show ${each.symbol}`,
      group: "Instrument",
      run: () => {
        open(each);
      },
    }));
    return may ? [...orders, cancel, ...choices] : choices;
  }, [instruments, instrumentId, prefer, navigate, may]);
}

function useFlattenCommands(
  instruments: Instrument[] | undefined,
  positions: Position[] | undefined,
): Command[] {
  const may = useMay("trade");
  // Positions of the past cannot be closed any more.
  const isNow = useMoment((moment) => moment.asOf === null);
  const names =
    may && isNow
      ? (positions ?? [])
          .filter((each) => !isFlat(each))
          .map(positionKey)
          .join(" ")
      : "";
  return useMemo<Command[]>(
    () =>
      names.split(" ").flatMap((id) => {
        const [name, side] = id.split(":");
        const instrument = instruments?.find((each) => each.instrument_id === name);
        if (!instrument) return [];
        return {
          id: `flatten ${id}`,
          title: `Flatten ${side ? `${side} position` : "position"} in ${instrument.symbol}`,
          also: "close exit liquidate",
          group: "Trade",
          run: () => {
            useFlattening.setState({ position: id });
          },
        } satisfies Command;
      }),
    [instruments, names],
  );
}
