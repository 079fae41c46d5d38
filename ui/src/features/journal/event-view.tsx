import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronUp, History, Link2, X } from "lucide-react";
import type { ReactNode } from "react";

import { useMe } from "../../api/me";
import type { JournalEvent } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Copy } from "../../design/copy";
import { figure } from "../../design/figures";
import { IconButton } from "../../design/icon-button";
import { Empty, Skeleton } from "../../design/panel";
import { useTimes } from "../../design/times";
import { useCommands } from "../../state/commands";
import { travelTo, useMoment } from "../../state/moment";
import { DataTree } from "./data-tree";
import type { Json } from "./diff";
import { EventChain } from "./event-chain";
import { EventChange } from "./event-change";
import { EventPostings } from "./event-postings";
import { EventProof } from "./event-proof";
import { Mark } from "./event-list";
import type { JournalSearch } from "./filters";
import { useEvent } from "./queries";
import { useRelated } from "./related";
import { Section } from "./section";
import { actorName, sentence, typeName } from "./sentences";
import { orderNames } from "./trading-sentences";
import { word } from "./words";

/** One event, with all that the book knows around it. */
export function EventView({ position, onClose }: { position: string; onClose: () => void }) {
  const { data: event, error, isPending, refetch } = useEvent(position);
  const isPlace = /^[1-9]\d*$/.test(position);
  return (
    <section
      aria-label={`Event ${position}`}
      className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface"
    >
      <header className="flex min-h-12 items-center gap-1 border-b border-line pr-2 pl-4">
        <h2 className="mr-auto font-semibold tabular-nums">Event {isPlace && figure(position)}</h2>
        <Step id="journal previous" label="Event above (k)" icon={<ChevronUp />} />
        <Step id="journal next" label="Event below (j)" icon={<ChevronDown />} />
        <Copy label="Copy the link" text={`${location.origin}/journal/${position}`} />
        <IconButton label="Close the event" icon={<X />} onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} role="region" aria-label="About the event">
        {error && (
          <div className="space-y-3 p-4">
            <Problem title="This event cannot be shown">{error.message}</Problem>
            <Button
              tone="quiet"
              onClick={() => {
                void refetch();
              }}
            >
              Try again
            </Button>
          </div>
        )}
        {isPending && isPlace && <Skeleton rows={12} />}
        {!isPlace && <Empty title="There is no such event">Positions are whole numbers from 1.</Empty>}
        {event && !error && <Parts key={event.position} event={event} />}
      </div>
    </section>
  );
}

/** Does what the key does: the list knows what stands above and below. */
function Step({ id, label, icon }: { id: string; label: string; icon: ReactNode }) {
  const command = useCommands((state) => state.commands.find((each) => each.id === id));
  return <IconButton label={label} icon={icon} disabled={!command} onClick={command?.run} />;
}

function Parts({ event }: { event: JournalEvent }) {
  const { data: me } = useMe();
  const related = useRelated(event);
  const asOf = useMoment((moment) => moment.asOf);
  const account = event.stream.startsWith("account-") ? word(event.data.account_id) : "";
  return (
    <>
      <div className="space-y-3 px-4 py-4">
        <div className="flex gap-3">
          <span className="mt-1">
            <Mark type={event.type} />
          </span>
          <p className="text-lg font-medium">{sentence(event, orderNames(related.data ?? []), me?.actor)}</p>
        </div>
        <Facts event={event} />
        <Button
          tone="quiet"
          className="flex items-center gap-2"
          disabled={asOf === event.position}
          onClick={() => {
            travelTo(event.position);
          }}
        >
          <History aria-hidden className="size-4" />
          {asOf === event.position ? "The book is shown as of here" : "Look at the book as of here"}
        </Button>
      </div>
      {account && <EventChange event={event} />}
      <EventChain event={event} related={related} />
      {account && <EventPostings accountId={account} position={event.position} />}
      <Section title="Data" aside={<Copy label="Copy the data" text={JSON.stringify(event.data, null, 2)} />}>
        <DataTree value={event.data as Json} />
      </Section>
      <EventProof event={event} />
    </>
  );
}

function Facts({ event }: { event: JournalEvent }) {
  const times = useTimes();
  const { data: me } = useMe();
  const { actor, command_id, correlation_id, causation_id } = event.metadata;
  const own = word(event.data.at);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-0.5 text-sm">
      <Fact name="Kind">{typeName(event.type)}</Fact>
      <Fact name="Recorded">
        <time dateTime={event.recorded_at} className="tabular-nums">
          {times.full(event.recorded_at)}
        </time>
      </Fact>
      {own && (
        <Fact name="Happened">
          <time dateTime={own} className="tabular-nums">
            {times.full(own)}
          </time>
        </Fact>
      )}
      <Fact name="By" copied={word(actor)} search={{ actor: word(actor) }}>
        {actorName(word(actor), me?.actor)}
      </Fact>
      <Fact name="Stream" copied={event.stream} search={{ stream: event.stream }}>
        {event.stream} <span className="text-muted">version {event.version}</span>
      </Fact>
      <Fact name="Command" copied={word(command_id)}>
        {word(command_id)}
      </Fact>
      {word(correlation_id) && (
        <Fact name="Request" copied={word(correlation_id)} search={{ correlation: word(correlation_id) }}>
          {word(correlation_id)}
        </Fact>
      )}
      {word(causation_id) && (
        <Fact name="Caused by" copied={word(causation_id)}>
          {word(causation_id)}
        </Fact>
      )}
    </dl>
  );
}

/** Something about the event, to be copied, and to look for more of the same. */
function Fact({
  name,
  copied,
  search,
  children,
}: {
  name: string;
  copied?: string;
  search?: JournalSearch;
  children: ReactNode;
}) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="flex min-h-8 items-center gap-1">
        <span className="min-w-0 truncate">{children}</span>
        {copied && <Copy label={`Copy: ${name.toLowerCase()}`} text={copied} />}
        {search && (
          <Link
            to="/journal"
            search={search}
            title="All events of it"
            aria-label={`All events of it: ${name.toLowerCase()}`}
            className="grid size-8 shrink-0 place-items-center rounded-control text-muted hover:bg-raised hover:text-text touch:size-10"
          >
            <Link2 aria-hidden className="size-4" />
          </Link>
        )}
      </dd>
    </>
  );
}
