import { create } from "zustand";
import { persist } from "zustand/middleware";

interface Session {
  accessToken: string | null;
  signIn: (accessToken: string) => void;
  signOut: () => void;
}

/** The signed-in session of this tab; it ends with the tab. */
export const useSession = create<Session>()(
  persist(
    (set) => ({
      accessToken: null,
      signIn: (accessToken) => set({ accessToken }),
      signOut: () => set({ accessToken: null }),
    }),
    {
      name: "tradebook.session",
      storage: {
        getItem: (key) => JSON.parse(sessionStorage.getItem(key) ?? "null") as null,
        setItem: (key, value) => {
          sessionStorage.setItem(key, JSON.stringify(value));
        },
        removeItem: (key) => {
          sessionStorage.removeItem(key);
        },
      },
    },
  ),
);
