import type { ReactNode } from "react";

export interface Column<Row> {
  title: string;
  /** Figures stand right-aligned in tabular digits. */
  figure?: boolean;
  cell: (row: Row) => ReactNode;
}

/** A plain table; every row has a key so that changes keep their place. */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
}) {
  return (
    // A region that scrolls can be reached by keyboard.
    <div className="overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-xs text-muted">
            {columns.map((column) => (
              <th
                key={column.title}
                scope="col"
                className={`px-4 py-2 font-medium ${column.figure ? "text-right" : "text-left"}`}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-t border-line/60">
              {columns.map((column) => (
                <td
                  key={column.title}
                  className={`px-4 py-1.5 whitespace-nowrap ${column.figure ? "text-right tabular-nums" : ""}`}
                >
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
