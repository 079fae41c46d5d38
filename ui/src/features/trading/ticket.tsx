import { type RefObject, type SubmitEvent, useEffect, useRef, useState } from "react";

import type { Account, Instrument } from "../../api/types";
import { useQuote } from "../../api/quotes";
import { Button } from "../../design/controls";
import { useMoment } from "../../state/moment";
import { ConfirmLive } from "./confirm-live";
import { changeDraft, type Draft, draftFor, useDraft, useDrafts } from "./draft";
import { useObstacle } from "./obstacle";
import { LeverageOf } from "./leverage-of";
import { briefly, pressing } from "./order-sentence";
import { usePlacing } from "./placing";
import { usePreview } from "./preview";
import { RiskAnswer } from "./risk-answer";
import { SideChoice, TakePrice } from "./ticket-choices";
import { Available, Exits, Lifetime, Sizes, Terms, useAvailable } from "./ticket-fields";
import { isPair, orderOf, ordersOf, pairOf, type TicketOrder } from "./ticket-order";
import { Outcome } from "./ticket-outcome";
import { concernsOf, isReady, problemsOf } from "./ticket-problems";

/** An order of any type for one instrument, with what it would mean told before it is sent. */
export function Ticket({ account, instrument }: { account: Account; instrument: Instrument }) {
  const id = instrument.instrument_id;
  const draft = draftFor(useDraft(id), instrument);
  const { quote, isStale } = useQuote(id);
  const market = { bid: quote?.bid ?? null, ask: quote?.ask ?? null };
  const obstacle = useObstacle(account);
  const [hasTried, setTried] = useState(false);
  const [confirming, setConfirming] = useState<TicketOrder[] | null>(null);
  const place = usePlacing(`ticket ${account.account_id} ${id}`, account.account_id);
  // eslint-disable-next-line react-hooks/purity -- whether a time has come is asked anew whenever something changes
  const problems = problemsOf(draft, instrument, market, Date.now());
  const order = isReady(problems) ? orderOf(draft, id) : null;
  // The risk answer is of now: beside figures of the past it would mislead.
  const isPast = useMoment((moment) => moment.asOf !== null);
  const asked = isPast ? null : order;
  const { available } = useAvailable(account, draft, instrument);
  const answer = usePreview(account.account_id, asked, available);
  const pair = usePreview(account.account_id, asked && isPair(draft) ? pairOf(draft, id) : null, available);
  const form = useRef<HTMLFormElement>(null);
  useSummons(form, id);
  useStaysInSight(form, answer.preview !== undefined);

  const change = (changes: Partial<Draft>) => {
    changeDraft(id, changes);
  };
  const send = (orders: TicketOrder[]) => {
    const [first] = orders;
    if (!first) return;
    setConfirming(null);
    void place.send(orders, briefly(first, instrument.symbol)).then((isTaken) => {
      if (isTaken) setTried(false);
    });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (!order) place.forget();
    else if (account.paper) send(ordersOf(draft, id));
    else setConfirming(ordersOf(draft, id));
  };
  const parts = { draft, instrument, market, problems, hasTried, change };
  return (
    <form
      ref={form}
      onSubmit={submit}
      noValidate
      aria-label="Ticket"
      className="flex min-h-0 flex-1 flex-col overflow-hidden max-md:overflow-y-auto"
    >
      {/* Enter in a field must place nothing: the form's first button, which it would press, does nothing. */}
      <button type="submit" disabled hidden />
      <div
        onFocus={({ target }) => {
          target.scrollIntoView({ block: "nearest" });
        }}
        className="more-below min-h-0 flex-1 scroll-pb-8 overflow-y-auto max-md:flex-none max-md:overflow-visible"
      >
        <fieldset disabled={obstacle !== null} className="space-y-2.5 px-3 pt-3">
          <legend className="sr-only">Order for {instrument.symbol}</legend>
          {obstacle && (
            <p
              role="note"
              className="rounded-control border border-attention/40 bg-attention/10 px-3 py-2 text-sm"
            >
              {obstacle}
            </p>
          )}
          <div className={`grid grid-cols-2 gap-2 ${isStale ? "text-muted" : ""}`}>
            <TakePrice label="Bid" price={market.bid} instrument={instrument} />
            <TakePrice label="Ask" price={market.ask} instrument={instrument} />
          </div>
          <SideChoice side={draft.side} change={change} />
          <Terms {...parts} />
          <Sizes {...parts} account={account} />
        </fieldset>
        {/* It explains itself to whoever may only look, too. */}
        <div className="space-y-1 px-3 py-1.5">
          <Available account={account} draft={draft} instrument={instrument} />
          {instrument.contract && (
            <LeverageOf account={account} instrument={instrument} contract={instrument.contract} />
          )}
        </div>
        <fieldset disabled={obstacle !== null} className="space-y-2.5 px-3 pt-1 pb-3">
          <legend className="sr-only">How long it works, and what goes along</legend>
          <Lifetime {...parts} />
          <Exits {...parts} />
        </fieldset>
      </div>
      <div className="space-y-2 border-t border-line p-3">
        <RiskAnswer
          {...answer}
          order={asked}
          instrument={instrument}
          pair={isPair(draft) ? pair : null}
          concerns={concernsOf(problems)}
        />
        <Button
          type="submit"
          tone={draft.side === "buy" ? "gain" : "loss"}
          disabled={place.isPending || obstacle !== null}
          className="w-full truncate"
        >
          {pressing(draft.side, order, instrument)}
        </Button>
        <Outcome attempts={place.attempts} />
      </div>
      <ConfirmLive
        orders={confirming}
        instrument={instrument}
        account={account}
        onSend={send}
        onClose={() => {
          setConfirming(null);
        }}
      />
    </form>
  );
}

/** The answer takes room from the fields when it comes: the one that is written in stays in sight. */
function useStaysInSight(form: RefObject<HTMLFormElement | null>, hasAnswer: boolean): void {
  useEffect(() => {
    const focused = document.activeElement;
    if (form.current?.contains(focused)) focused?.scrollIntoView({ block: "nearest" });
  }, [hasAnswer, form]);
}

/** A key or a command asked for the ticket: the quantity is what is written next. */
function useSummons(form: RefObject<HTMLFormElement | null>, instrumentId: string): void {
  const isSummoned = useDrafts((state) => state.summoned === instrumentId);
  useEffect(() => {
    if (!isSummoned) return;
    useDrafts.setState({ summoned: null });
    const field = form.current?.querySelector<HTMLInputElement>('input[name="quantity"]');
    field?.focus();
    field?.select();
  }, [isSummoned, form]);
}
