// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { isTyping } from "./use-keys";

function within(html: string): Element | null {
  const page = document.createElement("div");
  page.innerHTML = html;
  return page.querySelector("[data-focus]");
}

describe("keys are text", () => {
  it.each([
    "<input data-focus>",
    '<input type="search" data-focus>',
    '<input type="number" data-focus>',
    "<textarea data-focus></textarea>",
    "<select data-focus></select>",
    "<div contenteditable><b data-focus></b></div>",
  ])("in %s", (html) => {
    expect(isTyping(within(html))).toBe(true);
  });

  it.each([
    '<input type="radio" data-focus>',
    '<input type="checkbox" data-focus>',
    '<input type="range" data-focus>',
    '<input type="button" data-focus>',
    "<button data-focus></button>",
    "<div data-focus></div>",
  ])("but not in %s, so that shortcuts live on after a choice", (html) => {
    expect(isTyping(within(html))).toBe(false);
  });
});
