import { create } from "zustand";
import { persist } from "zustand/middleware";

interface Tokens {
  access_token: string;
  refresh_token: string;
}

interface Session {
  accessToken: string | null;
  refreshToken: string | null;
  /** It ended by itself while somebody worked: they sign in again over what they were doing. */
  hasExpired: boolean;
  signIn: (tokens: Tokens) => void;
  signOut: () => void;
  expire: () => void;
}

const nobody = { accessToken: null, refreshToken: null, hasExpired: false };

/** The signed-in session of this tab; it ends with the tab. */
export const useSession = create<Session>()(
  persist(
    (set) => ({
      ...nobody,
      signIn: (tokens) => {
        set({ accessToken: tokens.access_token, refreshToken: tokens.refresh_token, hasExpired: false });
      },
      signOut: () => {
        set(nobody);
      },
      expire: () => {
        set({ ...nobody, hasExpired: true });
      },
    }),
    {
      name: "tradebook.session",
      partialize: ({ accessToken, refreshToken }) => ({ accessToken, refreshToken }),
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

let renewing: Promise<boolean> | null = null;

/** Exchange the refresh token for the next pair. It works once, so those who ask together share one exchange. */
export function renewSession(): Promise<boolean> {
  renewing ??= exchange().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function exchange(): Promise<boolean> {
  const { refreshToken, signIn, expire } = useSession.getState();
  if (!refreshToken) {
    expire();
    return false;
  }
  try {
    const response = await fetch("/v1/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
    if (response.ok) signIn((await response.json()) as Tokens);
    else if (response.status === 401) expire();
    return response.ok;
  } catch {
    // The server is away: the session may well be good, and the stream asks again.
    return false;
  }
}
