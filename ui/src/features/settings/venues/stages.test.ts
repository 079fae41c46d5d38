// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { Refused } from "../../../api/client";
import { standingOf, type VenueHealth } from "../../../api/venues";
import { guideOf, venueChoices } from "./guides";
import { type Credential, keyProblems, permissionsOf } from "./stages";

const refused = (code: string, message: string, fields = {}) =>
  new Refused(message, { status: 422, code, fields });
const key = (permissions: Partial<Credential["permissions"]>) => ({
  permissions: {
    can_read: true,
    can_trade: true,
    can_withdraw: false,
    expires_at: null,
    is_bound_to_addresses: null,
    ...permissions,
  },
});
const toned = (permissions: Partial<Credential["permissions"]>) =>
  permissionsOf(key(permissions), (instant) => instant.slice(0, 10)).map(
    ({ words, tone }) => `${tone}: ${words}`,
  );

describe("where accounts can be connected", () => {
  it("begins with the venues that can be, and never names paper", () => {
    const found = venueChoices(
      [
        { venue: "paper", connectable: false },
        { venue: "binance", connectable: true },
        { venue: "moon", connectable: false },
      ],
      true,
    );
    expect(found.map(({ title, isConnectable }) => [title, isConnectable])).toEqual([
      ["Binance", true],
      ["Binance USD-M futures", false],
      ["Bybit", false],
      ["Hyperliquid", false],
      ["moon", false],
    ]);
  });
  it("says why not: there is no real market, or the server does not have the venue", () => {
    const whyOf = (isLive: boolean) => venueChoices([], isLive).find((each) => each.venue === "binance")?.why;
    expect(whyOf(false)).toBe("Not on a simulated market.");
    expect(whyOf(true)).toBe("Not among this server’s venues: TRADEBOOK_LIVE_VENUES names them.");
  });
  it("has a way to a key for every one, and none of them lets it withdraw", () => {
    for (const { venue } of venueChoices([{ venue: "moon", connectable: true }], true))
      expect(guideOf(venue).rules.filter((rule) => rule.kind === "refuse")).toHaveLength(1);
  });
});

describe("the key of an agent", () => {
  it("is told of at its own field, and so is the wallet that approved it", () => {
    const whole = keyProblems(refused("key_can_withdraw", "It can withdraw."), "agent_key");
    expect(whole).toEqual({ agent_key: "It can withdraw." });
    const wallet = { "secrets.wallet_address": "is not the wallet that has approved this key" };
    expect(keyProblems(refused("invalid_input", "secrets.wallet_address …", wallet), "agent_key")).toEqual({
      wallet_address: "is not the wallet that has approved this key",
    });
  });
});

describe("what a key may do", () => {
  it("is what the venue told, in words", () => {
    expect(toned({ is_bound_to_addresses: true })).toEqual([
      "gain: Reads balances, orders and fills",
      "gain: Places and cancels orders",
      "gain: Cannot withdraw",
      "gain: Works only from the addresses that you named",
    ]);
  });
  it("asks for attention where it reads only, works from anywhere, or ends", () => {
    expect(
      toned({ can_trade: false, is_bound_to_addresses: false, expires_at: "2027-01-31T00:00:00Z" }),
    ).toEqual([
      "gain: Reads balances, orders and fills",
      "attention: Cannot place orders",
      "gain: Cannot withdraw",
      "attention: Works from any address: restrict it at the venue",
      "attention: Ends on 2027-01-31",
    ]);
  });
  it("says of a confirmation that it is one", () => {
    expect(toned({ can_withdraw: null })).toContain("quiet: Cannot withdraw, as an owner confirmed");
  });
});

describe("what the server says of a key", () => {
  it("stands at the key that can withdraw, cannot read, or is not taken", () => {
    for (const code of ["key_can_withdraw", "key_cannot_read"])
      expect(keyProblems(refused(code, "No."))).toEqual({ api_key: "No." });
    for (const code of ["venue_refused", "venue_refused_key"])
      expect(keyProblems(refused(code, "No.")).api_key).toMatch(/^No\. Is it the whole key/);
  });
  it("stands at the secret where the signature is wrong", () => {
    const words = "binance: -1022 Signature for this request is not valid.";
    expect(keyProblems(refused("venue_refused", words))).toEqual({
      secret: `${words} Copy the secret again, all of it.`,
    });
  });
  it("asks the owner where the venue does not tell", () => {
    expect(keyProblems(refused("withdrawal_unknown", "Look there."))).toEqual({
      confirmed_by_owner: "Look there.",
    });
  });
  it("stands at the field that it names, whatever it is part of", () => {
    expect(keyProblems(refused("invalid", "no", { "secrets.passphrase": "is missing" }))).toEqual({
      passphrase: "is missing",
    });
    expect(
      keyProblems(refused("invalid", "secrets.secret: is empty", { "secrets.secret": "is empty" })),
    ).toEqual({ secret: "is empty" });
    expect(keyProblems(refused("invalid", "body: no", { body: "no" }))).toEqual({ whole: "body: no" });
  });
  it("stands below everything where the venue or the server is away", () => {
    expect(keyProblems(refused("venue_away", "Try again."))).toEqual({ whole: "Try again." });
    expect(keyProblems(new Error("Gone."))).toEqual({ whole: "Gone." });
    expect(keyProblems(null)).toEqual({});
  });
});

describe("how an account is at its venue", () => {
  it("is found at whatever venue it is, and is nothing where it is not connected", () => {
    const health = [
      { venue: "paper", accounts: [] },
      { venue: "binance", accounts: [{ account_id: "a", stage: "trading", problem: "" }] },
    ] as unknown as VenueHealth[];
    expect(standingOf(health, "a")?.stage).toBe("trading");
    expect(standingOf(health, "b")).toBeUndefined();
  });
});
