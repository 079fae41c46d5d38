import { useEffect, useRef } from "react";

import { useAccounts } from "../../api/accounts";
import type { Account } from "../../api/types";
import { isOwnState } from "../../state/own-states";
import { isToBeTold, tell, type Toast } from "../../state/toasts";

type State = Account["state"];
type Notice = Omit<Toast, "id">;

const meanings: Record<State, { words: string; meaning: string; tone: Toast["tone"] }> = {
  halted: { words: "halted", meaning: "No orders are taken.", tone: "loss" },
  reducing: { words: "reducing", meaning: "Only orders that lessen exposure are taken.", tone: "attention" },
  active: { words: "active again", meaning: "Orders are taken.", tone: "quiet" },
};
const namedMax = 3;

function listed(names: string[]): string {
  const more = names.length - namedMax;
  return more > 0 ? `${names.slice(0, namedMax).join(", ")} and ${String(more)} more` : names.join(", ");
}

/**
 * What is worth telling of accounts whose state is another than it was: one notice a state, however many accounts. Not
 * what was changed from this page, nor accounts that are just known.
 */
export function stateNotices(before: ReadonlyMap<string, State>, accounts: readonly Account[]): Notice[] {
  const changed = accounts.filter(({ account_id, state }) => {
    const was = before.get(account_id);
    return was !== undefined && was !== state && !isOwnState(account_id, state);
  });
  return (Object.keys(meanings) as State[]).flatMap((state) => {
    const those = changed.filter((account) => account.state === state);
    const [first] = those;
    if (!first) return [];
    const { words, meaning, tone } = meanings[state];
    const isOne = those.length === 1;
    const said = isOne ? first.state_reason : listed(those.map((account) => account.name));
    return {
      title: isOne ? `${first.name} is ${words}` : `${String(those.length)} accounts are ${words}`,
      detail: said ? `${meaning} ${isOne ? "Reason: " : ""}${said}` : meaning,
      tone,
      path: "/risk",
      pathText: "Show the accounts under Risk",
    };
  });
}

/** Tell, on whatever page, that an account was halted, set to reducing or resumed by somebody else. */
export function useAccountNotices(): void {
  const { data: accounts } = useAccounts();
  const before = useRef<ReadonlyMap<string, State>>(new Map());
  useEffect(() => {
    if (!accounts) return;
    stateNotices(before.current, accounts).filter(isToBeTold).forEach(tell);
    before.current = new Map(accounts.map((account) => [account.account_id, account.state]));
  }, [accounts]);
}
