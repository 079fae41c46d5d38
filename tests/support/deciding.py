"""People who decide about differences of an account at the simulated Binance."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from tests.support.binance_account import Desk
from tests.support.core import ALICE
from tests.support.desk import VenueDesk
from tests.support.web import principal
from tradebook.identity.principal import Principal
from tradebook.kernel.ids import AccountId
from tradebook.trading import events as e
from tradebook.trading.services.differences import DecisionDocument, DifferenceService
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.services.reconciliations import Reconciliations

PERSON = principal(user="alice")


def services(it: Desk) -> DifferenceService:
    """What they decide with, the journal itself standing in for the view."""

    async def position_of(account_id: AccountId, difference_id: str) -> int | None:
        for each in await it.journal.read(limit=1_000_000):
            if isinstance(each.event, e.DifferenceFound) and e.difference_id_of(each.event) == difference_id:
                return each.position if each.event.account_id == account_id else None
        return None

    return DifferenceService(
        writer=it.core.writer,
        market=it.market,
        accounts=KnownAccounts(it.core.writer, it.core.processes.accounts),
        position_of=position_of,
        journal=it.journal,
    )


def reconciliations(it: VenueDesk) -> Reconciliations:
    """What they look at."""
    accounts = KnownAccounts(it.core.writer, it.core.processes.accounts)
    return Reconciliations(writer=it.core.writer, accounts=accounts, venues=[it.venue])


async def found(it: Desk, kind: str) -> list[str]:
    """Ids of all differences of the kind that were ever found, oldest first."""
    every = [each for each in await it.core.history() if isinstance(each, e.DifferenceFound)]
    return [e.difference_id_of(each) for each in every if each.kind == kind]


async def open_balances(it: Desk) -> list[str]:
    """Ids of the balances that wait for a decision."""
    return await it.core.writer.read(ALICE, lambda account: sorted(account.undecided.values()))


async def adopt(it: Desk, difference_id: str, *, by: Principal = PERSON) -> DecisionDocument:
    """With a reason."""
    return await services(it).adopt(by, ALICE, difference_id, reason="done by hand")


async def missed(it: Desk, asset: str, amount: str) -> None:
    """Money moves at the venue while nothing of it is told; then the account is compared."""
    it.way.cut()
    it.exchange.deposit(it.customer, asset, Decimal(amount))
    await asyncio.sleep(1)
    it.way.is_cut = False
    await it.until(it.is_trading)
