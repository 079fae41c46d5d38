import type { ReactNode } from "react";

export interface Column<Row> {
  title: string;
  /** Figures stand right-aligned in tabular digits. */
  figure?: boolean;
  /** Left out where the screen is as narrow as a phone. */
  wide?: boolean;
  cell: (row: Row) => ReactNode;
}

function classOf<Row>(column: Column<Row>, columns: Column<Row>[]): string {
  const isFirstOnPhones = column === columns.find((each) => !each.wide);
  return [
    isFirstOnPhones ? "max-sm:pl-4" : "",
    "first:pl-4 last:pr-4 px-2 sm:px-3",
    column.figure ? "text-right tabular-nums" : "text-left",
    column.wide ? "max-sm:hidden" : "",
  ].join(" ");
}

/** A plain table; every row has a key so that changes keep their place. */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowClass = () => "",
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  rowClass?: (row: Row) => string;
}) {
  return (
    // A region that scrolls can be reached by keyboard.
    <div className="min-h-0 overflow-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 z-10 bg-surface">
          <tr className="text-xs text-muted">
            {columns.map((column) => (
              <th key={column.title} scope="col" className={`h-8 font-medium ${classOf(column, columns)}`}>
                {column.title || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={`border-t border-line/60 ${rowClass(row)}`}>
              {columns.map((column) => (
                <td key={column.title} className={`h-9 py-1 whitespace-nowrap ${classOf(column, columns)}`}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
