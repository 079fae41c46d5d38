// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { linkOf } from "./one-time-link";

describe("a one-time link", () => {
  it("is known by its path and carries a token", () => {
    expect(linkOf({ pathname: "/join", search: "?token=abc" })?.token).toBe("abc");
    expect(linkOf({ pathname: "/setup", search: "?token=abc" })?.asks).toContain("email");
    expect(linkOf({ pathname: "/password-reset", search: "?token=abc" })?.asks).toEqual([]);
  });

  it("is nothing without a token or on another path", () => {
    expect(linkOf({ pathname: "/join", search: "" })).toBeNull();
    expect(linkOf({ pathname: "/", search: "?token=abc" })).toBeNull();
  });
});
