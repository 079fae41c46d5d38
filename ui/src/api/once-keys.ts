import { Refused } from "./client";

/** A fresh random id (UUIDv4). `crypto.randomUUID` is missing where a page of the own network comes without TLS. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Statuses that say nothing of an earlier try: the server met them before it looked for that, or keeps none of them. */
const passing = new Set([401, 403, 408, 409, 429]);

/**
 * Idempotency keys: what was sent and not answered is sent again under the same one, so that it is done once; what was
 * answered, or differs, gets one of its own.
 */
export class OnceKeys {
  private readonly unanswered = new Map<string, string>();
  /** What was tried, and nobody knows whether it was done. */
  private readonly unknown = new Set<string>();

  keyFor(body: unknown): string {
    const content = JSON.stringify(body);
    const key = this.unanswered.get(content) ?? newId();
    this.unanswered.set(content, key);
    return key;
  }

  settle(body: unknown, error: Error | null): void {
    const content = JSON.stringify(body);
    if (error instanceof Refused && !error.wasAnswered) this.unknown.add(content);
    else if (!(error instanceof Refused && passing.has(error.status) && this.unknown.has(content))) {
      this.unanswered.delete(content);
      this.unknown.delete(content);
    }
  }
}
