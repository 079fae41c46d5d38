import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./generated/schema";
import { renewSession, signedInAgain, useSession } from "./session";

/** The server said no, or said nothing. */
export class Refused extends Error {
  /** Whether the answer tells that it was not done; without one, what was asked may have been done. */
  readonly wasAnswered: boolean;
  /** The answer's HTTP status; 0 where none came. */
  readonly status: number;
  /** The problem's stable name; empty where there is none. */
  readonly code: string;
  /** What is wrong with which field of the request, where the server says so. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(
    message: string,
    { status, code = "", fields = {} }: { status: number; code?: string; fields?: Record<string, string> },
  ) {
    super(message);
    this.wasAnswered = isAnswer(status, code);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/**
 * Whether a refusal says that it was not done. After a fault of the server it may have been, and while an earlier try
 * is being served it may yet be: both mean to ask again under the same key.
 */
export function isAnswer(status: number, code: string): boolean {
  return status > 0 && status < 500 && code !== "request_in_progress";
}

function bearing(request: Request): Request {
  const token = useSession.getState().accessToken;
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

/** Whether it was the token that was not good, rather than a password in the request. */
async function isOfToken(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return problemCode(problem) !== "invalid_credentials";
}

/** Longer than the server takes for any answer: after that none will come. */
const answerMsMax = 35_000;

function send(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(answerMsMax)]);
  return fetch(bearing(request), { signal });
}

/**
 * A token that ran out is renewed once; whoever has none to renew signs in again. What is only read waits for that: the
 * page keeps what it shows, and nobody is told of tokens. What would change something is never sent late.
 */
async function fetchSignedIn(request: Request): Promise<Response> {
  const isRead = request.method === "GET";
  if (isRead && useSession.getState().hasExpired) await signedInAgain();
  const again = request.clone();
  const response = await send(request);
  const { accessToken, hasExpired } = useSession.getState();
  if ((!accessToken && !hasExpired) || !(await isOfToken(response))) return response;
  if (accessToken && (await renewSession())) return send(again);
  return isRead && (await signedInAgain()) ? send(again) : response;
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
    const position = request.method === "GET" ? null : response.headers.get(positionHeader);
    if (position && BigInt(position) > BigInt(written ?? "0")) written = position;
    return response;
  },
};

export const api = createClient<paths>({ baseUrl: location.origin, fetch: fetchSignedIn });
api.use(readOwnWrites);

/** The answer's data. Throws Refused with the problem's words, or with ours where no answer came. */
export async function answered<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const answer = await asked.catch(unanswered);
  if (answer.data !== undefined) return answer.data;
  throw refusalOf(answer.error, answer.response.status);
}

/** For what is answered without words (204). Throws as `answered` does. */
export async function done(asked: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const answer = await asked.catch(unanswered);
  if (!answer.response.ok) throw refusalOf(answer.error, answer.response.status);
}

function unanswered(): never {
  throw new Refused("The server did not answer. Check that it runs, then try again.", {
    status: 0,
  });
}

function refusalOf(problem: unknown, status: number): Refused {
  return new Refused(problemText(problem), {
    status,
    code: problemCode(problem),
    fields: problemFields(problem),
  });
}

/** The words of a problem document (RFC 9457), or of whatever came instead. */
export function problemText(error: unknown): string {
  if (problemCode(error) === "unauthenticated") return "Your session has ended. Sign in, then try again.";
  if (error && typeof error === "object" && "detail" in error && typeof error.detail === "string")
    return error.detail;
  return "The server could not do this. Try again; its log says why.";
}

/** A problem's stable name; empty where there is none. */
export function problemCode(problem: unknown): string {
  if (problem && typeof problem === "object" && "code" in problem && typeof problem.code === "string")
    return problem.code;
  return "";
}

/** What a problem says of each field: all that it lists, else the one that it is about. */
export function problemFields(problem: unknown): Record<string, string> {
  if (!problem || typeof problem !== "object") return {};
  const { errors, field } = problem as { errors?: unknown; field?: unknown };
  if (Array.isArray(errors)) {
    const listed = errors as { field: string; problem: string; remedy: string }[];
    return Object.fromEntries(listed.map((each) => [each.field, `${each.problem}; ${each.remedy}.`]));
  }
  if (typeof field !== "string") return {};
  const text = problemText(problem);
  return { [field]: text.startsWith(`${field}: `) ? text.slice(field.length + 2) : text };
}
