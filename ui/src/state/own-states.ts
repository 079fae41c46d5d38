/** How long a change that was asked for here may take to come back. */
const expectedMs = 60_000;

interface Asked {
  state: string;
  at: number;
}

/** By account; under the empty id what was asked for all of them. */
const asked = new Map<string, Asked>();
const everyAccount = "";

/** This page asks for a state of an account, or of all of them where none is named: whoever asked knows of it. */
export function askState(state: string, accountId: string = everyAccount): void {
  asked.set(accountId, { state, at: Date.now() });
}

/** Whether that change of an account came from this page. */
export function isOwnState(accountId: string, state: string): boolean {
  return [accountId, everyAccount].some((id) => {
    const found = asked.get(id);
    return found?.state === state && Date.now() - found.at < expectedMs;
  });
}
