import { expect, it } from "vitest";

import { realBookCommand } from "./real-book";

it("a real book begins beside the demo, on the next port", () => {
  expect(realBookCommand("8000")).toBe("tradebook up --market simulated --port 8001");
  expect(realBookCommand("")).toBe("tradebook up --market simulated");
});
