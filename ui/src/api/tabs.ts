/**
 * The tabs of one session (a duplicated tab takes the tokens along, a new one asks for them): one renews at a time, and
 * all learn of it.
 */
export interface Tokens {
  access_token: string;
  refresh_token: string;
}

type Message = { sid: string; tokens: Tokens } | { sid: string; jti: string } | { isNew: true };

interface Claims {
  sid: string;
  jti: string;
}

/** A tab that is there answers sooner. */
const answerMsMax = 150;
/** A new tab may be signed in by another one for so long: later, somebody may be signing in at its door. */
const newMsMax = 1_000;

/** Which session a token is of and which one of it: the server gives later tokens later ids. Null: not readable. */
export function claimsOf(accessToken: string | null): Claims | null {
  try {
    const payload = accessToken?.split(".")[1] ?? "";
    const { sid, jti } = JSON.parse(
      atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
    ) as Partial<Claims>;
    return sid && jti ? { sid, jti } : null;
  } catch {
    return null;
  }
}

export class Tabs {
  private readonly channel = new BroadcastChannel("tradebook.session");
  private readonly held: () => Tokens | null;
  private readonly waiting = new Set<() => void>();
  private isNew = false;

  /** `held`: what this tab has; `adopt`: called with later tokens of the same session. */
  constructor(held: () => Tokens | null, adopt: (tokens: Tokens) => void) {
    this.held = held;
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      const tokens = held();
      if ("isNew" in data) {
        if (tokens) this.tell(tokens);
        return;
      }
      if (this.isNew && !tokens && "tokens" in data) {
        this.isNew = false;
        adopt(data.tokens);
        return;
      }
      const own = claimsOf(tokens?.access_token ?? null);
      if (!tokens || own?.sid !== data.sid) return;
      if ("jti" in data) {
        if (own.jti > data.jti) this.tell(tokens);
      } else if ((claimsOf(data.tokens.access_token)?.jti ?? "") > own.jti) {
        adopt(data.tokens);
        this.waiting.forEach((go) => {
          go();
        });
      }
    };
  }

  /** A new tab asks the others who is signed in; it takes what comes first. */
  ask(): void {
    this.isNew = true;
    setTimeout(() => {
      this.isNew = false;
    }, newMsMax);
    this.channel.postMessage({ isNew: true } satisfies Message);
  }

  /** Hand later tokens to the other tabs of the session. */
  tell(tokens: Tokens): void {
    const sid = claimsOf(tokens.access_token)?.sid;
    if (sid) this.channel.postMessage({ sid, tokens } satisfies Message);
  }

  /** Run `renew` while no other tab of the session does, and only where none of them has later tokens already. */
  async alone(renew: () => Promise<boolean>): Promise<boolean> {
    const own = claimsOf(this.held()?.access_token ?? null);
    if (!own) return renew();
    const unlessDone = async () => ((await this.haveLater(own)) ? true : renew());
    // Pages without TLS have no locks: there the server's grace for the previous token is what keeps two tabs apart.
    return "locks" in navigator
      ? navigator.locks.request(`tradebook.session.${own.sid}`, unlessDone)
      : unlessDone();
  }

  /** Whether tokens later than `own` have come, now or as the answer to the question. */
  private async haveLater(own: Claims): Promise<boolean> {
    const isLater = () => (claimsOf(this.held()?.access_token ?? null)?.jti ?? "") > own.jti;
    if (isLater()) return true;
    await new Promise<void>((resolve) => {
      this.waiting.add(resolve);
      setTimeout(resolve, answerMsMax);
      this.channel.postMessage(own satisfies Message);
    }).finally(() => {
      this.waiting.clear();
    });
    return isLater();
  }
}
