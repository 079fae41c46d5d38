"""Which accounts there are and whose: from the journal's folds at hand, so that no view has to be up."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, Asset, PartyId
from tradebook.trading.model import Account
from tradebook.trading.processes.holdings import Held
from tradebook.trading.writer import AccountWriter

ACCOUNTS_MAX = 20_000


class AccountFacts(msgspec.Struct, frozen=True):
    """Fixed when the account was opened."""

    party_id: PartyId
    venue: str
    base_asset: Asset
    paper: bool


class KnownAccounts:
    """Answers who may use which account."""

    def __init__(self, writer: AccountWriter, opened: Mapping[AccountId, Held]) -> None:
        """``opened`` are all accounts as folded from the journal, which those opened just now join a moment
        later."""
        self._writer = writer
        self._opened = opened
        self._facts: dict[AccountId, AccountFacts] = {}

    def visible_to(self, principal: Principal) -> list[AccountId]:
        """Every account that the caller may use."""
        parties = {account_id: held.party_id for account_id, held in self._opened.items()}
        parties |= {account_id: facts.party_id for account_id, facts in self._facts.items()}
        return [each for each, party_id in parties.items() if principal.may_see(party_id, each)]

    def recall(self, principal: Principal, account_id: AccountId) -> AccountFacts | None:
        """The facts, if they are remembered. Raises NotFound where the caller may not see the account."""
        facts = self._facts.get(account_id)
        if facts is not None and not principal.may_see(facts.party_id, account_id):
            raise NotFound("account", account_id)
        return facts

    async def require(self, principal: Principal, account_id: AccountId) -> AccountFacts:
        """The facts of an account that the caller may use. Raises NotFound."""
        if account_id not in self._facts:
            facts_read = await self._writer.read(account_id, _facts_of)
            if facts_read is not None:
                self.remember(account_id, facts_read)
        facts = self.recall(principal, account_id)
        if facts is None:
            raise NotFound("account", account_id)
        return facts

    def remember(self, account_id: AccountId, facts: AccountFacts) -> None:
        """What the account was opened with."""
        if len(self._facts) >= ACCOUNTS_MAX:
            del self._facts[next(iter(self._facts))]
        self._facts[account_id] = facts


def _facts_of(account: Account) -> AccountFacts | None:
    if not account.account_id:
        return None
    return AccountFacts(account.party_id, account.venue, account.base_asset, account.paper)
