import { expect, it } from "vitest";

import { moveOf } from "./changeable";

it("asks for the one price that was moved, and leaves the rest of an exit as it is", () => {
  expect(moveOf("stop_price", "61")).toEqual({ stop_price: "61" });
  expect(moveOf("take_profit", "70")).toEqual({ take_profit: { stop_price: "70" } });
  expect(moveOf("stop_loss_limit", "59")).toEqual({ stop_loss: { price: "59" } });
});
