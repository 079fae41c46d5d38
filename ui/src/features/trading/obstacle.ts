import { useMe } from "../../api/me";
import type { Account } from "../../api/types";
import { useMoment } from "../../state/moment";

/** Why no order can be placed for the account now, in words; null where one can. */
export function useObstacle(account: Account): string | null {
  const { data: me } = useMe();
  const asOf = useMoment((moment) => moment.asOf);
  if (asOf !== null)
    return `You are looking at the book as of position ${asOf}. Return to now to place orders.`;
  if (me && !me.scopes.includes("trade"))
    return "Your role may look, but not trade. An owner or admin can change that under Settings.";
  if (account.state === "halted") return "This account is halted: it takes no orders. See Risk.";
  return null;
}
