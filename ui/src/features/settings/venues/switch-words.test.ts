import { describe, expect, it } from "vitest";

import { fateOfOrders, problemOfSeconds } from "./switch-words";

const terms = { after_s_min: 15, after_s_max: 300, caution: "It cancels everything." };

describe("what becomes of orders when the server is gone", () => {
  it("is that they work on where the venue has no switch, or it is off", () => {
    const off = { after_s: null, when_stopped: false };
    expect(fateOfOrders({ ...off, terms: null }, "Binance")).toBe(
      "Binance cannot cancel orders by itself. What works there works on while this server is away.",
    );
    expect(fateOfOrders({ ...off, terms }, "Bybit")).toBe(
      "Off: orders work on at Bybit while this server is away.",
    );
  });
  it("is that they are cancelled where it is on, and whether a stop on purpose counts", () => {
    expect(fateOfOrders({ after_s: 60, when_stopped: false, terms }, "Bybit")).toBe(
      "Bybit cancels all orders 60 s after it last heard of this server. Stopping the server on purpose lifts that.",
    );
    expect(fateOfOrders({ after_s: 60, when_stopped: true, terms }, "Bybit")).toBe(
      "Bybit cancels all orders 60 s after it last heard of this server, also when the server is stopped on purpose.",
    );
  });
});

describe("a time as it is typed", () => {
  it("is whole seconds that the venue takes", () => {
    expect(problemOfSeconds("60", terms)).toBeUndefined();
    expect(problemOfSeconds(" 300 ", terms)).toBeUndefined();
    for (const wrong of ["", "1.5", "-60", "a minute"])
      expect(problemOfSeconds(wrong, terms)).toBe("Write whole seconds, such as 60.");
    for (const beyond of ["14", "301"])
      expect(problemOfSeconds(beyond, terms)).toBe("From 15 to 300 seconds.");
  });
});
