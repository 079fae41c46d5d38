// @vitest-environment jsdom

import { QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { newQueryClient } from "../api/query-client";
import { tell, useToasts } from "../state/toasts";
import { Toasts } from "./toasts";

let page: HTMLElement;
let root: Root;

const list = () => page.querySelector("ol") ?? expect.fail("no list");
const told = () => [...page.querySelectorAll("li")].map((each) => each.textContent);
const dismissal = () => page.querySelector<HTMLElement>("li button") ?? expect.fail("no way to dismiss it");

function say(title: string): void {
  act(() => {
    tell({ title, tone: "quiet" });
  });
}

function pass(ms: number): void {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
}

function press(key: string): void {
  act(() => {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  useToasts.setState({ toasts: [] });
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
  act(() => {
    root.render(createElement(QueryClientProvider, { client: newQueryClient() }, createElement(Toasts)));
  });
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  page.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what is told at the edge", () => {
  it("is announced, and goes by itself", () => {
    say("Filled");
    expect(list().getAttribute("aria-live")).toBe("polite");
    expect(told()).toEqual(["Filled"]);
    pass(7_900);
    expect(told()).toEqual(["Filled"]);
    pass(200);
    expect(told()).toEqual([]);
  });

  it("stays while a pointer or the focus is at it, and its time begins anew after that", () => {
    say("Filled");
    for (const [come, go] of [
      ["pointerover", "pointerout"],
      ["focusin", "focusout"],
    ] as const) {
      act(() => {
        dismissal().dispatchEvent(new MouseEvent(come, { bubbles: true, relatedTarget: document.body }));
      });
      pass(60_000);
      expect(told()).toEqual(["Filled"]);
      act(() => {
        dismissal().dispatchEvent(new MouseEvent(go, { bubbles: true, relatedTarget: document.body }));
      });
      pass(7_900);
      expect(told()).toEqual(["Filled"]);
    }
    pass(200);
    expect(told()).toEqual([]);
  });

  it("is led to by F8, and whoever dismisses one by its button stays near", () => {
    say("One");
    say("Other");
    press("F8");
    expect(document.activeElement).toBe(list());
    act(() => {
      dismissal().focus();
    });
    act(() => {
      dismissal().click();
    });
    expect(told()).toEqual(["Other"]);
    expect(document.activeElement).toBe(list());
  });

  it("goes with Escape, the newest first, unless something is open over the page", () => {
    say("One");
    say("Other");
    const menu = document.body.appendChild(document.createElement("div"));
    menu.setAttribute("role", "menu");
    press("Escape");
    expect(told()).toEqual(["One", "Other"]);
    menu.remove();
    press("Escape");
    expect(told()).toEqual(["One"]);
  });

  it("is swiped away upwards", () => {
    say("Filled");
    const touch = (kind: string, y: number) => {
      const at = { clientY: y };
      const event = Object.assign(new Event(kind, { bubbles: true }), {
        touches: [at],
        changedTouches: [at],
      });
      act(() => {
        page.querySelector("li")?.dispatchEvent(event);
      });
    };
    touch("touchstart", 60);
    touch("touchend", 50);
    expect(told()).toEqual(["Filled"]);
    touch("touchstart", 60);
    touch("touchend", 10);
    expect(told()).toEqual([]);
  });
});
