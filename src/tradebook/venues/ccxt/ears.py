"""What an exchange says of an account by itself, taken for a reason to look, and not for what it says.

A stream of ccxt forgets what nobody has fetched in time, and comes back without a word of what was missed.
Whatever is told of an account is asked for; listening makes that a matter of a moment instead of a round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from tradebook.kernel.errors import TradebookError
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.sockets import close_clients
from tradebook.venues.errors import VenueRefusal

log = structlog.get_logger("tradebook.venues")

STREAMS = ("Orders", "MyTrades")
AGAIN_AFTER_S = 30.0
"""Rounds are asked in the meantime."""

Ask = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Has the account's client ask, with its errors in our words."""


class AccountEars:
    """Of one account."""

    def __init__(self, market: CcxtMarket, client: Any, *, ask: Ask, look: Callable[[], None]) -> None:
        """``look`` is called whenever something was said."""
        self._market = market
        self._client = client
        self._ask = ask
        self._look = look
        watches = {"Orders": client.watch_orders, "MyTrades": client.watch_my_trades}
        self._tasks = [
            asyncio.create_task(self._listen(watches[each]), name=f"{market.exchange_id} {each}")
            for each in STREAMS
            if market.tells(f"watch{each}")
        ]

    def close(self) -> None:
        """Listen no more."""
        for each in self._tasks:
            each.cancel()
        close_clients(self._client)

    async def _listen(self, watch: Callable[[], Awaitable[Any]]) -> None:
        while True:
            try:
                await self._ask(watch)
            except VenueRefusal as error:
                log.warning("an_account_is_only_asked_for", venue=self._market.exchange_id, reason=str(error))
                return
            except (OSError, TradebookError):
                await self._market.clock.sleep(AGAIN_AFTER_S)
            else:
                self._look()
