"""Symbols that an account has, and that were on no list when it was connected.

A contract that has been delivered or delisted leaves the list while an account still has its orders, fills
and positions, and one that is listed while we run comes to it later. Bybit is asked for each by itself, and
what it does not know either is left out: one line that nobody can read is not to keep the whole account out.
Bybit may know it a moment later, so it is asked again once in a while.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from tradebook.kernel.clock import Clock
from tradebook.venues.bybit.public import BybitMarket
from tradebook.venues.bybit.symbols import Category, Unlisted
from tradebook.venues.errors import UndecodableFrame

log = structlog.get_logger("tradebook.venues")

T = TypeVar("T")

ABSENT_FOR = timedelta(minutes=10)
"""What Bybit did not know is not asked for again so soon."""


class LateListings:
    """For one account. What is found is known to all accounts at the venue."""

    def __init__(self, markets: Mapping[Category, BybitMarket], clock: Clock) -> None:
        self._markets = markets
        self._clock = clock
        self._heard: dict[tuple[Category, str], None] = {}
        self._absent: dict[tuple[Category, str], datetime] = {}
        """When Bybit was last asked for what it did not know."""

    def hear_of(self, unlisted: Unlisted) -> None:
        """The stream told of it, which cannot wait until it is known."""
        self._heard[unlisted.category, unlisted.symbol] = None

    async def find_heard(self) -> None:
        """Find what the stream told of, and what Bybit did not know long ago. Raises as any request."""
        before = self._clock.now() - ABSENT_FOR
        self._heard |= {each: None for each, at in self._absent.items() if at <= before}
        while self._heard:
            category, symbol = next(iter(self._heard))
            await self._find(category, symbol)
            self._heard.pop((category, symbol), None)

    async def read(self, decode: Callable[[], Sequence[T]]) -> Sequence[T]:
        """What ``decode`` reads, once it is known what all symbols in it mean, or that nobody knows.

        Raises as any request, and what ``decode`` raises otherwise.
        """
        while True:
            try:
                return decode()
            except Unlisted as unlisted:
                await self._find(unlisted.category, unlisted.symbol)

    async def _find(self, category: Category, symbol: str) -> None:
        market, problem = self._markets[category], "it is not known there"
        try:
            found = await market.find(symbol)
        except UndecodableFrame as error:
            found, problem = None, error.detail
        if found is not None:
            self._absent.pop((category, symbol), None)
            return
        self._absent[category, symbol] = self._clock.now()
        if not market.markets.leaves_out(category, symbol):
            market.markets.leave_out(category, symbol)
            log.warning("symbol_left_out", category=category.value, symbol=symbol, problem=problem)
