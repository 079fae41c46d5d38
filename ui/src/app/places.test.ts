import { describe, expect, it } from "vitest";

import { placeAt } from "./places";

describe("the room of a page", () => {
  it.each([
    ["/", "Overview"],
    ["/trade", "Trade"],
    ["/journal/17", "Journal"],
    ["/settings/venues", "Settings"],
    ["/connect/a1", "Settings"],
    ["/reconciliation/a1", "Settings"],
  ])("%s is in %s", (path, name) => {
    expect(placeAt(path)?.name).toBe(name);
  });
  it("is none before there is an account", () => {
    expect(placeAt("/welcome")).toBeNull();
  });
});
