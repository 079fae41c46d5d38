// @vitest-environment jsdom

import { beforeEach, describe, expect, it } from "vitest";

import {
  dropLayout,
  fold,
  keepLayout,
  layoutsMax,
  layOutAsUsual,
  nameOf,
  resize,
  sizes,
  takeLayout,
  useLayout,
} from "./layout";

beforeEach(() => {
  layOutAsUsual();
  useLayout.setState({ named: [] });
});

describe("the desk's layout", () => {
  it("keeps sizes within what a part can be", () => {
    resize("ticket", 10);
    resize("blotter", 5000);
    resize("watchlist", 250.4);
    expect(useLayout.getState().px).toEqual({
      ticket: sizes.ticket.min,
      blotter: sizes.blotter.max,
      watchlist: 250,
    });
  });

  it("folds parts away and brings all back", () => {
    fold("watchlist", true);
    expect(useLayout.getState().folded).toEqual({ watchlist: true });
    layOutAsUsual();
    expect(useLayout.getState()).toMatchObject({ px: {}, folded: {} });
  });

  it("is remembered on this device", () => {
    resize("book", 300);
    expect(localStorage.getItem("tradebook.trade-layout")).toContain('"book":300');
  });
});

describe("layouts with a name", () => {
  const now = () => nameOf(useLayout.getState());

  it("are kept, taken up again and dropped", () => {
    fold("watchlist", true);
    resize("book", 300);
    keepLayout("  Scalping ");
    expect(now()).toBe("Scalping");
    layOutAsUsual();
    expect(now()).toBe("");
    takeLayout("Scalping");
    expect(useLayout.getState()).toMatchObject({ px: { book: 300 }, folded: { watchlist: true } });
    dropLayout("Scalping");
    expect(useLayout.getState()).toMatchObject({ named: [], px: { book: 300 } });
  });

  it("are told by how they look, however that came about", () => {
    keepLayout("Plain");
    fold("book", true);
    fold("book", false);
    resize("book", sizes.book.usual);
    expect(now()).toBe("Plain");
  });

  it("have one name each, and are bounded", () => {
    for (let each = 0; each <= layoutsMax; each += 1) keepLayout(`layout ${String(each)}`);
    resize("book", 310);
    keepLayout("layout 5");
    keepLayout("   ");
    const { named } = useLayout.getState();
    expect(named).toHaveLength(layoutsMax);
    expect(named.map((each) => each.name)).not.toContain("layout 0");
    expect(named.filter((each) => each.name === "layout 5")).toMatchObject([{ px: { book: 310 } }]);
  });

  it("are remembered on this device", () => {
    keepLayout("Evening");
    expect(localStorage.getItem("tradebook.trade-layout")).toContain("Evening");
  });
});
