import { useVirtualizer } from "@tanstack/react-virtual";
import { useState } from "react";

import { useInstruments } from "../../api/instruments";
import type { Instrument } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { fit } from "../../state/matching";
import type { WatchlistProps } from "./props";
import { QuoteRow } from "./quote-row";
import { useRovingRows } from "./roving";

const rowHeightPx = 48;
/** From so many on there is something to find. */
const unsearchedMax = 8;

function found(instruments: Instrument[], typed: string): Instrument[] {
  if (!typed.trim()) return instruments;
  return instruments.filter((each) => fit(`${each.symbol} ${each.instrument_id}`, typed) > 0);
}

/** Live prices of every instrument; choosing one makes the page about it. */
export function Watchlist({ chosen, onChoose }: WatchlistProps) {
  const { data: instruments, isPending, error, refetch } = useInstruments();
  const [typed, setTyped] = useState("");
  const shown = found(instruments ?? [], typed);
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
        <Empty title="No market is connected">Start the server with --market simulated.</Empty>
      )}
      {instruments && instruments.length > unsearchedMax && (
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
      {instruments && instruments.length > 0 && (
        <Rows instruments={shown} chosen={chosen} onChoose={onChoose} />
      )}
      {instruments && instruments.length > 0 && shown.length === 0 && (
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
