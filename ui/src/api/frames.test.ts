import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Gathered, waitingMax } from "./frames";

let draw: (() => void)[] = [];
let asked = 0;

beforeEach(() => {
  draw = [];
  asked = 0;
  vi.stubGlobal("requestAnimationFrame", (drawn: () => void) => {
    asked += 1;
    draw.push(drawn);
    return asked;
  });
});

afterEach(() => {
  draw.splice(0).forEach((each) => {
    each();
  });
  vi.unstubAllGlobals();
});

const drawFrame = () => {
  draw.splice(0).forEach((each) => {
    each();
  });
};

describe("messages of a busy market", () => {
  it("are taken together, in their order, when the page draws", () => {
    const taken: number[][] = [];
    const gathered = new Gathered<number>((items) => taken.push(items));
    [1, 2, 3].forEach(gathered.add);
    expect(taken).toEqual([]);
    drawFrame();
    expect(taken).toEqual([[1, 2, 3]]);
    gathered.add(4);
    drawFrame();
    expect(taken).toEqual([[1, 2, 3], [4]]);
  });

  it("share one frame, whoever waits", () => {
    const taken: string[] = [];
    new Gathered<string>((items) => taken.push(...items)).add("a");
    new Gathered<string>((items) => taken.push(...items)).add("b");
    expect(asked).toBe(1);
    drawFrame();
    expect(taken).toEqual(["a", "b"]);
  });

  it("are worked off without a frame when many wait, for a tab out of sight draws none", () => {
    const taken: number[] = [];
    const gathered = new Gathered<number>((items) => taken.push(...items));
    for (let each = 0; each < waitingMax + 1; each += 1) gathered.add(each);
    expect(taken).toHaveLength(waitingMax);
    drawFrame();
    expect(taken.at(-1)).toBe(waitingMax);
  });

  it("are forgotten when nobody is interested any more", () => {
    const taken: number[] = [];
    const gathered = new Gathered<number>((items) => taken.push(...items));
    gathered.add(1);
    gathered.drop();
    drawFrame();
    expect(taken).toEqual([]);
  });
});
