"""The same wishes at the same prices make the same journal, on paper and at each simulated venue.

Lesson 16: elsewhere a dry run differs from the real thing, and nobody can say in what.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import pytest
from tests.support import virtual_time
from tests.support.binance_account import HERE, Desk, desk
from tests.support.core import CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.virtual_time import VirtualClock

from tradebook.journal.memory import MemoryJournal
from tradebook.trading.events import AccountEvent
from tradebook.trading.orders import OrderType, Side, TimeInForce
from tradebook.trading.parity import Parity, parity
from tradebook.venues.paper.venue import PaperVenue

FUNDS: dict[str, Any] = {"BTC": "2", "USDT": "10000"}


class Place(Protocol):
    """Where the story is lived."""

    core: Core

    def price(self, bid: str, ask: str) -> None: ...

    def print(self, price: str, quantity: str = "1") -> None: ...


UNTOLD = {("stop", "OrderTriggered")}
"""What these venues do not tell: when a stop that rests there was triggered shows in its fills only."""

Story = Callable[[Place], Awaitable[None]]


class OnPaper:
    """The paper venue on the same instrument."""

    def __init__(self) -> None:
        clock = VirtualClock()
        self._market = HandMarket(HERE)
        venue = PaperVenue("paper", self._market, run_id="run", clock=clock, rests_conditionals=True)
        self.core = Core(MemoryJournal(CATALOGUE, clock), venue, self._market, clock, instrument=HERE)

    def price(self, bid: str, ask: str) -> None:
        self._market.quote_at(bid, ask, bid_size="5", ask_size="5")

    def print(self, price: str, quantity: str = "1") -> None:
        self._market.trade_at(price, quantity)


async def on_paper(story: Story) -> list[AccountEvent]:
    it = OnPaper()
    it.price("100", "101")
    it.print("100", "0.001")
    await it.core.start()
    await it.core.open_account(**FUNDS)
    await story(it)
    await it.core.stop()
    return cast("list[AccountEvent]", await it.core.history())


class AtBinance:
    """The simulated Binance, whose market is the one that we see."""

    def __init__(self, it: Desk) -> None:
        self.core = it.core
        self._desk = it

    def price(self, bid: str, ask: str) -> None:
        self._desk.price(bid, ask)

    def print(self, price: str, quantity: str = "1") -> None:
        self._desk.market.trade_at(price, quantity)
        self._desk.print(price, quantity)


async def at_binance(story: Story) -> list[AccountEvent]:
    async with desk(**FUNDS) as it:
        await story(AtBinance(it))
        return cast("list[AccountEvent]", await it.core.history())


async def trading(it: Place) -> None:
    """Every way that an order's life takes which both sides know."""
    core = it.core
    await settled(core.order("in", Side.BUY, quantity="2"))
    await settled(core.order("rests", Side.BUY, quantity="2", price="99"))
    it.print("98", "0.5")
    await asyncio.sleep(1)
    it.print("98", "5")
    await asyncio.sleep(1)
    cancelled = await settled(core.order("cancelled", Side.SELL, quantity="1", price="130"))
    await settled(core.cancel(cancelled))
    await settled(core.order("at once", Side.BUY, quantity="1", price="90", time_in_force=TimeInForce.IOC))
    await settled(core.order("for money", Side.BUY, quantity="0", quote_quantity="200"))
    await settled(core.order("maker", Side.SELL, quantity="0.5", price="120", post_only=True))
    await settled(core.handle(core.place("too dear", Side.BUY, quantity="5000", price="100")))
    await settled(core.order("stop", Side.SELL, quantity="1", type=OrderType.STOP, stop_price="97"))
    it.price("96", "97")
    it.print("96.5", "0.1")
    await asyncio.sleep(1)


async def settled(awaitable: Awaitable[Any]) -> Any:
    done = await awaitable
    await asyncio.sleep(1)
    return done


@pytest.mark.parametrize("at_venue", [at_binance])
def test_the_same_story_is_the_same_journal(
    at_venue: Callable[[Story], Awaitable[list[AccountEvent]]],
) -> None:
    async def main() -> Parity:
        return parity(await on_paper(trading), await at_venue(trading))

    told = virtual_time.run(main())
    assert [each for each in told.findings if (each.order, each.fact) not in UNTOLD] == []
    assert (told.orders, told.facts) == (8, 34)
