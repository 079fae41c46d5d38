"""What happened on an account: its fills, funding that it paid and received, and what came and went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from tradebook.venues.hyperliquid.fills import decode_fills_page
from tradebook.venues.hyperliquid.funding import decode_funding_page
from tradebook.venues.hyperliquid.ledger import decode_ledger_page
from tradebook.venues.hyperliquid.nonces import milliseconds
from tradebook.venues.hyperliquid.pages import Page, all_lines
from tradebook.venues.hyperliquid.rest import PublicRest
from tradebook.venues.hyperliquid.symbols import TakesCoin, Universe
from tradebook.venues.messages.account import BalanceChange, Execution, FundingPayment

FULL = 500
"""An answer ends after so many lines or, of fills with up to 2000 lines, after so many blocks
(https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint, pagination)."""
EXPECTED = 20
"""Of one order, or within a minute."""


class AccountHistory:
    """Of one address. Each question raises what asking raises, and UndecodableFrame."""

    def __init__(
        self, rest: PublicRest, universe: Universe, address: str, takes: Callable[[], TakesCoin]
    ) -> None:
        """``takes`` says of which coins it is to be told."""
        self._rest = rest
        self._universe = universe
        self._address = address
        self._takes = takes

    async def fills_since(self, since: datetime) -> Sequence[Execution]:
        """All fills, oldest first, whoever traded."""
        fills = await all_lines(self._fills_from, since, full=FULL, key_of=lambda each: each.fill_id)
        return sorted(fills, key=lambda each: each.at)

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first.

        None has a reference: pushed, they have no transaction, and asked for, they are to be the same.
        """
        told = await all_lines(self._fundings_from, since, full=FULL, key_of=lambda each: each)
        return [unreferenced(each) for each in sorted(told, key=lambda each: each.at)]

    async def transfers_since(self, since: datetime) -> Sequence[BalanceChange]:
        """All that moved a wallet beside trading and funding, oldest first."""
        told = await all_lines(self._transfers_from, since, full=FULL, key_of=lambda each: each)
        return sorted(told, key=lambda each: each.at)

    async def _transfers_from(self, start: datetime) -> Page[BalanceChange]:
        body = await self._ask("userNonFundingLedgerUpdates", start)
        return decode_ledger_page(body, owner=self._address)

    async def _fills_from(self, start: datetime) -> Page[Execution]:
        body = await self._ask("userFillsByTime", start)
        return decode_fills_page(body, self._universe, owner=self._address, takes=self._takes())

    async def _fundings_from(self, start: datetime) -> Page[FundingPayment]:
        return decode_funding_page(await self._ask("userFunding", start), self._universe, takes=self._takes())

    async def _ask(self, question: str, start: datetime) -> bytes:
        return await self._rest.ask(
            question, items=EXPECTED, user=self._address, startTime=milliseconds(start)
        )


def unreferenced(payment: FundingPayment) -> FundingPayment:
    """The same, known by its coin, time and amount alone."""
    return msgspec.structs.replace(payment, reference="")
