import type { SwitchState, SwitchTerms } from "../../../api/switches";

/** What becomes of the account's orders when the server is gone. */
export function fateOfOrders(
  { after_s, when_stopped, terms }: Pick<SwitchState, "after_s" | "when_stopped" | "terms">,
  venue: string,
): string {
  if (!terms)
    return `${venue} cannot cancel orders by itself. What works there works on while this server is away.`;
  if (after_s === null) return `Off: orders work on at ${venue} while this server is away.`;
  const on = `${venue} cancels all orders ${after_s} s after it last heard of this server`;
  return when_stopped
    ? `${on}, also when the server is stopped on purpose.`
    : `${on}. Stopping the server on purpose lifts that.`;
}

/** What is wrong with a time as it is typed; undefined where nothing is. */
export function problemOfSeconds(
  typed: string,
  { after_s_min, after_s_max }: SwitchTerms,
): string | undefined {
  const seconds = /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : NaN;
  if (Number.isNaN(seconds)) return "Write whole seconds, such as 60.";
  if (seconds < after_s_min || seconds > after_s_max) return `From ${after_s_min} to ${after_s_max} seconds.`;
  return undefined;
}
