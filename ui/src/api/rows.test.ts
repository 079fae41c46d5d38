import { describe, expect, it } from "vitest";

import { merged, type Rows, withoutAdopted } from "./rows";

interface Row {
  id: string;
  status: string;
}
const keyOf = (row: Row) => row.id;
const row = (id: string, status: string): Row => ({ id, status });
const snapshot = (position: string, ...data: Row[]) => ({ type: "snapshot" as const, position, data });
const change = (position: string, data: Row) => ({ type: "change" as const, position, data });
const after = (...frames: (ReturnType<typeof snapshot> | ReturnType<typeof change>)[]) =>
  frames.reduce<Rows<Row> | undefined>((known, frame) => merged(known, frame, keyOf), undefined);
const shown = (rows: Rows<Row> | undefined) =>
  [...(rows ?? new Map<string, { row: Row }>()).values()].map((each) => `${each.row.id} ${each.row.status}`);

describe("rows of a channel", () => {
  it("begin with a snapshot, and what is new stands first", () => {
    const rows = after(snapshot("5", row("b", "open"), row("a", "filled")), change("6", row("c", "open")));
    expect(shown(rows)).toEqual(["c open", "b open", "a filled"]);
  });

  it("keep their place when they change", () => {
    const rows = after(snapshot("5", row("b", "open"), row("a", "open")), change("6", row("a", "filled")));
    expect(shown(rows)).toEqual(["b open", "a filled"]);
  });

  it("are changed by nothing that is told twice or late", () => {
    const told = [snapshot("5"), change("7", row("a", "filled"))] as const;
    expect(after(...told, change("7", row("a", "again")))).toEqual(after(...told));
    expect(shown(after(...told, change("6", row("a", "open"))))).toEqual(["a filled"]);
  });

  it("compare positions as integers of any size, not as text", () => {
    const rows = after(change("9", row("a", "open")), change("10", row("a", "filled")));
    expect(shown(rows)).toEqual(["a filled"]);
    const far = after(
      change("9007199254740993", row("a", "new")),
      change("9007199254740992", row("a", "old")),
    );
    expect(shown(far)).toEqual(["a new"]);
  });

  it("follow a new snapshot, except where more is known already", () => {
    const rows = after(
      snapshot("5", row("b", "open"), row("a", "open")),
      change("9", row("c", "open")),
      change("10", row("a", "filled")),
      snapshot("8", row("b", "cancelled"), row("a", "open")),
    );
    expect(shown(rows)).toEqual(["c open", "b cancelled", "a filled"]);
  });

  it("forget what a later snapshot no longer shows", () => {
    expect(shown(after(snapshot("5", row("a", "open")), snapshot("6")))).toEqual([]);
  });

  it("take in the answer to a command before the first snapshot", () => {
    expect(shown(after(change("6", row("b", "open")), snapshot("5", row("a", "open"))))).toEqual([
      "b open",
      "a open",
    ]);
  });

  it("are bounded", () => {
    const many = Array.from({ length: 600 }, (_, at) => change(String(at), row(`row ${String(at)}`, "open")));
    const rows = after(...many);
    expect(rows?.size).toBe(500);
    expect(shown(rows)[0]).toBe("row 599 open");
  });

  describe("of which some must stay", () => {
    const isClosed = (each: Row) => each.status !== "open";
    const kept = (...frames: (ReturnType<typeof snapshot> | ReturnType<typeof change>)[]) =>
      frames.reduce<Rows<Row> | undefined>(
        (known, frame) => merged(known, frame, keyOf, isClosed),
        undefined,
      );
    const closed = Array.from({ length: 600 }, (_, at) => row(`row ${String(at)}`, "filled"));

    it("keep those, however many others come after them", () => {
      const rows = kept(
        snapshot("0", row("resting", "open")),
        ...closed.map((each, at) => change(String(at + 1), each)),
      );
      expect(rows?.size).toBe(501);
      expect(shown(rows).at(-1)).toBe("resting open");
      expect(rows?.has("row 99")).toBe(false);
    });

    it("let them go with the others once they need not stay", () => {
      const rows = kept(
        snapshot("1", ...closed.slice(0, 500), row("resting", "open")),
        change("2", row("resting", "cancelled")),
      );
      expect(rows?.size).toBe(500);
      expect(rows?.has("resting")).toBe(false);
    });

    it("take all of those that a snapshot shows", () => {
      const open = Array.from({ length: 600 }, (_, at) => row(`open ${String(at)}`, "open"));
      expect(kept(snapshot("1", ...closed, ...open))?.size).toBe(1_100);
    });
  });
});

describe("fills", () => {
  it("are shown once: an adopted one as the trade that it became", () => {
    const fills = [
      { position: "9", adopts: "4" },
      { position: "5", adopts: null },
      { position: "4", adopts: null },
    ];
    expect(withoutAdopted(fills).map((each) => each.position)).toEqual(["9", "5"]);
  });
});
