// @vitest-environment jsdom

import { QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";

import { newQueryClient } from "../../api/query-client";
import type { Instrument, Position } from "../../api/types";
import { PositionsThen } from "./tables-then";

const inverse = {
  instrument_id: "BTC-USD.X",
  symbol: "BTC/USD",
  base_asset: "BTC",
  quote_asset: "USD",
  tick_size: "0.5",
  contract: { inverse_size: "100" },
} as Instrument;

const position = (side: "long" | "short", quantity: string) =>
  ({
    account_id: "a",
    instrument: inverse.instrument_id,
    position_side: side,
    quantity,
    average_entry_price: "100",
    realised_pnl: "0.00123",
    settle_asset: "BTC",
  }) as Position;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("tells both sides of a contract apart, each in the money that it is settled in", () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const wrong = vi.spyOn(console, "error");
  const queries = newQueryClient();
  queries.setQueryData(["instruments"], [inverse]);
  const page = document.createElement("div");
  const root = createRoot(page);
  const positions = [position("long", "2"), position("short", "-3")];
  act(() => {
    root.render(
      createElement(QueryClientProvider, { client: queries }, createElement(PositionsThen, { positions })),
    );
  });
  const lines = [...page.querySelectorAll("tbody tr")].map((line) =>
    [...line.querySelectorAll("td")].map((cell) => cell.textContent),
  );
  expect(lines).toEqual([
    ["BTC/USD", "Long", "2", "100.0", "+0.001230", "BTC"],
    ["BTC/USD", "Short", "\u22123", "100.0", "+0.001230", "BTC"],
  ]);
  expect(wrong).not.toHaveBeenCalled();
  act(() => {
    root.unmount();
  });
});
