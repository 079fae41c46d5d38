// @vitest-environment jsdom

import { beforeEach, expect, it } from "vitest";

import { useMoment } from "../../state/moment";
import { dismiss, isToBeTold, tell, useToasts } from "../../state/toasts";
import { tellFill } from "./fill-toast";

const fill = (n: number) =>
  ({ title: `Bought ${n} BTC/USDT`, tone: "quiet", path: `/journal/${n}` }) as const;
const told = () => useToasts.getState().toasts;

beforeEach(() => {
  useToasts.setState({ toasts: [] });
  useMoment.setState({ asOf: null });
});

it("tells one fill as it is, and leads to its event", () => {
  tellFill(fill(1));
  expect(told()).toMatchObject([{ title: "Bought 1 BTC/USDT", path: "/journal/1" }]);
});

it("tells fills that come while one is shown in its card, the newest first, and leads to all of them", () => {
  tellFill(fill(1));
  const [{ id } = { id: 0 }] = told();
  for (const n of [2, 3, 4, 5]) tellFill(fill(n));
  expect(told()).toEqual([
    {
      id,
      title: "5 orders filled",
      detail: "Bought 5 BTC/USDT, Bought 4 BTC/USDT, Bought 3 BTC/USDT and 2 more",
      tone: "quiet",
      path: "/journal?type=trading.OrderFilled",
      pathText: "Show the fills",
    },
  ]);
});

it("begins anew once that card is gone, and leaves what else is told alone", () => {
  tellFill(fill(1));
  const [first] = told();
  tell({ title: "Denied", tone: "attention" });
  if (first) dismiss(first.id);
  tellFill(fill(2));
  expect(told().map(({ title }) => title)).toEqual(["Denied", "Bought 2 BTC/USDT"]);
});

it("tells of now, while the pages show the past, only what wants attention", () => {
  const tones = ["quiet", "gain", "attention", "loss"] as const;
  expect(tones.filter((tone) => isToBeTold({ tone }))).toEqual(tones);
  useMoment.setState({ asOf: "7" });
  expect(tones.filter((tone) => isToBeTold({ tone }))).toEqual(["attention", "loss"]);
});
