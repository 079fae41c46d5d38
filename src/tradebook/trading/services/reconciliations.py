"""How the book of an account compares with its venue, and having the two compared at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import Refused, Unavailable
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, plain
from tradebook.trading.model.contracts import parse_position_key
from tradebook.trading.model.state import Account
from tradebook.trading.orders import PositionSide
from tradebook.trading.ports import AccountStage, ComparesOnDemand, ConnectedAccount, Venue
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.writer import AccountWriter

COMPARED_WITHIN_S = 30.0

NameT = TypeVar("NameT", bound=str)


class ComparedBalanceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has of an asset by its venue and by this book."""

    asset: str
    venue: str
    """As it said when they were last compared."""
    book: str
    """What the venue had then, less what the two differed by."""
    difference: str
    """The venue's minus the book's; zero since it was adopted."""


class ComparedPositionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What is open of a contract by an account's venue and by this book, negative when short."""

    instrument: str
    position_side: PositionSide
    venue: str
    """As it said when they were last compared."""
    book: str
    """What was open there then, less what the two differed by."""
    difference: str
    """The venue's minus the book's."""


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
    positions: list[ComparedPositionDocument]
    """Every contract that was open with either then, by name."""


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
        of_assets, of_positions = await self._writer.read(account_id, _differences)
        standing = self._standing(facts.venue, account_id)
        compared = None if standing is None else standing.compared
        return ReconciliationDocument(
            account_id=account_id,
            venue=facts.venue,
            stage=None if standing is None else standing.stage,
            problem="" if standing is None else standing.problem,
            compared_at=None if compared is None else compared.at,
            balances=[] if compared is None else _balances(compared.totals, of_assets),
            positions=[] if compared is None else _positions(compared.positions, of_positions),
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


def _differences(account: Account) -> tuple[Mapping[Asset, Decimal], Mapping[str, Decimal]]:
    """A copy of what is open: the account lives on."""
    return dict(account.differences), dict(account.position_differences)


def _balances(
    theirs: Mapping[Asset, Decimal], differences: Mapping[Asset, Decimal]
) -> list[ComparedBalanceDocument]:
    return [
        ComparedBalanceDocument(asset=asset, **_sides(theirs.get(asset, ZERO), differences.get(asset, ZERO)))
        for asset in _either(theirs, differences)
    ]


def _positions(
    theirs: Mapping[str, Decimal], differences: Mapping[str, Decimal]
) -> list[ComparedPositionDocument]:
    found = []
    for key in _either(theirs, differences):
        instrument, position_side = parse_position_key(key)
        sides = _sides(theirs.get(key, ZERO), differences.get(key, ZERO))
        found.append(ComparedPositionDocument(instrument=instrument, position_side=position_side, **sides))
    return found


def _either(theirs: Mapping[NameT, Decimal], differences: Mapping[NameT, Decimal]) -> list[NameT]:
    return sorted({*theirs, *(name for name, amount in differences.items() if amount)})


def _sides(theirs: Decimal, difference: Decimal) -> dict[str, str]:
    return {"venue": plain(theirs), "book": plain(theirs - difference), "difference": plain(difference)}
