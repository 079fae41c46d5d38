// @vitest-environment jsdom

import { expect, it } from "vitest";

import { changeDraft, useDrafts } from "../features/trading/draft";
import { begin, succeeded, useAttempts } from "../features/trading/attempts";
import { explain, useExplained } from "../state/explained";
import { travelTo, useMoment } from "../state/moment";
import { tell, useToasts } from "../state/toasts";
import { forgetWork } from "../state/work";

it("leaves nothing of what somebody had at work for who signs in next", () => {
  travelTo("7");
  tell({ title: "Denied", tone: "attention" });
  explain("equity:a:equity", "100");
  changeDraft("BTC-USDT.SIM", { quantity: "1" });
  succeeded(begin("ticket", [{ quantity: "1" }], "Buy 1 BTC"), { placed: [], refused: null });
  forgetWork();
  expect(useMoment.getState().asOf).toBeNull();
  expect(useToasts.getState().toasts).toEqual([]);
  expect(useDrafts.getState().drafts).toEqual({});
  expect(useAttempts.getState().attempts).toEqual([]);
  expect(useExplained.getState().of).toBeNull();
});

it("lets an order without an answer stay the one that it is, and shows it to nobody", () => {
  const order = { account_id: "a", quantity: "2" };
  const sent = begin("ticket", [order], "Buy 2 BTC");
  forgetWork();
  expect(useAttempts.getState().attempts.map(({ id, isLeft }) => [id, isLeft])).toEqual([[sent.id, true]]);
  expect(begin("ticket", [order], "Buy 2 BTC").id).toBe(sent.id);
});
