"""What was traded and paid on a USD-M futures account, page by page, whoever did it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.venues.binance import futures_execution as requests
from tradebook.venues.binance.fill_pages import PAGE, all_of, all_of_order
from tradebook.venues.binance.futures_account import ALGO
from tradebook.venues.binance.futures_answers import (
    count_incomes,
    decode_futures_fills,
    decode_futures_orders,
    decode_incomes,
    decode_traded_symbols,
)
from tradebook.venues.binance.listed import Listed
from tradebook.venues.binance.orders import cause_of
from tradebook.venues.binance.rest import SignedRest
from tradebook.venues.binance.words import COMMISSION_INCOME, FUNDING_INCOME
from tradebook.venues.errors import UnknownOrder
from tradebook.venues.fill_names import with_names
from tradebook.venues.messages.account import Execution, ExecutionReport, FundingPayment
from tradebook.venues.symbols import SymbolTable

_INCOMES_MAX = 1000
"""In one answer."""
_WINDOW = timedelta(days=7)
"""Trades are told of so long a time at once, and of the last such where no time is named."""
_TOLD_OF = timedelta(days=179)
"""Binance tells six months."""
_CLOCKS_DIFFER = timedelta(minutes=1)
REMEMBERED_MAX = 10_000
"""Orders that were asked for."""
_INCOMES_WEIGHT, _FILLS_WEIGHT, _ORDER_WEIGHT = 30, 5, 1


class _Began(NamedTuple):
    """When an order was placed, and how much of it was filled."""

    at: datetime
    filled: Decimal


class FuturesHistory:
    """One account's. Everything raises as any request."""

    def __init__(self, rest: SignedRest, symbols: SymbolTable, listed: Listed) -> None:
        self._rest = rest
        self._symbols = symbols
        self._listed = listed
        self._asked_for: dict[str, _Began] = {}
        """By Binance's id of the order."""

    def remember(self, order: ExecutionReport, *, placed_at: datetime) -> None:
        """It was asked for: its fills are looked for as far back as it was placed."""
        began = _Began(placed_at - _CLOCKS_DIFFER, order.cumulative_quantity or ZERO)
        self._asked_for[order.venue_order_id] = began
        if len(self._asked_for) > REMEMBERED_MAX:
            del self._asked_for[next(iter(self._asked_for))]

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """Of an order that was asked for, and of another what it filled within the last seven days; oldest
        first. One that still waits for its price has none.
        """
        if venue_order_id.startswith(ALGO):
            return ()
        symbol = self._symbols.listed(instrument_id).venue_symbol

        async def page_from(trade_id: int) -> Sequence[Execution]:
            return await self._fills(symbol, order_id=venue_order_id, from_id=trade_id)

        fills = await all_of_order(await self._fills(symbol, order_id=venue_order_id), page_from)
        began = self._asked_for.get(venue_order_id)
        if began is None:
            return fills
        # What is newest is asked for first, until all of it is found.
        for since, until in self._windows_before_the_last(began.at):
            if sum((each.quantity for each in fills), ZERO) >= began.filled:
                break
            told = await self._fills_between(symbol, since, until)
            fills = _once([*(each for each in told if each.venue_order_id == venue_order_id), *fills])
        return fills

    async def fills_since(self, assets: Collection[Asset], since: datetime) -> Sequence[Execution]:
        """Of contracts that settle in the assets. Every trade has its commission among the incomes, and these
        are told of all symbols at once: so the symbols are known whose trades are to be asked for.
        """
        found: list[Execution] = []
        for page in await self._incomes(COMMISSION_INCOME, since):
            for symbol in decode_traded_symbols(page):
                listed = self._symbols.listed(self._symbols.instrument_of(symbol))
                if listed.settle_asset in assets and all(
                    each.instrument_id != listed.instrument.instrument_id for each in found
                ):
                    found += await self._fills_of_symbol(symbol, since)
        return found

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        pages = await self._incomes(FUNDING_INCOME, since)
        told = [each for page in pages for each in decode_incomes(page, self._symbols)]
        return [each for each in told if isinstance(each, FundingPayment)]

    async def _incomes(self, kind: str, since: datetime) -> Sequence[bytes]:
        pages: list[bytes] = []
        is_last = False
        while not is_last:
            request = requests.incomes(since=since, kind=kind, page=len(pages) + 1, limit=_INCOMES_MAX)
            body = await self._rest.ask(request, weight=_INCOMES_WEIGHT)
            is_last = count_incomes(body) < _INCOMES_MAX
            pages.append(await self._listed.only(body, what="incomes"))
        return pages

    async def _fills_of_symbol(self, symbol: str, since: datetime) -> Sequence[Execution]:
        """Those of every window."""
        found: list[Execution] = []
        now = self._rest.venue_clock.now()
        while since < now:
            until = min(since + _WINDOW, now + timedelta(seconds=1))
            found += await self._fills_between(symbol, since, until)
            since = until
        return _once(found)

    def _windows_before_the_last(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is told of by its time alone, the newest first."""
        now = self._rest.venue_clock.now()
        since, until = max(since, now - _TOLD_OF), now - _WINDOW + _CLOCKS_DIFFER
        while since < until:
            yield max(until - _WINDOW, since), until
            until -= _WINDOW

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """With the client order ids of their orders, by which Binance tells what it did by itself."""
        named = await with_names(fills, self._name_of)
        return [msgspec.structs.replace(each, cause=cause_of(each.client_order_id)) for each in named]

    async def _fills_between(self, symbol: str, since: datetime, until: datetime) -> Sequence[Execution]:
        found: list[Execution] = []
        page = await self._fills(symbol, since=since, until=until)
        while len(page) >= PAGE and page[-1].at > since:
            found += page
            since = page[-1].at
            page = await self._fills(symbol, since=since, until=until)
        # By their ids no more is told than of the last seven days: that is for what fills a page at once.
        found += await all_of(page, lambda trade_id: self._fills(symbol, from_id=trade_id), until=until)
        return [each for each in _once(found) if each.at < until]

    async def _fills(
        self,
        symbol: str,
        *,
        order_id: str | None = None,
        from_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Execution]:
        request = requests.futures_fills(
            symbol, order_id=order_id, from_id=from_id, since=since, until=until, limit=PAGE
        )
        return decode_futures_fills(await self._rest.ask(request, weight=_FILLS_WEIGHT), self._symbols)

    async def _name_of(self, instrument_id: InstrumentId, venue_order_id: str) -> str:
        """Empty where Binance has forgotten the order."""
        symbol = self._symbols.listed(instrument_id).venue_symbol
        request = requests.query_futures_order_of_id(symbol, venue_order_id)
        try:
            body = await self._rest.ask(request, weight=_ORDER_WEIGHT)
        except UnknownOrder:
            return ""
        return decode_futures_orders(body, self._symbols)[0].client_order_id


def _once(fills: Iterable[Execution]) -> list[Execution]:
    """What two answers tell counts once."""
    return list({each.fill_id: each for each in fills}.values())
