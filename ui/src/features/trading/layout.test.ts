import { beforeEach, describe, expect, it } from "vitest";

import { fold, layOutAsUsual, resize, sizes, useLayout } from "./layout";

beforeEach(layOutAsUsual);

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
