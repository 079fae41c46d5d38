import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { outDir: "../src/tradebook/web/ui", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: {
    // Tests hold the sentences of the journal against the server's own list of events.
    fs: { allow: [".", "../src/tradebook"] },
    proxy: { "/v1": { target: server, ws: true }, "/health": server, "/openapi.json": server },
  },
  // A test of what needs a page says so in its first line: making one takes longer than most tests.
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
