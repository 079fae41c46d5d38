import {
  type Column as TableColumn,
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, Download } from "lucide-react";
import { createContext, memo, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

import { tell } from "../state/toasts";
import { csv, save } from "./csv";
import { compared } from "./decimals";
import { figure } from "./figures";
import { IconButton } from "./icon-button";
import { usePrinting } from "./printing";

export interface Column<Row> {
  /** Its heading; empty for a column of actions. Unique within the table. */
  title: string;
  /** Figures stand right-aligned in tabular digits. */
  figure?: boolean;
  /** Left out where the screen is as narrow as a phone. */
  wide?: boolean;
  cell: (row: Row) => ReactNode;
  /** The whole value in plain words: what a file gets and what sorting goes by. Left out: neither. */
  text?: (row: Row) => string;
  /** Of a cell that is dear to draw: the class that keeps its room in rows that pass, until the scrolling rests. */
  roomWhilePassing?: string;
}

/** Of a list that comes page by page. */
export interface PagesToCome {
  /** Asks for the next page; does nothing where one is on its way or there is none. */
  more: () => void;
  isAsking: boolean;
  /** There are no further pages. */
  isWhole: boolean;
  /** There are so many rows that only scrolling to the last of them asks for more. */
  isFull: boolean;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;

const rowHeightPx = 36;
/** Up to so many rows all of them are in the page; above, those in sight and some around them. */
const rowsPlainMax = 60;
/** On paper there is nothing to scroll: so many rows at most. */
const rowsPrintedMax = 5_000;
/** Rows drawn above and below those in sight. */
const rowsAround = 3;
/** So many rows before the end more are asked for. */
const rowsLeftMin = 30;

function classOf<Row>(column: Column<Row>, columns: Column<Row>[]): string {
  const isFirstOnPhones = column === columns.find((each) => !each.wide);
  return [
    isFirstOnPhones ? "max-sm:pl-3" : "",
    "first:pl-4 last:pr-4 max-sm:last:pr-2 px-1.5 max-sm:px-1 2xl:px-3",
    column.figure ? "text-right tabular-nums" : "text-left",
    column.wide ? "max-sm:hidden" : "",
    // What can be done with a row stays in sight, however wide the row is.
    column.title ? "" : "sticky right-0 bg-surface",
  ].join(" ");
}

function idOf<Row>(column: Column<Row>): string {
  return column.title || "actions";
}

/** Decimals by their value, everything else by its words; what is missing comes last among figures. */
function definition<Row extends object>(column: Column<Row>): ColumnDef<Features, Row> {
  const { text } = column;
  return {
    id: idOf(column),
    accessorFn: (row) => text?.(row) ?? "",
    enableSorting: text !== undefined,
    sortDescFirst: column.figure ?? false,
    sortFn: (one, other, id) => {
      const [a, b] = [one.getValue<string>(id), other.getValue<string>(id)];
      return column.figure ? compared(a, b) : a.localeCompare(b);
    },
  };
}

/**
 * A table of any length: rows out of sight are not in the page. Headings sort where the column has words; every row
 * has a key, so that changes keep their place.
 */
export function Table<Row extends object>({
  caption,
  columns,
  rows,
  rowKey,
  rowClass = () => "",
  pages,
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  rowClass?: (row: Row) => string;
  /** Those still to come: asked for when the last rows come into sight, and by sorting, which is of all rows. */
  pages?: PagesToCome;
}) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const definitions = useMemo(() => columns.map(definition), [columns]);
  // The model keeps what it has read of a row: where columns say something else of it, it reads all of them anew.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
  const data = useMemo(() => [...rows], [rows, columns]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowKey,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const isSorted = sorting.length > 0;
  useAllPages(isSorted, pages);
  // The model makes an object of every row there is: only what is sorted needs it.
  const shown = isSorted ? table.getRowModel().rows.map((row) => row.original) : rows;
  const scroller = useRef<HTMLDivElement>(null);
  const isPrinting = usePrinting();
  const isWhole = shown.length <= (isPrinting ? rowsPrintedMax : rowsPlainMax);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is compiled to be memoized
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: rowsAround,
    enabled: !isWhole,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1)?.index ?? 0;
      if (last >= shown.length - rowsLeftMin) pages?.more();
    },
  });
  const items = isWhole ? null : virtual.getVirtualItems();
  const above = items?.[0]?.start ?? 0;
  const below = items ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const inSight = items ? shown.slice(items[0]?.index, (items.at(-1)?.index ?? 0) + 1) : shown;
  const firstInSight = items?.[0]?.index ?? 0;
  return (
    <>
      {isSorted && pages && !pages.isWhole && <Unsorted count={rows.length} isFull={pages.isFull} />}
      {/* A region that scrolls can be reached by keyboard. */}
      <div
        ref={scroller}
        className="min-h-0 flex-1 overflow-auto contain-content"
        role="region"
        aria-label={caption}
        tabIndex={0}
        onScroll={
          items
            ? undefined
            : ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
                if (scrollTop + clientHeight >= scrollHeight - 200) pages?.more();
              }
        }
      >
        <table className="w-full text-sm" aria-rowcount={shown.length + 1}>
          <caption className="sr-only">{caption}</caption>
          <thead className="sticky top-0 z-10 bg-surface">
            <tr className="text-xs text-muted">
              {columns.map((column) => (
                <Heading
                  key={column.title}
                  column={column}
                  model={table.getColumn(idOf(column))}
                  sorted={sorting.find((each) => each.id === idOf(column))}
                  className={classOf(column, columns)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            <Blank height={above} />
            <IsScrolling value={!isWhole && virtual.isScrolling}>
              {inSight.map((row, n) => (
                <Line
                  key={rowKey(row)}
                  row={row}
                  index={firstInSight + n}
                  columns={columns}
                  className={rowClass(row)}
                />
              ))}
            </IsScrolling>
            <Blank height={below} />
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Asks for one page after the other: sorted by the pages that happen to be here, a list would begin with the wrong rows. */
function useAllPages(isWanted: boolean, pages: PagesToCome | undefined): void {
  const isNext = isWanted && pages !== undefined && !pages.isWhole && !pages.isFull && !pages.isAsking;
  const more = pages?.more;
  useEffect(() => {
    if (isNext) more?.();
  }, [isNext, more]);
}

/** That rows are missing in what is sorted. */
function Unsorted({ count, isFull }: { count: number; isFull: boolean }) {
  const rows = `${figure(String(count))} rows`;
  return (
    <p role="status" className="shrink-0 border-b border-line px-4 py-1 text-xs text-attention tabular-nums">
      {isFull ? `Only the newest ${rows} are sorted: there are more` : `Sorting goes on: ${rows} so far`}
    </p>
  );
}

function LineOf<Row extends object>({
  row,
  index,
  columns,
  className,
}: {
  row: Row;
  index: number;
  columns: Column<Row>[];
  className: string;
}) {
  return (
    <tr aria-rowindex={index + 2} className={`border-t border-line/60 ${className}`}>
      {columns.map((column) => (
        <td key={column.title} className={`h-9 py-1 whitespace-nowrap calm:h-10 ${classOf(column, columns)}`}>
          {column.roomWhilePassing === undefined ? (
            column.cell(row)
          ) : (
            <AtRest room={column.roomWhilePassing}>{column.cell(row)}</AtRest>
          )}
        </td>
      ))}
    </tr>
  );
}
/** Drawn again only where its row changed, if the table's columns stay the same ones. */
const Line = memo(LineOf) as typeof LineOf;

const IsScrolling = createContext(false);

/** Nothing but `room` in a row that came into sight by scrolling, until that rests; what was drawn stays. */
function AtRest({ room, children }: { room: string; children: ReactNode }) {
  const isScrolling = useContext(IsScrolling);
  const [isDrawn, setDrawn] = useState(!isScrolling);
  if (!isDrawn && !isScrolling) setDrawn(true);
  return isDrawn ? children : <span className={`block ${room}`} />;
}

function Heading<Row extends object>({
  column,
  model,
  sorted,
  className,
}: {
  column: Column<Row>;
  model: TableColumn<Features, Row> | undefined;
  sorted: { desc: boolean } | undefined;
  className: string;
}) {
  const direction = sorted && (sorted.desc ? "descending" : "ascending");
  const Arrow = sorted?.desc ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={direction} className={`h-8 font-medium ${className}`}>
      {!column.title && <span className="sr-only">Actions</span>}
      {column.title && !column.text && column.title}
      {column.title && column.text && (
        <button
          type="button"
          onClick={model?.getToggleSortingHandler()}
          className="inline-flex cursor-pointer items-center gap-1 hover:text-text"
        >
          {column.title}
          {sorted && <Arrow aria-hidden className="size-3" />}
        </button>
      )}
    </th>
  );
}

/** Keeps the place of rows that are not in the page. */
function Blank({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

/** Hands the table to the person as a file, with whole values. `rows` may ask the server for those not here yet. */
export function SaveAsCsv<Row>({
  name,
  columns,
  rows,
}: {
  /** Of the file, without its ending. */
  name: string;
  columns: Column<Row>[];
  rows: () => Promise<Row[]> | Row[];
}) {
  const [isSaving, setSaving] = useState(false);
  const write = async () => {
    setSaving(true);
    try {
      const written = columns.filter((column) => column.text);
      const lines = (await rows()).map((row) => written.map((column) => column.text?.(row) ?? ""));
      save(
        `${name}.csv`,
        csv(
          written.map((column) => column.title),
          lines,
        ),
      );
    } catch (error) {
      tell({
        tone: "attention",
        title: "The file could not be made",
        detail: error instanceof Error ? error.message : String(error),
      });
    } finally {
      setSaving(false);
    }
  };
  return (
    <IconButton
      label="Save as CSV"
      icon={<Download />}
      disabled={isSaving}
      onClick={() => {
        void write();
      }}
    />
  );
}
