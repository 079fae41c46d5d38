// @vitest-environment jsdom

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { answered, api, done } from "./client";
import { renewSession, useSession } from "./session";

const tokens = { access_token: "next", refresh_token: "next refresh" };
const asked: { url: string; authorization: string | null }[] = [];

function serve(answer: (url: string, authorization: string | null) => Response | Promise<Response>) {
  vi.stubGlobal("fetch", async (given: Request | string) => {
    const url = typeof given === "string" ? given : new URL(given.url).pathname;
    const authorization = typeof given === "string" ? null : given.headers.get("authorization");
    asked.push({ url, authorization });
    return answer(url, authorization);
  });
}

beforeEach(() => {
  asked.length = 0;
  useSession.getState().signIn({ access_token: "access", refresh_token: "refresh" });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a session", () => {
  it("is renewed once for all who ask together, for the token works once", async () => {
    serve(() => Response.json(tokens));
    expect(await Promise.all([renewSession(), renewSession()])).toEqual([true, true]);
    expect(asked).toHaveLength(1);
    expect(useSession.getState()).toMatchObject({ accessToken: "next", refreshToken: "next refresh" });
  });

  it("ends where the server refuses to renew it", async () => {
    serve(() => new Response(null, { status: 401 }));
    expect(await renewSession()).toBe(false);
    expect(useSession.getState()).toMatchObject({ accessToken: null, hasExpired: true });
  });

  it("that was left meanwhile is not brought back by the answer, nor is another one ended", async () => {
    for (const late of [() => Response.json(tokens), () => new Response(null, { status: 401 })]) {
      useSession.getState().signIn({ access_token: "access", refresh_token: "refresh" });
      let answer: (response: Response) => void = () => undefined;
      serve(() => new Promise((resolve) => (answer = resolve)));
      const renewed = renewSession();
      await vi.waitFor(() => {
        expect(asked).toHaveLength(1);
      });
      useSession.getState().signOut();
      useSession.getState().signIn({ access_token: "another", refresh_token: "theirs" });
      answer(late());
      expect(await renewed).toBe(false);
      expect(useSession.getState()).toMatchObject({ accessToken: "another", hasExpired: false });
      asked.length = 0;
    }
  });

  it("does not end because the server is away", async () => {
    serve(() => Promise.reject(new TypeError("refused")));
    expect(await renewSession()).toBe(false);
    expect(useSession.getState().accessToken).toBe("access");
  });
});

describe("what was written", () => {
  it("is read from where the last of it stands, whichever answer comes last", async () => {
    const answers: ((position: string) => void)[] = [];
    const read: (string | null)[] = [];
    vi.stubGlobal("fetch", (request: Request) => {
      if (request.method === "GET") {
        read.push(request.headers.get("tradebook-position"));
        return Promise.resolve(Response.json({ items: [] }));
      }
      return new Promise<Response>((resolve) => {
        answers.push((position) => {
          resolve(Response.json({}, { headers: { "tradebook-position": position } }));
        });
      });
    });
    const cancel = (id: string) =>
      api.DELETE("/v1/orders/{order_id}", { params: { path: { order_id: id } } });
    const [one, other] = [cancel("one"), cancel("other")];
    await vi.waitFor(() => {
      expect(answers).toHaveLength(2);
    });
    answers[1]?.("12");
    await other;
    answers[0]?.("11");
    await one;
    await api.GET("/v1/accounts");
    expect(read).toEqual(["12"]);
  });
});

describe("a question to the server", () => {
  it("is not waited for without end", async () => {
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    vi.stubGlobal("fetch", (_: Request, { signal }: RequestInit) =>
      signal?.aborted ? Promise.reject(new DOMException("", "TimeoutError")) : new Promise(() => undefined),
    );
    await expect(answered(api.GET("/v1/accounts"))).rejects.toMatchObject({ status: 0, wasAnswered: false });
    vi.restoreAllMocks();
  });

  it("is asked again with a new token when the old one ran out", async () => {
    serve((url, authorization) => {
      if (url.endsWith("/refresh")) return Response.json(tokens);
      return authorization === "Bearer next"
        ? Response.json({ items: [] })
        : Response.json({ detail: "expired" }, { status: 401 });
    });
    expect((await answered(api.GET("/v1/accounts"))).items).toEqual([]);
    expect(asked.map((each) => each.authorization)).toEqual(["Bearer access", null, "Bearer next"]);
  });

  it("is refused in the server's words", async () => {
    serve(() => Response.json({ detail: "available 1, needed 2" }, { status: 422 }));
    await expect(answered(api.GET("/v1/accounts"))).rejects.toMatchObject({
      message: "available 1, needed 2",
      wasAnswered: true,
    });
  });

  it("is not refused where the server cannot tell, or is still at it", async () => {
    serve(() => Response.json({ detail: "not known" }, { status: 503 }));
    await expect(answered(api.GET("/v1/accounts"))).rejects.toMatchObject({ wasAnswered: false });
    const asked = { params: { path: { session_id: "s" } } };
    await expect(done(api.DELETE("/v1/auth/sessions/{session_id}", asked))).rejects.toMatchObject({
      wasAnswered: false,
    });
    serve(() => Response.json({ code: "request_in_progress" }, { status: 409 }));
    await expect(answered(api.GET("/v1/accounts"))).rejects.toMatchObject({ wasAnswered: false });
  });

  it("that got no answer says so, for it may have been heard", async () => {
    serve(() => Promise.reject(new TypeError("refused")));
    await expect(answered(api.GET("/v1/accounts"))).rejects.toMatchObject({ wasAnswered: false });
  });

  it("that has ended keeps what is read waiting until somebody signs in, and sends no change late", async () => {
    serve((_, authorization) =>
      authorization === "Bearer later"
        ? Response.json({ items: [] })
        : Response.json({ code: "unauthenticated", detail: "Send a token." }, { status: 401 }),
    );
    useSession.getState().expire();
    const read = answered(api.GET("/v1/instruments"));
    await expect(
      done(api.DELETE("/v1/auth/sessions/{session_id}", { params: { path: { session_id: "a" } } })),
    ).rejects.toThrow("Your session has ended");
    useSession.getState().signIn({ access_token: "later", refresh_token: "later refresh" });
    expect(await read).toEqual({ items: [] });
  });
});
