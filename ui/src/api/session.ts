import { create } from "zustand";
import { persist } from "zustand/middleware";

import { type Tokens, Tabs } from "./tabs";

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

/** The signed-in session of this tab; it ends with the last tab. One that is opened beside it has it too. */
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

/** Resolves when somebody has signed in again over an expired session, with whether they did; at once where it is good. */
export function signedInAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    const { hasExpired, accessToken } = useSession.getState();
    if (!hasExpired) {
      resolve(accessToken !== null);
      return;
    }
    const stop = useSession.subscribe((session) => {
      if (session.hasExpired) return;
      stop();
      resolve(session.accessToken !== null);
    });
  });
}

/** Longer than this nobody waits for a renewal; what came of it is asked for again within the server's grace. */
const answerMsMax = 8_000;

const tabs = new Tabs(
  () => {
    const { accessToken, refreshToken } = useSession.getState();
    return accessToken && refreshToken ? { access_token: accessToken, refresh_token: refreshToken } : null;
  },
  (tokens) => {
    useSession.getState().signIn(tokens);
  },
);

if (!useSession.getState().accessToken) tabs.ask();

let renewing: Promise<boolean> | null = null;

/** Exchange the refresh token for the next pair. It works once, so those who ask together share one exchange. */
export function renewSession(): Promise<boolean> {
  renewing ??= tabs.alone(exchange).finally(() => {
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
  // Who left meanwhile, or signed in as somebody else, is not signed in by this answer.
  const isStill = () => useSession.getState().refreshToken === refreshToken;
  try {
    const response = await fetch("/v1/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: refreshToken }),
      signal: AbortSignal.timeout(answerMsMax),
    });
    if (response.ok) {
      const tokens = (await response.json()) as Tokens;
      if (!isStill()) return false;
      signIn(tokens);
      tabs.tell(tokens);
    } else if (response.status === 401 && isStill()) expire();
    return response.ok;
  } catch {
    // The server is away: the session may well be good, and the stream asks again.
    return false;
  }
}
