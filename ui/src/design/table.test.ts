// @vitest-environment jsdom

import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Column, type PagesToCome, Table } from "./table";

interface Row {
  id: string;
}

const rows: Row[] = [{ id: "a" }, { id: "b" }, { id: "c" }];
let page: HTMLElement;
let root: Root;

function draw(prices: Record<string, string>, pages?: PagesToCome): void {
  const price = ({ id }: Row) => prices[id] ?? "";
  const columns: Column<Row>[] = [{ title: "Price", figure: true, cell: price, text: price }];
  act(() => {
    const rowKey = (row: Row) => row.id;
    root.render(
      createElement(Table<Row>, { caption: "Prices", columns, rows, rowKey, ...(pages && { pages }) }),
    );
  });
}

function sort(): void {
  act(() => {
    page.querySelector<HTMLElement>("th button")?.click();
  });
}

const shown = () => [...page.querySelectorAll("tbody tr")].map((line) => line.textContent);

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  page.remove();
  vi.unstubAllGlobals();
});

describe("a sorted table", () => {
  it("goes by what its columns say now, although the rows are the same ones", () => {
    draw({ a: "1", b: "2", c: "3" });
    sort();
    expect(shown()).toEqual(["3", "2", "1"]);
    draw({ a: "5", b: "9", c: "7" });
    expect(shown()).toEqual(["9", "7", "5"]);
  });
});

describe("a list that comes page by page", () => {
  const prices = { a: "1", b: "2", c: "3" };
  const told = () => page.querySelector("[role=status]")?.textContent;
  function coming(state: Partial<PagesToCome>) {
    const pages = { more: vi.fn(), isAsking: false, isWhole: false, isFull: false, ...state };
    draw(prices, pages);
    return pages.more;
  }

  it("is not asked for whole until it is sorted", () => {
    expect(coming({})).not.toHaveBeenCalled();
    expect(told()).toBeUndefined();
  });
  it("is asked for page by page while it is sorted, and says how far it is", () => {
    const first = coming({});
    sort();
    expect(first).toHaveBeenCalledTimes(1);
    expect(told()).toBe("Sorting goes on: 3 rows so far");
    expect(coming({ isAsking: true })).not.toHaveBeenCalled();
    expect(coming({})).toHaveBeenCalledTimes(1);
    expect(coming({ isWhole: true })).not.toHaveBeenCalled();
    expect(told()).toBeUndefined();
  });
  it("is not asked for without end, and says that not all of it is sorted", () => {
    const more = coming({ isFull: true });
    sort();
    expect(more).not.toHaveBeenCalled();
    expect(told()).toBe("Only the newest 3 rows are sorted: there are more");
  });
});
