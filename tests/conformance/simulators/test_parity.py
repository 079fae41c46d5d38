"""The same wishes at the same prices make the same journal, on paper and at each simulated venue, but for
what a venue does in another way.

Lesson 16: elsewhere a dry run differs from the real thing, and nobody can say in what.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import pytest
from tests.support import virtual_time
from tests.support.binance_account import Desk as AtBinance
from tests.support.bybit_account import Desk as AtBybit
from tests.support.core import CATALOGUE, Core
from tests.support.desk import VenueDesk
from tests.support.hyperliquid_account import Desk as AtHyperliquid
from tests.support.market import HandMarket
from tests.support.virtual_time import VirtualClock

from tradebook.journal.memory import MemoryJournal
from tradebook.market.values import Instrument
from tradebook.trading.events import AccountEvent
from tradebook.trading.orders import OrderType, Side, TimeInForce
from tradebook.trading.parity import Parity, parity
from tradebook.venues.paper.venue import PaperVenue

DIFFERS: dict[Any, dict[tuple[str, str], str]] = {
    AtBinance: {("stop", "OrderTriggered"): "of a stop that rests there it tells the fills alone"},
    AtBybit: {
        ("for money", "OrderAccepted"): "its first word is the fill",
        ("stop", "OrderTriggered"): "it tells the price that was waited for, not the print",
    },
    AtHyperliquid: {
        ("in", "OrderFilled"): "fills come before the word that the order was taken",
        ("at once", "OrderAccepted"): "what cannot trade at once is refused",
        ("at once", "OrderCancelled"): "likewise",
        ("at once", "OrderRejected"): "likewise",
        ("for money", "OrderAccepted"): "orders are sized in the base asset only",
        ("for money", "OrderFilled"): "likewise",
        ("for money", "OrderRejected"): "likewise",
        ("too dear", "OrderDenied"): "what that order would have cost is still available",
        ("stop", "OrderPlaced"): "stops wait with us",
        ("stop", "OrderTriggered"): "likewise",
        ("stop", "OrderFilled"): "likewise",
    },
}
"""What a venue does or tells in another way than paper, and why: whatever else differs is a defect."""


class Place(Protocol):
    """Where the story is lived."""

    core: Core

    def price(self, bid: str, ask: str) -> None: ...

    def print(self, price: str, quantity: str = "1") -> None: ...


Story = Callable[[Place], Awaitable[None]]


class OnPaper:
    """The paper venue, on an instrument as a venue lists it."""

    def __init__(self, instrument: Instrument) -> None:
        clock = VirtualClock()
        self._market = HandMarket(instrument)
        venue = PaperVenue("paper", self._market, run_id="run", clock=clock, rests_conditionals=True)
        self.core = Core(MemoryJournal(CATALOGUE, clock), venue, self._market, clock, instrument=instrument)

    def price(self, bid: str, ask: str) -> None:
        self._market.quote_at(bid, ask, bid_size="5", ask_size="5")

    def print(self, price: str, quantity: str = "1") -> None:
        self._market.trade_at(price, quantity)


class AtVenue:
    """A simulated venue, whose market is the one that we see."""

    def __init__(self, desk: VenueDesk) -> None:
        self.core = desk.core
        self._desk = desk

    def price(self, bid: str, ask: str) -> None:
        self._desk.price(bid, ask)

    def print(self, price: str, quantity: str = "1") -> None:
        self._desk.market.trade_at(price, quantity)
        self._desk.print(price, quantity)


async def on_paper(story: Story, instrument: Instrument, funds: dict[str, Any]) -> list[AccountEvent]:
    it = OnPaper(instrument)
    it.price("100", "101")
    it.print("100", "0.001")
    await it.core.start()
    await it.core.open_account(**funds)
    await story(it)
    await it.core.stop()
    return cast("list[AccountEvent]", await it.core.history())


async def at_venue(story: Story, desk: VenueDesk) -> list[AccountEvent]:
    desk.price("100", "101")
    await desk.open()
    await story(AtVenue(desk))
    await desk.core.stop()
    return cast("list[AccountEvent]", await desk.core.history())


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


@pytest.mark.parametrize("new_desk", DIFFERS)
def test_the_same_story_is_the_same_journal(new_desk: Callable[..., VenueDesk]) -> None:
    async def main() -> Parity:
        here: Instrument = new_desk(USDT="0").core.instrument
        funds: dict[str, Any] = {here.base_asset: "2", here.quote_asset: "10000"}
        paper = await on_paper(trading, here, dict(sorted(funds.items())))
        return parity(paper, await at_venue(trading, new_desk(**funds)))

    told = virtual_time.run(main())
    assert {(each.order, each.fact) for each in told.findings} == set(DIFFERS[new_desk])
    assert told.orders == 8
