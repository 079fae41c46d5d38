import type { Column } from "../../design/table";
import type { Document } from "./use-explanation";

/** A column of a file only. */
function written<Row>(title: string, text: (row: Row) => string): Column<Row> {
  return { title, cell: () => null, text };
}

export const inputFile: Column<Document["inputs"][number]>[] = [
  written("Input", ({ name }) => name),
  written("Value", ({ value }) => value ?? ""),
  written("Unit", ({ unit }) => unit),
  written("Source", ({ source }) => source ?? ""),
  written("At", ({ at }) => at ?? ""),
  written("Event", ({ position }) => position ?? ""),
];

export const postingFile: Column<Document["postings"][number]>[] = [
  written("Event", ({ position }) => position),
  written("Line", ({ line }) => String(line)),
  written("Recorded", ({ recorded_at }) => recorded_at),
  written("Account", ({ ledger_account }) => ledger_account),
  written("Asset", ({ asset }) => asset),
  written("Amount", ({ amount }) => amount),
];

export const fillFile: Column<Document["fills"][number]>[] = [
  written("Time", ({ at }) => at),
  written("Fill id", ({ fill_id }) => fill_id),
  written("Order id", ({ order_id }) => order_id ?? ""),
  written("Instrument", ({ instrument }) => instrument),
  written("Side", ({ side }) => side),
  written("Quantity", ({ quantity }) => quantity),
  written("Price", ({ price }) => price),
  written("Fee", ({ fee }) => fee),
  written("In", ({ fee_asset }) => fee_asset),
  written("Event", ({ position }) => position),
];

export const eventFile: Column<Document["events"][number]>[] = [
  written("Position", ({ position }) => position),
  written("Type", ({ type }) => type),
  written("Recorded", ({ recorded_at }) => recorded_at),
];
