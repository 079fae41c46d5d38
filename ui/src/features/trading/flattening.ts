import { create } from "zustand";

/** The position that somebody is asked about whether to close it; null: none. */
export const useFlattening = create<{ instrumentId: string | null }>(() => ({ instrumentId: null }));
