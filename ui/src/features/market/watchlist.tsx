import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useState } from "react";

import { useFoundInstruments, useInstruments, useOpenInstrument } from "../../api/instruments";
import type { Instrument } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { fit } from "../../state/matching";
import type { WatchlistProps } from "./props";
import { QuoteRow } from "./quote-row";
import { useRovingRows } from "./roving";

const rowHeightPx = 48;
function found(instruments: Instrument[], typed: string): Instrument[] {
  if (!typed.trim()) return instruments;
  return instruments.filter((each) => fit(`${each.symbol} ${each.instrument_id}`, typed) > 0);
}

/** Live prices; choosing one makes the page about it, and what is typed finds everything that the venues list. */
export function Watchlist({ chosen, onChoose }: WatchlistProps) {
  const { data: instruments, isPending, error, refetch } = useInstruments();
  const [typed, setTyped] = useState("");
  const shown = found(instruments ?? [], typed);
  const more = useElsewhere(typed, instruments ?? []);
  const open = useOpenInstrument();
  return (
    <Panel
      title="Watchlist"
      aside={instruments && instruments.length > 1 && `${instruments.length} instruments`}
      className="h-full min-h-0"
    >
      {isPending && <Skeleton rows={6} />}
      {error && (
        <div className="space-y-2 p-3">
          <Problem title="The instruments could not be read">{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {instruments?.length === 0 && (
        <Empty title="No market is connected">The server was started without one.</Empty>
      )}
      {instruments && (instruments.length > 0 || typed) && (
        <input
          type="search"
          aria-label="Find an instrument"
          placeholder="Find…"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          className="h-9 shrink-0 border-b border-line bg-ground px-4 -outline-offset-2 placeholder:text-muted touch:h-11 touch:text-[16px]"
        />
      )}
      {instruments && shown.length > 0 && <Rows instruments={shown} chosen={chosen} onChoose={onChoose} />}
      {more.length > 0 && (
        <Elsewhere
          instruments={more}
          onOpen={(instrument) => {
            open(instrument);
            setTyped("");
            onChoose(instrument.instrument_id);
          }}
        />
      )}
      {instruments && instruments.length > 0 && shown.length === 0 && more.length === 0 && (
        <Empty title="Nothing is called so">
          <button
            type="button"
            className="cursor-pointer text-accent hover:underline"
            onClick={() => {
              setTyped("");
            }}
          >
            Show all
          </button>
        </Empty>
      )}
    </Panel>
  );
}

/** What is listed under those words and not shown here yet. */
function useElsewhere(typed: string, shown: Instrument[]): Instrument[] {
  const { data = [] } = useFoundInstruments(useDeferredValue(typed));
  if (!typed.trim()) return [];
  const ids = new Set(shown.map((each) => each.instrument_id));
  return data.filter((each) => !ids.has(each.instrument_id));
}

/** Listed by a venue, without a price here until somebody opens it. */
function Elsewhere({
  instruments,
  onOpen,
}: {
  instruments: Instrument[];
  onOpen: (instrument: Instrument) => void;
}) {
  return (
    <section aria-label="Listed at the venues" className="max-h-[60%] shrink-0 overflow-y-auto">
      <h3 className="border-b border-line/60 px-4 py-2 text-xs text-muted">Listed, opened by choosing</h3>
      <ul>
        {instruments.map((each) => (
          <li key={each.instrument_id}>
            <button
              type="button"
              onClick={() => {
                onOpen(each);
              }}
              className="flex h-9 w-full cursor-pointer items-center gap-2 border-b border-line/60 px-4 -outline-offset-2 hover:bg-raised touch:h-11"
            >
              <span className="font-medium">{each.symbol}</span>
              <span className="ml-auto truncate text-xs text-muted">{each.instrument_id}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rows({ instruments, chosen, onChoose }: WatchlistProps & { instruments: Instrument[] }) {
  const { box, active, setActive, onKeyDown } = useRovingRows<HTMLDivElement>(instruments.length, (index) => {
    virtual.scrollToIndex(index);
  });
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is compiled to be memoized
  const virtual = useVirtualizer({
    count: instruments.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    overscan: 6,
    // Before the list is measured the first rows are shown, so that nothing jumps.
    initialRect: { width: 220, height: 8 * rowHeightPx },
  });
  return (
    <div ref={box} onKeyDown={onKeyDown} className="@container min-h-0 flex-1 overflow-y-auto">
      <ul className="relative" style={{ height: virtual.getTotalSize() }} aria-label="Instruments">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const instrument = instruments[index];
          return (
            instrument && (
              <li
                key={instrument.instrument_id}
                aria-setsize={instruments.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0"
                style={{ top: start, height: rowHeightPx }}
              >
                <QuoteRow
                  instrument={instrument}
                  row={index}
                  isTabStop={index === active}
                  isChosen={instrument.instrument_id === chosen}
                  onFocus={setActive}
                  onChoose={onChoose}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
