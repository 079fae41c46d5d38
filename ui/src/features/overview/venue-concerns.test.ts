// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import type { Difference } from "../../api/differences";
import type { Account } from "../../api/types";
import type { VenueHealth } from "../../api/venues";
import { apart, differences, unheard } from "./venue-concerns";

const account = { account_id: "a", name: "Main", venue: "binance", paper: false } as Account;
const told = (kind: string, figures: Record<string, string>, detail = "") =>
  ({ account_id: "a", kind, detail, figures }) as unknown as Difference;
const thin = "\u2009";

describe("where a venue does not agree", () => {
  it("is nothing while nothing was told, or only of others", () => {
    expect(differences([account], [])).toEqual([]);
    expect(
      differences([{ ...account, account_id: "b" }], [told("balance", { asset: "BTC", difference: "1" })]),
    ).toEqual([]);
  });
  it("says of a balance which way it differs, and what each side has", () => {
    const events = [told("balance", { asset: "BTC", difference: "-0.5", venue: "10000", book: "10000.5" })];
    expect(differences([account], events)[0]).toMatchObject({
      title: "Main: the venue and this book differ",
      detail: `The venue has 0.5 BTC less than this book: 10${thin}000 there, 10${thin}000.5 here.`,
      path: "/reconciliation/$accountId",
      accountId: "a",
    });
  });
  it("counts the assets that differ", () => {
    const events = [
      told("balance", { asset: "BTC", difference: "1" }),
      told("balance", { asset: "USDT", difference: "-9" }),
    ];
    expect(differences([account], events).map((each) => each.title)).toEqual([
      "Main: the venue and this book differ in 2 assets",
    ]);
  });
  it("says which order works there that was not placed here", () => {
    const figures = {
      venue_order_id: "1",
      instrument_id: "BTC-USDT.BINANCE",
      side: "sell",
      quantity: "0.1",
      price: "64000",
    };
    expect(differences([account], [told("outside_order", figures)])[0]).toMatchObject({
      title: "Main: an order at the venue was not placed here",
      detail: `Sell 0.1 BTC-USDT.BINANCE at 64${thin}000.`,
    });
  });
  it("says what a trade was that fits no order", () => {
    const figures = { fill_id: "7", quantity: "0.1", price: "64000" };
    expect(differences([account], [told("unmatched_fill", figures)])[0]).toMatchObject({
      title: "Main: a trade at the venue fits no order of this book",
      detail: `0.1 traded at 64${thin}000.`,
    });
  });
  it("has words for what nobody foresaw", () => {
    expect(differences([account], [told("unexpected_trigger", {}, "It triggered.")])[0]).toMatchObject({
      title: "Main: the venue does not agree (unexpected trigger)",
      detail: "It triggered.",
    });
  });
});

describe("a real account that cannot trade now", () => {
  const at = (stage: string, problem = "") =>
    [{ venue: "binance", accounts: [{ account_id: "a", stage, problem }] }] as unknown as VenueHealth[];
  it("is none where it trades, where it is paper, or while nothing is known", () => {
    expect(apart([account], at("trading"))).toEqual([]);
    expect(apart([{ ...account, paper: true }], [])).toEqual([]);
    expect(apart([account], undefined)).toEqual([]);
  });
  it("says what keeps it", () => {
    expect(apart([account], at("connecting", "the line broke"))[0]).toMatchObject({
      title: "Main is not in step with Binance",
      detail: "the line broke",
      path: "/connect/$accountId",
    });
  });
  it("says that it has no key", () => {
    expect(apart([account], [])[0]).toMatchObject({
      title: "Main is not connected",
      linkText: "Connect it",
    });
  });
});

describe("a dead man’s switch that cannot be put off", () => {
  const at = (switch_problem: string) =>
    [
      {
        venue: "bybit",
        accounts: [{ account_id: "a", stage: "trading", problem: "", switch_problem }],
      },
    ] as unknown as VenueHealth[];
  it("is no concern while the venue hears us, or while nothing is known", () => {
    expect(unheard([account], at(""))).toEqual([]);
    expect(unheard([account], [])).toEqual([]);
    expect(unheard([account], undefined)).toEqual([]);
  });
  it("says why, and what may come of it", () => {
    expect(unheard([account], at("It did not answer."))[0]).toMatchObject({
      title: "Main: the dead man’s switch cannot be put off",
      detail: "It did not answer.",
      path: "/connect/$accountId",
    });
  });
});
