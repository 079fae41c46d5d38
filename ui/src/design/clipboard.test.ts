// @vitest-environment jsdom

import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useToasts } from "../state/toasts";
import { Copy } from "./copy";
import { SaveAsCsv } from "./table";

let root: Root;
const page = document.createElement("div");

async function press(): Promise<void> {
  await act(async () => {
    page.querySelector("button")?.click();
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}

/** jsdom has no such command; a browser may or may not run it. */
function letThePage(execCommand: (command: string) => boolean): void {
  Object.assign(document, { execCommand });
}

const label = () => page.querySelector("button")?.getAttribute("aria-label");
const told = () => useToasts.getState().toasts.map(({ title, detail }) => [title, detail]);

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  useToasts.setState({ toasts: [] });
  root = createRoot(page);
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  vi.unstubAllGlobals();
  Reflect.deleteProperty(document, "execCommand");
});

describe("copying", () => {
  const show = () => {
    act(() => {
      root.render(createElement(Copy, { text: "one two", label: "Copy the words" }));
    });
  };

  it("says that it did", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    show();
    await press();
    expect(writeText).toHaveBeenCalledWith("one two");
    expect(label()).toBe("Copied");
  });

  it("works where a page without TLS has no clipboard", async () => {
    let marked = "";
    letThePage((command) => {
      if (command === "copy") marked = getSelection()?.toString() ?? "";
      return true;
    });
    vi.stubGlobal("navigator", {});
    show();
    await press();
    expect(marked).toBe("one two");
    expect(label()).toBe("Copied");
    expect(document.body.textContent).toBe("");
  });

  it("that the browser refuses is told, with what was to be copied", async () => {
    vi.stubGlobal("navigator", {});
    letThePage(() => false);
    show();
    await press();
    expect(label()).toBe("Copy the words");
    expect(told()).toEqual([["The browser does not let the page copy", "To be copied by hand: one two"]]);
  });
});

describe("saving a table", () => {
  it("that cannot be asked for is told", async () => {
    const rows = () => Promise.reject(new Error("The server did not answer."));
    act(() => {
      root.render(createElement(SaveAsCsv, { name: "orders", columns: [], rows }));
    });
    await press();
    expect(told()).toEqual([["The file could not be made", "The server did not answer."]]);
    expect(page.querySelector("button")?.disabled).toBe(false);
  });
});
