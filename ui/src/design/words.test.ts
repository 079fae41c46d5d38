import { describe, expect, it } from "vitest";

import { sentence, spoken } from "./words";

describe("words", () => {
  it("are said apart", () => {
    expect(spoken("max_position_notional")).toBe("max position notional");
    expect(spoken("OrderFilled")).toBe("Order filled");
  });
  it("end once", () => {
    expect(sentence("the venue closed it")).toBe("the venue closed it.");
    expect(sentence("It takes no more requests until 12:00:00 UTC.")).toBe(
      "It takes no more requests until 12:00:00 UTC.",
    );
  });
});
