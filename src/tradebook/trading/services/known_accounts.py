"""What never changes about an account, remembered so that every request need not ask its state for it."""

from __future__ import annotations

import msgspec

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, Asset, PartyId
from tradebook.trading.model import Account
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

    def __init__(self, writer: AccountWriter) -> None:
        self._writer = writer
        self._facts: dict[AccountId, AccountFacts] = {}

    def recall(self, principal: Principal, account_id: AccountId) -> AccountFacts | None:
        """The facts, if they are remembered. Raises NotFound where the caller may not see the account."""
        facts = self._facts.get(account_id)
        if facts is not None and not principal.may_see(facts.party_id, account_id):
            raise NotFound("account", account_id)
        return facts

    async def require(self, principal: Principal, account_id: AccountId) -> AccountFacts:
        """The facts of an account that the caller may use. Raises NotFound."""
        if account_id not in self._facts:
            self._remember(account_id, await self._writer.read(account_id, _facts_of))
        facts = self.recall(principal, account_id)
        if facts is None:
            raise NotFound("account", account_id)
        return facts

    def _remember(self, account_id: AccountId, facts: AccountFacts | None) -> None:
        if facts is None:
            return
        if len(self._facts) >= ACCOUNTS_MAX:
            del self._facts[next(iter(self._facts))]
        self._facts[account_id] = facts


def _facts_of(account: Account) -> AccountFacts | None:
    if not account.account_id:
        return None
    return AccountFacts(account.party_id, account.venue, account.base_asset, account.paper)
