import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./generated/schema";
import { useSession } from "./session";

/** What the server says when it says no (RFC 9457). */
export interface ProblemDocument {
  title: string;
  detail: string;
  code: string;
}

const bearer: Middleware = {
  onRequest({ request }) {
    const token = useSession.getState().accessToken;
    if (token) request.headers.set("authorization", `Bearer ${token}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) useSession.getState().signOut();
    return response;
  },
};

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

export const api = createClient<paths>({ baseUrl: "/" });
api.use(bearer);
api.use(readOwnWrites);

/** The answer's data, or an Error that carries the problem's words. */
export function answered<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data !== undefined) return answer.data;
  throw new Error(problemText(answer.error));
}

/** The words of a problem document, or of whatever came instead. */
export function problemText(error: unknown): string {
  if (error && typeof error === "object" && "detail" in error && typeof error.detail === "string")
    return error.detail;
  return error instanceof Error ? error.message : "The server did not answer; try again.";
}
