import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./generated/schema";
import { renewSession, useSession } from "./session";

/** The server said no, or said nothing. */
export class Refused extends Error {
  /** Whether an answer came; without one, what was asked may have been done. */
  readonly wasAnswered: boolean;

  constructor(message: string, { wasAnswered }: { wasAnswered: boolean }) {
    super(message);
    this.wasAnswered = wasAnswered;
  }
}

function bearing(request: Request): Request {
  const token = useSession.getState().accessToken;
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

/** A token that ran out is renewed once; whoever has none to renew is led back to the door. */
async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetch(bearing(request));
  if (response.status !== 401 || !useSession.getState().accessToken) return response;
  return (await renewSession()) ? fetch(bearing(again)) : response;
}

const positionHeader = "tradebook-position";
let written: string | null = null;

/** What this tab has written it can read: a GET waits until the views have come that far. */
const readOwnWrites: Middleware = {
  onRequest({ request }) {
    if (request.method === "GET" && written) request.headers.set(positionHeader, written);
    return request;
  },
  onResponse({ request, response }) {
    if (request.method !== "GET") written = response.headers.get(positionHeader) ?? written;
    return response;
  },
};

export const api = createClient<paths>({ baseUrl: location.origin, fetch: fetchSignedIn });
api.use(readOwnWrites);

/** The answer's data. Throws Refused with the problem's words, or with ours where no answer came. */
export async function answered<T>(asked: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const answer = await asked.catch(() => null);
  if (!answer)
    throw new Refused("The server did not answer. Check that it runs, then try again.", {
      wasAnswered: false,
    });
  if (answer.data !== undefined) return answer.data;
  throw new Refused(problemText(answer.error), { wasAnswered: true });
}

/** The words of a problem document (RFC 9457), or of whatever came instead. */
export function problemText(error: unknown): string {
  if (error && typeof error === "object" && "detail" in error && typeof error.detail === "string")
    return error.detail;
  return "The server could not do this. Try again; its log says why.";
}
