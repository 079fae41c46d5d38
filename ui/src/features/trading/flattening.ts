import { create } from "zustand";

/** The position (by `positionKey`) that somebody is asked about whether to close it; null: none. */
export const useFlattening = create<{ position: string | null }>(() => ({ position: null }));
