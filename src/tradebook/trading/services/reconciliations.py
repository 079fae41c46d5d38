"""How the book of an account compares with its venue, and having the two compared at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import Refused, Unavailable
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, plain
from tradebook.trading.ports import AccountStage, ComparesOnDemand, ConnectedAccount, Venue
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.writer import AccountWriter

COMPARED_WITHIN_S = 30.0


class ComparedBalanceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has of an asset by its venue and by this book."""

    asset: str
    venue: str
    """As it said when they were last compared."""
    book: str
    """What the venue had then, less what the two differed by."""
    difference: str
    """The venue's minus the book's; zero since it was adopted."""


class ReconciliationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How the book of an account compares with its venue."""

    account_id: str
    venue: str
    stage: AccountStage | None
    """Null where the account is not connected."""
    problem: str
    compared_at: datetime | None
    """When all of it was last compared since the server started; null before that."""
    balances: list[ComparedBalanceDocument]
    """Every asset that either had when they were last compared, by name."""


class Reconciliations:
    """Every method checks that the account is the caller's to use; the scope is checked at the door."""

    def __init__(self, *, writer: AccountWriter, accounts: KnownAccounts, venues: Sequence[Venue]) -> None:
        self._writer = writer
        self._accounts = accounts
        self._venues = {each.name: each for each in venues}
        self._compares = {each.name: each for each in venues if isinstance(each, ComparesOnDemand)}

    async def report(self, principal: Principal, account_id: AccountId) -> ReconciliationDocument:
        """The last comparison, with what was decided since. Raises NotFound."""
        facts = await self._accounts.require(principal, account_id)
        differences = await self._writer.read(account_id, lambda account: dict(account.differences))
        standing = self._standing(facts.venue, account_id)
        compared = None if standing is None else standing.compared
        totals: Mapping[Asset, Decimal] = {} if compared is None else compared.totals
        owned = {} if compared is None else {asset: diff for asset, diff in differences.items() if diff}
        return ReconciliationDocument(
            account_id=account_id,
            venue=facts.venue,
            stage=None if standing is None else standing.stage,
            problem="" if standing is None else standing.problem,
            compared_at=None if compared is None else compared.at,
            balances=[
                _compared(asset, totals.get(asset, ZERO), differences.get(asset, ZERO))
                for asset in sorted({*totals, *owned})
            ],
        )

    async def compare(self, principal: Principal, account_id: AccountId) -> ReconciliationDocument:
        """Compare at once, and what came of it.

        Raises NotFound, Refused on an account that has nothing to be compared with, and Unavailable where it
        could not be compared within COMPARED_WITHIN_S, with why.
        """
        facts = await self._accounts.require(principal, account_id)
        venue = self._compares.get(facts.venue)
        if venue is None:
            detail = f"The book of an account at {facts.venue} is all there is: nothing can differ from it."
            raise Refused("nothing_to_compare", detail, {"venue": facts.venue})
        try:
            await asyncio.wait_for(venue.compare(account_id), COMPARED_WITHIN_S)
        except TimeoutError as error:
            raise Unavailable("not_compared", self._why_not(facts.venue, account_id)) from error
        return await self.report(principal, account_id)

    def _why_not(self, venue: str, account_id: AccountId) -> str:
        standing = self._standing(venue, account_id)
        problem = "" if standing is None else standing.problem
        return f"{venue} was not compared within {COMPARED_WITHIN_S:g} s: {problem or 'it does not answer'}."

    def _standing(self, venue: str, account_id: AccountId) -> ConnectedAccount | None:
        at_venue = self._venues.get(venue)
        accounts = () if at_venue is None else at_venue.health().accounts
        return next((each for each in accounts if each.account_id == account_id), None)


def _compared(asset: Asset, theirs: Decimal, difference: Decimal) -> ComparedBalanceDocument:
    return ComparedBalanceDocument(
        asset=asset, venue=plain(theirs), book=plain(theirs - difference), difference=plain(difference)
    )
