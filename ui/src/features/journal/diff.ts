export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Difference {
  /** From the outermost name inwards. */
  path: string[];
  kind: "added" | "removed" | "changed";
  before?: Json;
  after?: Json;
}

/** By these the entries of a list are the same ones before and after, in this order of preference. */
const keys = ["order_id", "instrument", "asset", "fill_id", "name"];

type Branch = Record<string, Json>;

function isBranch(value: Json | undefined): value is Branch {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list as a branch: its entries by what names them, else by their place. */
function byKey(items: Json[]): Branch {
  const key = keys.find((name) => items.every((each) => isBranch(each) && typeof each[name] === "string"));
  return Object.fromEntries(
    items.map((each, index) => [key && isBranch(each) ? (each[key] as string) : String(index), each]),
  );
}

function branchOf(value: Json | undefined): Branch | null {
  if (Array.isArray(value)) return byKey(value);
  return isBranch(value) ? value : null;
}

/**
 * What differs between two documents, in the order of their names. What is there on one side only is one difference
 * with all that is below it; entries of lists are matched by what names them, so that a new one moves no other.
 */
export function differences(
  before: Json | undefined,
  after: Json | undefined,
  path: string[] = [],
): Difference[] {
  const isThere = [before ?? null, after ?? null].map((each) => each !== null);
  if (!isThere[0] && !isThere[1]) return [];
  if (!isThere[0]) return [{ path, kind: "added", after: after as Json }];
  if (!isThere[1]) return [{ path, kind: "removed", before: before as Json }];
  const [old, new_] = [branchOf(before), branchOf(after)];
  if (old && new_) {
    const names = [...new Set([...Object.keys(old), ...Object.keys(new_)])];
    return names.flatMap((name) => differences(old[name], new_[name], [...path, name]));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, kind: "changed", before: before as Json, after: after as Json }];
}

/** The values below, by their paths; nothing for what is empty. */
export function leaves(value: Json, path: string[] = []): { path: string[]; value: string }[] {
  if (typeof value !== "object") return value === "" ? [] : [{ path, value: String(value) }];
  const entries = Object.entries(branchOf(value) ?? {});
  return entries.flatMap(([name, each]) => leaves(each, [...path, name]));
}
