import { describe, expect, it } from "vitest";

import identityEvents from "../../../../src/tradebook/identity/events.py?raw";
import credentialEvents from "../../../../src/tradebook/identity/venue_credentials/events.py?raw";
import tradingEvents from "../../../../src/tradebook/trading/events.py?raw";
import { kinds } from "./filters";
import { actorName, happenedApart, sentence, topic, typeName } from "./sentences";
import { orderNames } from "./trading-sentences";
import { plain } from "./words";

const hold = { asset: "USDT", amount: "704.71787386" };
const terms = {
  instrument_id: "BTC-USDT.SIM",
  side: "buy",
  type: "limit",
  quantity: "0.010",
  price: "64120.5",
};
const order = { order_id: "0e8ae69c-232c-8fe8-ab2d-428d15418242" };
const names = orderNames([{ type: "trading.OrderPlaced", data: { ...order, terms } }]);

const told: [string, Record<string, unknown>, string][] = [
  [
    "trading.AccountOpened",
    { name: "main", venue: "paper", base_asset: "USDT", paper: true },
    "Paper account “main” opened in USDT",
  ],
  ["trading.AccountStateChanged", { state: "halted", reason: "daily_loss" }, "Account halted: daily loss"],
  ["trading.AccountBegan", {}, "The book follows its venue from here on"],
  [
    "trading.RiskLimitsSet",
    { limits: { max_position_notional: "50000", drawdown: null } },
    "Risk limits set: position 50 000",
  ],
  [
    "trading.DeadMansSwitchSet",
    { switch: { after_s: 60, when_stopped: true } },
    "Dead man’s switch set: all orders are cancelled 60 s after the server is gone, also when it is stopped on purpose",
  ],
  ["trading.FundsDeposited", { asset: "USDT", amount: "100000" }, "Deposited 100 000 USDT"],
  [
    "trading.FundsWithdrawn",
    { asset: "USDT", amount: "1500", reference: "rent" },
    "Withdrew 1 500 USDT (rent)",
  ],
  [
    "trading.EquityMarked",
    { equity: "99999.37888740", day_open: "1E+5", peak: "100001" },
    "Equity marked at 99 999.38, opened the day at 100 000, peak 100 001",
  ],
  [
    "trading.OrderPlaced",
    { ...order, terms: { ...terms, post_only: true, stop_loss: { stop_price: "60000" } }, hold },
    "Buy 0.010 BTC/USDT at 64 120.5 (post only, stop loss 60 000) placed, holds 704.71787386 USDT",
  ],
  [
    "trading.OrderDenied",
    {
      ...order,
      terms: { ...terms, type: "market" },
      code: "limit_exceeded",
      detail: "max_position_notional is 50000, this would make 6296328.133.",
      figures: { limit: "max_position_notional", value: "6296328.133", max: "50000" },
    },
    "Buy 0.010 BTC/USDT at market denied: Position in BTC/USDT would be 6 296 328.13; the limit is 50 000.",
  ],
  ["trading.OrderTriggered", { ...order, trigger_price: "64000" }, "Buy 0.010 BTC/USDT triggered at 64 000"],
  [
    "trading.TrailingStopMoved",
    { ...order, stop_price: "63800", anchor: "64000" },
    "Buy 0.010 BTC/USDT: stop moved to 63 800, best price 64 000",
  ],
  ["trading.OrderSubmitted", { ...order, attempt: 2 }, "Buy 0.010 BTC/USDT sent to the venue, attempt 2"],
  ["trading.OrderAccepted", order, "Buy 0.010 BTC/USDT accepted by the venue"],
  [
    "trading.OrderRejected",
    { ...order, reason: "too small" },
    "Buy 0.010 BTC/USDT rejected by the venue: too small",
  ],
  [
    "trading.OrderOutcomeUnknown",
    { ...order, reason: "timeout" },
    "Buy 0.010 BTC/USDT: timeout; the outcome is unknown and its funds stay held",
  ],
  [
    "trading.OrderFilled",
    {
      ...order,
      ...{ instrument_id: "BTC-USDT.SIM", side: "buy", quantity: "0.010", price: "64120.5" },
      ...{ fee: "0.6412", fee_asset: "USDT", is_complete: true },
    },
    "Buy 0.010 BTC/USDT filled at 64 120.5, fee 0.6412 USDT",
  ],
  ["trading.OrderCancelRequested", { ...order, reason: "requested" }, "Buy 0.010 BTC/USDT: cancel asked for"],
  [
    "trading.OrderCancelRejected",
    { ...order, reason: "already done" },
    "Buy 0.010 BTC/USDT: cancel rejected by the venue: already done",
  ],
  ["trading.OrderCancelled", { ...order, reason: "requested" }, "Buy 0.010 BTC/USDT cancelled"],
  ["trading.OrderExpired", { ...order, reason: "expired" }, "Buy 0.010 BTC/USDT expired"],
  [
    "trading.OrderReplaceRequested",
    { ...order, price: "64000", quantity: "0.02" },
    "Buy 0.010 BTC/USDT: change asked for, quantity 0.02, price 64 000",
  ],
  ["trading.OrderReplaced", { ...order, stop_price: "60000" }, "Buy 0.010 BTC/USDT changed: stop 60 000"],
  [
    "trading.OrderExitsChanged",
    { ...order, take_profit: null, stop_loss: { stop_price: "60000", price: "59900" } },
    "Buy 0.010 BTC/USDT: exits moved, stop loss 60 000 with limit 59 900",
  ],
  [
    "trading.OrderReplaceRejected",
    { ...order, reason: "closed" },
    "Buy 0.010 BTC/USDT: change rejected by the venue: closed",
  ],
  [
    "trading.UnmatchedFillRecorded",
    { instrument_id: "ETH-USDT.SIM", side: "sell", quantity: "1", price: "2500", fee: "0" },
    "Sell 1 ETH/USDT filled at 2 500 by an order that is not ours",
  ],
  [
    "trading.DifferenceFound",
    { kind: "missing_order", detail: "The venue knows none of it." },
    "The venue does not agree (missing order): The venue knows none of it.",
  ],
  [
    "trading.EarlierFillRecorded",
    { instrument_id: "ETH-USDT.SIM", side: "sell", quantity: "1", price: "2500", fee: "0" },
    "Sell 1 ETH/USDT at 2 500 before the account was connected",
  ],
  [
    "trading.PositionBroughtForward",
    {
      instrument_id: "BTC-USDT-PERP.SIM",
      settled: { quantity: "-0.5", average_price: "60000" },
    },
    "BTC/USDT-PERP was open when the account was connected: −0.5 at 60 000",
  ],
  [
    "trading.PositionClosedByVenue",
    {
      reason: "liquidation",
      instrument_id: "BTC-USDT-PERP.SIM",
      side: "sell",
      quantity: "0.5",
      price: "60000",
      fee: "15",
      fee_asset: "USDT",
    },
    "Sell 0.5 BTC/USDT-PERP at 60 000, fee 15 USDT by the venue itself: liquidated",
  ],
  [
    "trading.FundingSettled",
    { instrument_id: "BTC-USDT-PERP.SIM", asset: "USDT", amount: "-3.2" },
    "Funding paid: 3.2 USDT for BTC/USDT-PERP",
  ],
  [
    "trading.LeverageSet",
    { instrument_id: "BTC-USDT-PERP.SIM", leverage: "5", mode: "cross" },
    "Leverage of BTC/USDT-PERP set to 5×, cross margin",
  ],
  [
    "trading.BalanceAdjusted",
    { asset: "USDT", amount: "-10", reason: "a deposit by hand" },
    "The venue’s balance adopted: −10 USDT: “a deposit by hand”",
  ],
  [
    "trading.UnmatchedFillAdopted",
    {
      instrument_id: "ETH-USDT.BINANCE",
      side: "sell",
      quantity: "1",
      price: "2500",
      fee: "0.5",
      fee_asset: "USDT",
      reason: "",
    },
    "Sell 1 ETH/USDT at 2 500, fee 0.5 USDT adopted as a trade",
  ],
  [
    "trading.DifferenceResolved",
    { kind: "outside_order", reason: "a test by hand" },
    "A difference explained (outside order): “a test by hand”",
  ],
  ["identity.OwnerRegistered", { user_id: "xx-d8d041" }, "Owner …d8d041 registered"],
  ["identity.PartyCreated", { kind: "fund", party_id: "xx-6ab2e4" }, "Fund …6ab2e4 created"],
  ["identity.MemberInvited", { user_id: "xx-d8d041", role: "viewer" }, "Member …d8d041 invited as viewer"],
  ["identity.MemberJoined", { user_id: "xx-d8d041" }, "Member …d8d041 joined"],
  [
    "identity.RoleChanged",
    { user_id: "xx-d8d041", role: "trader", previous: "viewer" },
    "Member …d8d041 is trader now, was viewer",
  ],
  [
    "identity.PartiesGranted",
    { user_id: "xx-d8d041", parties: ["a", "b"] },
    "Member …d8d041 sees 2 parties besides their own",
  ],
  [
    "identity.MemberRemoved",
    { user_id: "xx-d8d041" },
    "Member …d8d041 removed; their sessions and keys ended",
  ],
  [
    "identity.PersonalDataErased",
    { user_id: "xx-d8d041", party_id: "p" },
    "Name and address of former member …d8d041 erased",
  ],
  [
    "identity.PasswordResetRequested",
    { user_id: "xx-d8d041" },
    "Link to reset the password made for member …d8d041",
  ],
  [
    "identity.PasswordChanged",
    { user_id: "xx-d8d041" },
    "Member …d8d041 changed their password; their other sessions ended",
  ],
  [
    "identity.ApiKeyCreated",
    { name: "Reporter", scopes: ["read", "audit"], expires_at: "2027-01-01T00:00:00Z" },
    "API key “Reporter” created, may read, audit, until 2027-01-01",
  ],
  ["identity.ApiKeyRevoked", { key_id: "xx-ee0277" }, "API key …ee0277 revoked"],
  ["identity.SignedIn", { user_id: "xx-d8d041" }, "Member …d8d041 signed in"],
  ["identity.SignedOut", { user_id: "xx-d8d041" }, "Member …d8d041 signed out"],
  [
    "identity.RefreshTokenReused",
    { user_id: "xx-d8d041" },
    "Session of member …d8d041 ended: one of its tokens was used a second time",
  ],
  [
    "identity.SignInFailed",
    { user_id: "xx-d8d041", failures: 5 },
    "Sign-in of member …d8d041 slowed down after 5 failures",
  ],
  [
    "identity.VenueCredentialAdded",
    { venue: "binance", hint: "vmPU…x5Jr", permissions: { can_trade: true } },
    "Account connected to Binance by key vmPU…x5Jr, which trades",
  ],
  [
    "identity.VenueCredentialReplaced",
    { venue: "binance", hint: "", credential_id: "xx-ee0277", permissions: { can_trade: false } },
    "Account connected to Binance by another key …ee0277, which reads only",
  ],
  [
    "identity.WithdrawalRiskConfirmed",
    { user_id: "xx-d8d041", venue: "kraken", statement: "I looked: it cannot." },
    "Owner …d8d041 confirmed that the key at Kraken cannot withdraw: “I looked: it cannot.”",
  ],
  [
    "identity.VenueCredentialRemoved",
    { venue: "binance" },
    "Key at Binance destroyed; the account is not connected any more",
  ],
  [
    "identity.CredentialKeyRotated",
    { key_id: "aes:0", rewrapped: 3 },
    "Credentials of venues brought under another key-encryption key, 3 of them now",
  ],
];

/** The events that the server's catalogue names. */
function catalogued(room: "trading" | "identity"): string[] {
  const sources = { trading: [tradingEvents], identity: [identityEvents, credentialEvents] }[room];
  return sources.flatMap((source) => {
    const [, schemas = ""] = /for kind in \(([^)]*)\)/.exec(source) ?? [];
    return [...schemas.matchAll(/\w+/g)].map(([name]) => `${room}.${name}`);
  });
}

describe("sentences", () => {
  it.each(told)("tells %s", (type, data, words) => {
    expect(sentence({ type, data }, names).replaceAll("\u202f", " ")).toBe(words);
  });

  it.each(["trading", "identity"] as const)(
    "has one for every event of %s, and a place among the kinds",
    (room) => {
      const all = catalogued(room);
      expect(all.length).toBeGreaterThan(10);
      const sorted = [...all].sort();
      expect(
        told
          .map(([type]) => type)
          .filter((type) => type.startsWith(room))
          .sort(),
      ).toEqual(sorted);
      const filed = kinds.flatMap((kind) => kind.types).filter((type) => type.startsWith(room));
      expect(filed.sort()).toEqual(sorted);
    },
  );

  it("says that an order was changed at the venue", () => {
    const data = { ...order, price: "60000", reason: "at_venue" };
    expect(sentence({ type: "trading.OrderReplaced", data }, names).replaceAll("\u202f", " ")).toBe(
      "Buy 0.010 BTC/USDT changed at the venue: price 60 000",
    );
  });

  it("tells a dead man’s switch that is switched off", () => {
    expect(sentence({ type: "trading.DeadMansSwitchSet", data: { switch: null } })).toBe(
      "Dead man’s switch switched off",
    );
  });

  it("tells what one did oneself as one’s own", () => {
    const event = { type: "identity.SignedIn", data: { user_id: "u-123456" } };
    expect(sentence(event, undefined, "user:u-123456")).toBe("You signed in");
    expect(sentence(event, undefined, "user:another")).toBe("Member …123456 signed in");
  });
  it("says when something happened only where that is not when it was recorded", () => {
    const recorded_at = "2026-11-20T10:00:00Z";
    const at = (time: string) => happenedApart({ recorded_at, data: { at: `2026-11-20T${time}Z` } });
    expect(at("09:59:30")).toBeNull();
    expect(at("08:00:00")).toBe("2026-11-20T08:00:00Z");
    expect(happenedApart({ recorded_at, data: {} })).toBeNull();
  });
  it("names an order by its id where nothing else is known of it", () => {
    expect(sentence({ type: "trading.OrderAccepted", data: order })).toBe(
      "Order …418242 accepted by the venue",
    );
  });

  it("tells events it has never heard of by their names", () => {
    expect(sentence({ type: "fund.UnitsIssued", data: {} })).toBe("Units issued");
    expect(sentence({ type: "trading.toString", data: {} })).toBe("To string");
  });

  it("tells orders of every type", () => {
    const priced = (more: Record<string, unknown>) =>
      sentence({
        type: "trading.OrderDenied",
        data: { terms: { ...terms, price: undefined, ...more }, detail: "no" },
      });
    expect(priced({ type: "stop", stop_price: "5" })).toContain("at market once the price reaches 5");
    expect(priced({ type: "take_profit", stop_price: "5", price: "4" })).toContain(
      "at 4 once the price reaches 5",
    );
    expect(priced({ type: "stop_limit", stop_price: "5", price: "4" })).toContain(
      "at 4 once the price reaches 5",
    );
    expect(
      priced({ type: "trailing_stop", trailing_offset: "1.5", trailing_offset_type: "percent" }),
    ).toContain("trailing by 1.5 %");
    expect(priced({ type: "market", quote_quantity: "500" })).toContain("Buy BTC/USDT for 500 at market");
    expect(priced({ type: "limit", price: "4", time_in_force: "ioc", reduce_only: true })).toContain(
      "at 4 (IOC, reduce only)",
    );
  });
});

describe("names", () => {
  it("tells who did it", () => {
    expect(actorName("user:1", "user:1")).toBe("you");
    expect(actorName("user:xx-d8d041", "user:1")).toBe("user …d8d041");
    expect(actorName("system:owner-setup", undefined)).toBe("owner setup");
    expect(actorName("venue:paper", undefined)).toBe("Paper");
  });

  it("tells what an event is about", () => {
    expect(typeName("trading.OrderFilled")).toBe("Order filled");
    expect(
      ["OrderFilled", "OrderDenied", "FundsDeposited", "OrderPlaced", "EquityMarked"].map((each) =>
        topic(`trading.${each}`),
      ),
    ).toEqual(["fill", "problem", "money", "order", "account"]);
    expect([topic("identity.SignedIn"), topic("fund.UnitsIssued")]).toEqual(["people", "other"]);
  });

  it("writes decimals without exponents", () => {
    expect(["1E-8", "1.5E+3", "-2.50E-1", "1E+2", "64120.5"].map(plain)).toEqual([
      "0.00000001",
      "1500",
      "-0.250",
      "100",
      "64120.5",
    ]);
  });
});
