import { describe, expect, it } from "vitest";

import type { JournalEvent } from "../../api/types";
import { type EventPages, withNewer } from "./newer";

/** Events down from `newest`, so many. */
function events(newest: number, count: number): JournalEvent[] {
  return Array.from({ length: count }, (_, n) => ({ position: String(newest - n) }) as JournalEvent);
}

function list(...lengths: number[]): EventPages {
  let newest = lengths.reduce((sum, each) => sum + each, 0);
  const pages = lengths.map((length) => {
    const page = {
      items: events(newest, length),
      next_cursor: String(newest - length + 1),
      head: String(newest),
    };
    newest -= length;
    return page;
  });
  return { pages, pageParams: [null, ...pages.slice(0, -1).map((page) => page.next_cursor)] };
}

const positions = (pages: EventPages) =>
  pages.pages.flatMap((page) => page.items).map((each) => each.position);

describe("what has come since the list was read", () => {
  it("stands above what is known, which stays as far back as somebody has scrolled", () => {
    const taken = withNewer(list(3, 2), events(7, 2), null);
    expect(positions(taken)).toEqual(["7", "6", "5", "4", "3", "2", "1"]);
    expect(taken.pages).toHaveLength(2);
    expect(taken.pages[0]?.head).toBe("7");
    expect(taken.pages[0]?.next_cursor).toBe("3");
    expect(taken.pageParams).toEqual([null, "3"]);
  });

  it("never makes a list that is followed for long longer than two pages", () => {
    let pages = list(200, 200, 200);
    for (let newest = 640; newest <= 40_600; newest += 40) pages = withNewer(pages, events(newest, 40), null);
    expect(positions(pages).length).toBeLessThanOrEqual(400);
    expect(positions(pages)[0]).toBe("40600");
  });

  it("leads on from where it was cut, so that nothing is missing below", () => {
    const taken = withNewer(list(200, 200), events(650, 250), null);
    expect(positions(taken)).toEqual(events(650, 200).map((each) => each.position));
    expect(taken.pages[0]?.next_cursor).toBe("451");
    expect(taken.pageParams).toEqual([null]);
  });

  it("is the list where it does not reach back to what is known", () => {
    const taken = withNewer(list(200), events(900, 100), "801");
    expect(positions(taken)).toEqual(events(900, 100).map((each) => each.position));
    expect(taken.pages[0]?.next_cursor).toBe("801");
  });

  it("is taken in once, however often it is told", () => {
    const known = list(3);
    expect(withNewer(known, [], null)).toBe(known);
    const taken = withNewer(known, events(5, 2), null);
    expect(withNewer(taken, events(5, 2), null)).toBe(taken);
  });
});
