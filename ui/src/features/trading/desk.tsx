import type { ReactNode } from "react";

import { Tabs } from "../../design/tabs";
import { type Part, sizes, useLayout } from "./layout";
import { Resizer } from "./resizer";
import { desk, phone, useMedia, wideDesk } from "../../design/use-media";

export interface DeskParts {
  watchlist: ReactNode;
  chart: ReactNode;
  ladder: ReactNode;
  tape: ReactNode;
  ticket: ReactNode;
  blotter: ReactNode;
}

/** The parts of the desk, as the screen has room for them. */
export function Desk(parts: DeskParts) {
  const isDesk = useMedia(desk);
  const isPhone = useMedia(phone);
  if (isDesk) return <OnDesk {...parts} />;
  return isPhone ? <OnPhone {...parts} /> : <OnTablet {...parts} />;
}

const gapPx = 8;
const foldedBlotterPx = 46;

/** Everything in one screen; the page does not scroll, its parts do. */
function OnDesk({ watchlist, chart, ladder, tape, ticket, blotter }: DeskParts) {
  const { px, folded } = useLayout();
  const isWide = useMedia(wideDesk);
  const size = (part: Part) => (folded[part] ? 0 : (px[part] ?? sizes[part].usual));
  const gap = (part: Part) => (folded[part] ? 0 : gapPx);
  // Where there is room the book and the trades stand side by side.
  const book = size("book") * (isWide ? 2 : 1) + (isWide && !folded.book ? gapPx : 0);
  const columns = [size("watchlist"), gap("watchlist"), 0, gap("book"), book, gapPx, size("ticket")];
  const gridTemplateColumns = columns
    .map((each, place) => (place === 2 ? "minmax(0,1fr)" : `${each}px`))
    .join(" ");
  const gridTemplateRows = `minmax(0,1fr) ${gapPx}px ${folded.blotter ? foldedBlotterPx : size("blotter")}px`;
  return (
    <div data-print="flow" className="relative min-h-[560px] flex-1">
      <div
        data-print="flow"
        className="absolute inset-0 grid p-2"
        style={{ gridTemplateColumns, gridTemplateRows }}
      >
        <Area at="1 / 1" isFolded={folded.watchlist} isOnPaper={false}>
          {watchlist}
        </Area>
        <Area at="1 / 2" isFolded={folded.watchlist}>
          <Resizer part="watchlist" label="Width of the watchlist" grows="right" />
        </Area>
        <Area at="1 / 3" isOnPaper={false}>
          {chart}
        </Area>
        <Area at="1 / 4" isFolded={folded.book}>
          <Resizer part="book" label="Width of the book" grows="left" />
        </Area>
        <Area at="1 / 5" isFolded={folded.book} isOnPaper={false}>
          <div
            className={`grid h-full gap-2 ${isWide ? "grid-cols-2" : "grid-rows-[minmax(0,3fr)_minmax(0,2fr)]"}`}
          >
            <div className="min-h-0 min-w-0">{ladder}</div>
            <div className="min-h-0 min-w-0">{tape}</div>
          </div>
        </Area>
        <Area at="1 / 6 / 4">
          <Resizer part="ticket" label="Width of the ticket" grows="left" />
        </Area>
        <Area at="1 / 7 / 4" isOnPaper={false}>
          {ticket}
        </Area>
        <Area at="2 / 1 / 3 / 6" isFolded={folded.blotter}>
          <Resizer part="blotter" label="Height of the orders" grows="up" />
        </Area>
        <Area at="3 / 1 / 4 / 6">{blotter}</Area>
      </div>
    </div>
  );
}

/** A place of the grid, as `grid-area` names it. */
function Area({
  at,
  isFolded = false,
  isOnPaper = true,
  children,
}: {
  at: string;
  isFolded?: boolean | undefined;
  /** What moves all the time is of no use there. */
  isOnPaper?: boolean;
  children: ReactNode;
}) {
  if (isFolded) return null;
  return (
    <div
      data-print={isOnPaper ? "flow" : "no"}
      className="grid min-h-0 min-w-0 *:min-h-0 *:min-w-0"
      style={{ gridArea: at }}
    >
      {children}
    </div>
  );
}

/** Two columns: the market at the left, what one does with it at the right; the page scrolls. */
function OnTablet({ watchlist, chart, ladder, tape, ticket, blotter }: DeskParts) {
  return (
    <div data-print="flow" className="grid grid-cols-[minmax(0,1fr)_300px] items-start gap-2 p-2">
      <div data-print="no" className="grid min-w-0 gap-2">
        <div className="h-[400px] min-w-0">{chart}</div>
        <div className="h-[380px] min-w-0">{ladder}</div>
        <div className="h-[200px] min-w-0">{tape}</div>
      </div>
      <div data-print="no" className="grid gap-2">
        <div className="h-[240px]">{watchlist}</div>
        <div className="flex min-h-[748px] flex-col">{ticket}</div>
      </div>
      <div data-print="flow" className="col-span-2 flex h-[420px] flex-col">
        {blotter}
      </div>
    </div>
  );
}

/** One thing at a time. */
function OnPhone({ watchlist, chart, ladder, tape, ticket, blotter }: DeskParts) {
  const phoneTab = useLayout((layout) => layout.phoneTab);
  const tabs = [
    {
      id: "chart",
      title: "Chart",
      content: (
        <div className="grid min-h-0 flex-1 grid-rows-[minmax(320px,3fr)_minmax(180px,2fr)] gap-2 overflow-y-auto p-2">
          <div className="min-h-0 min-w-0">{chart}</div>
          <div className="min-h-0 min-w-0">{watchlist}</div>
        </div>
      ),
    },
    {
      id: "book",
      title: "Book",
      content: (
        <div className="grid min-h-0 flex-1 grid-rows-[minmax(370px,2fr)_minmax(180px,1fr)] gap-2 overflow-y-auto p-2">
          <div className="min-h-0 min-w-0">{ladder}</div>
          <div className="min-h-0 min-w-0">{tape}</div>
        </div>
      ),
    },
    {
      id: "ticket",
      title: "Ticket",
      content: <div className="flex min-h-0 flex-1 flex-col p-2">{ticket}</div>,
    },
    {
      id: "orders",
      title: "Orders",
      content: <div className="flex min-h-0 flex-1 flex-col p-1">{blotter}</div>,
    },
  ];
  return (
    <div className="relative min-h-[420px] flex-1">
      <Tabs
        label="The desk"
        className="absolute inset-0 bg-ground"
        value={tabs.some((tab) => tab.id === phoneTab) ? phoneTab : "chart"}
        onChoose={(id) => {
          useLayout.setState({ phoneTab: id });
        }}
        tabs={tabs}
      />
    </div>
  );
}
