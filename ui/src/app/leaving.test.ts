// @vitest-environment jsdom

import { expect, it } from "vitest";

import { changeDraft, useDrafts } from "../features/trading/draft";
import { begin, useAttempts } from "../features/trading/attempts";
import { travelTo, useMoment } from "../state/moment";
import { tell, useToasts } from "../state/toasts";
import { forgetWork } from "../state/work";

it("leaves nothing of what somebody had at work for who signs in next", () => {
  travelTo("7");
  tell({ title: "Denied", tone: "attention" });
  changeDraft("BTC-USDT.SIM", { quantity: "1" });
  begin("ticket", [{ quantity: "1" }], "Buy 1 BTC");
  forgetWork();
  expect(useMoment.getState().asOf).toBeNull();
  expect(useToasts.getState().toasts).toEqual([]);
  expect(useDrafts.getState().drafts).toEqual({});
  expect(useAttempts.getState().attempts).toEqual([]);
  expect(sessionStorage.getItem("tradebook.attempts")).not.toContain("Buy 1 BTC");
});
