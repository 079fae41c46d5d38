// @vitest-environment jsdom

import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Column, Table } from "./table";

interface Row {
  id: string;
}

const rows: Row[] = [{ id: "a" }, { id: "b" }, { id: "c" }];
let page: HTMLElement;
let root: Root;

function draw(prices: Record<string, string>): void {
  const price = ({ id }: Row) => prices[id] ?? "";
  const columns: Column<Row>[] = [{ title: "Price", figure: true, cell: price, text: price }];
  act(() => {
    root.render(createElement(Table<Row>, { caption: "Prices", columns, rows, rowKey: (row) => row.id }));
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
