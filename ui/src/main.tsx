import "./design/tokens.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { newQueryClient } from "./api/query-client";
import { App } from "./app/app";
import { writeNumbers } from "./design/separators";
import { keepLook, usePreferences } from "./state/preferences";

const queries = newQueryClient();

keepLook(document.documentElement);
// Before anything is drawn, and before whoever shows figures hears of a change.
writeNumbers(usePreferences.getState().numbers);
usePreferences.subscribe(({ numbers }, before) => {
  if (numbers !== before.numbers) writeNumbers(numbers);
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
