import { Refused } from "../../api/client";

/** What the server says of one field. `codes`: refusals that are about it without naming it. */
export function saidOf(
  error: Error | null,
  field: string,
  codes: readonly string[] = [],
): string | undefined {
  if (!(error instanceof Refused)) return undefined;
  return error.fields[field] ?? (codes.includes(error.code) ? error.message : undefined);
}

/** What the server says of the whole; undefined where everything it says stands under a field of `shown`. */
export function saidOfAll(
  error: Error | null,
  shown: readonly string[],
  codes: readonly string[] = [],
): string | undefined {
  if (!error) return undefined;
  if (!(error instanceof Refused)) return error.message;
  if (codes.includes(error.code)) return undefined;
  const fields = Object.keys(error.fields);
  return fields.length && fields.every((field) => shown.includes(field)) ? undefined : error.message;
}
