import { describe, expect, it } from "vitest";

import { csv } from "./csv";

describe("a table as a file", () => {
  it("quotes what would break a line or a cell", () => {
    expect(csv(["a", "b"], [['say "no"', "1,5"]])).toBe('a,b\r\n"say ""no""","1,5"\r\n');
  });
  it("leaves negative decimals as they are and no formula alive", () => {
    expect(csv(["x"], [["-0.5"], ["=SUM(A1)"], ["-cmd"]])).toBe("x\r\n-0.5\r\n'=SUM(A1)\r\n'-cmd\r\n");
  });
});
