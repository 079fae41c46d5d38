import "./design/tokens.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/app";
import { writeNumbers } from "./design/separators";
import { keepLook, usePreferences } from "./state/preferences";

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 5_000 } } });

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
