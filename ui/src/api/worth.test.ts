// @vitest-environment jsdom

import { QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, describe, expect, it, vi } from "vitest";

import { travelTo } from "../state/moment";
import { newQueryClient } from "./query-client";
import { dayPnl, decimalsShown, drawdownOf, useValuation } from "./worth";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("hands out no valuation of another moment", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const answers: ((response: Response) => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(resolve)));
  const told: (string | undefined)[] = [];
  const Probe = () => {
    told.push(useValuation("a", true)?.equity);
    return null;
  };
  const root = createRoot(document.createElement("div"));
  const answer = (equity: string) =>
    act(async () => {
      await vi.waitFor(() => {
        expect(answers).toHaveLength(1);
      });
      answers.pop()?.(Response.json({ equity }));
      await new Promise((go) => setTimeout(go, 20));
    });
  act(() => {
    root.render(createElement(QueryClientProvider, { client: newQueryClient() }, createElement(Probe)));
  });
  await answer("100");
  expect(told.at(-1)).toBe("100");
  act(() => {
    travelTo("5");
  });
  expect(told.at(-1)).toBeUndefined();
  await answer("50");
  expect(told.at(-1)).toBe("50");
  act(() => {
    travelTo(null);
    root.unmount();
  });
});

const standing = {
  equity: { day: "2026-11-21", day_open: "1000", equity: "1000", peak: "1250", drawdown: "0.2" },
};

describe("the day", () => {
  it("is measured from what it opened with", () => {
    expect(dayPnl("1015.5", standing)).toEqual({ amount: "15.5", share: "0.0155" });
    expect(dayPnl("990", standing)).toEqual({ amount: "-10", share: "-0.01" });
  });
  it("has no percentage of nothing", () => {
    expect(dayPnl("5", { equity: { ...standing.equity, day_open: "0" } })).toEqual({
      amount: "5",
      share: null,
    });
  });
  it("is not told before the account was marked", () => {
    expect(dayPnl("5", { equity: null })).toBeNull();
    expect(dayPnl("5", undefined)).toBeNull();
  });
});

describe("the drawdown", () => {
  it("is the fall from the peak", () => {
    expect(drawdownOf("1000", standing)).toBe("0.2");
  });
  it("is nothing above the peak", () => {
    expect(drawdownOf("1300", standing)).toBe("0");
  });
});

it("shows money in dollars with cents, and coins with more", () => {
  expect(decimalsShown("USDT")).toBe(2);
  expect(decimalsShown("BTC")).toBe(6);
});
