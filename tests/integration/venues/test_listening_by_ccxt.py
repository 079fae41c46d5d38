"""What an exchange says by itself is heard through ccxt's streams, over our own sockets, in virtual time."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from decimal import Decimal

from tests.support.binance_account import HERE
from tests.support.ccxt_account import CcxtDesk, ListeningDesk, tell_by_ccxt
from tests.support.core import ALICE
from tests.support.simulated_binance import BTC

from tradebook.market.values import BookUpdate, Level, MarketStream, Quote, Trade
from tradebook.trading.orders import Side
from tradebook.venues.ccxt.listening import AGAIN_AFTER_S, PriceStreams
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.prices import CcxtPrices, PriceRounds
from tradebook.venues.messages.market import MarketMessage, Refusal

AT_ONCE_S = 1
"""Well before the next round, five seconds after the one before."""


def tell(story: Callable[[CcxtDesk], Awaitable[None]]) -> None:
    tell_by_ccxt(story, ListeningDesk)


def test_a_fill_is_told_before_the_next_round_and_by_what_was_asked() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(7)
        it.way.asked.clear()
        it.print("98", "0.5")
        await asyncio.sleep(AT_ONCE_S)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        assert ("GET", "/api/v3/myTrades") in it.way.asked

    tell(story)


def test_an_account_whose_streams_break_is_asked_for_until_they_are_back() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(7)
        it.way.hang_up()
        opened = len(it.way.opened)
        it.print("98", "0.5")
        await asyncio.sleep(6)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        await asyncio.sleep(60)
        assert len(it.way.opened) > opened
        it.print("98", "1")
        await asyncio.sleep(AT_ONCE_S)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Filled"]

    tell(story)


def test_nothing_of_an_account_that_was_disconnected_stays() -> None:
    async def story(it: CcxtDesk) -> None:
        side = weakref.ref(it.venue.side_of(ALICE))
        await it.venue.disconnect(ALICE)
        await asyncio.sleep(60)
        gc.collect()
        assert side() is None
        await it.crash()
        await it.start()

    tell(story)


class Listener:
    """Prices that are listened to."""

    def __init__(self, it: CcxtDesk) -> None:
        self.it = it
        self.market = it.new_market()
        self.connector = PolledConnector(it.clock)
        self.prices = CcxtPrices(self.market, self.connector)
        self.heard: list[MarketMessage | Refusal] = []
        self.names: list[str] = []

    async def __aenter__(self) -> Listener:
        await self.prices.list_instruments()
        wanted = [self.prices.stream_of(HERE.instrument_id, each) for each in MarketStream]
        self.names = [name for name, _ in wanted]
        self.socket = await self.connector(wanted[0][1].url, self._take)
        self.socket.send(self.prices.subscription(self.names))
        await asyncio.sleep(3)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.socket.close()
        await asyncio.sleep(1)

    def _take(self, frame: bytes) -> None:
        self.heard += self.prices.decode(frame, self.it.clock.now())

    async def lately(self, kind: type[MarketMessage]) -> list[MarketMessage | Refusal]:
        """What of a kind is heard in the next second."""
        self.heard.clear()
        await asyncio.sleep(1)
        return [each for each in self.heard if isinstance(each, kind)]


def _level(price: str, size: str) -> tuple[Level]:
    return (Level(price=Decimal(price), size=Decimal(size)),)


def _change(it: CcxtDesk, bid: str, size: str, *, sequence: int, whole: bool = False) -> None:
    it.exchange.take(
        [
            BookUpdate(
                instrument_id=BTC.instrument_id,
                bids=_level(bid, size),
                asks=_level("101", "5") if whole else (),
                is_snapshot=whole,
                at=it.clock.now(),
                sequence=sequence,
            )
        ]
    )


def test_a_book_and_trades_are_told_as_they_change() -> None:
    async def story(it: CcxtDesk) -> None:
        _change(it, "100", "5", sequence=1, whole=True)
        async with Listener(it) as listener:
            it.way.asked.clear()
            _change(it, "100.5", "2.25", sequence=2)
            it.print("100.25", "0.125")
            told = await listener.lately(Quote)
            assert [(each.bid, each.bid_size, each.ask) for each in told if isinstance(each, Quote)] == [
                (Decimal("100.5"), Decimal("2.25"), Decimal(101))
            ]
            it.print("100.25", "0.5")
            trades = [each for each in await listener.lately(Trade) if isinstance(each, Trade)]
            assert [(each.price, each.quantity) for each in trades] == [(Decimal("100.25"), Decimal("0.5"))]
            assert {path for _, path in it.way.asked} <= {"/api/v3/openOrders"}

    tell(story)


def test_streams_that_break_come_back_with_a_new_book() -> None:
    async def story(it: CcxtDesk) -> None:
        _change(it, "100", "5", sequence=1, whole=True)
        async with Listener(it) as listener:
            it.way.hang_up()
            await asyncio.sleep(0.5)
            _change(it, "99", "1", sequence=2, whole=True)
            await asyncio.sleep(2 * AGAIN_AFTER_S)
            _change(it, "100.5", "2", sequence=3)
            (book,) = [each for each in await listener.lately(BookUpdate) if isinstance(each, BookUpdate)]
            assert [each.price for each in book.bids] == [Decimal("100.5"), Decimal(99)]

    tell(story)


def test_what_is_wanted_no_more_is_not_told() -> None:
    async def story(it: CcxtDesk) -> None:
        _change(it, "100", "5", sequence=1, whole=True)
        async with Listener(it) as listener:
            listener.socket.send(listener.prices.unsubscription(listener.names))
            await asyncio.sleep(1)
            _change(it, "100.5", "2", sequence=2)
            assert await listener.lately(BookUpdate) == []

    tell(story)


def test_an_exchange_that_refuses_a_stream_is_asked_for_prices() -> None:
    async def story(it: CcxtDesk) -> None:
        market = it.new_market()
        await market.list_instruments()
        prices = CcxtPrices(market, PolledConnector(it.clock))
        streams = prices.begin()
        assert isinstance(streams, PriceStreams)
        streams.heard(prices.subscription(["book NO/SUCH"]))
        problem = await asyncio.gather(streams.ask(), return_exceptions=True)
        assert "BadSymbol" in str(problem[0])
        streams.close()
        assert isinstance(prices.begin(), PriceRounds)

    tell(story)
