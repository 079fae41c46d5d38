"""The recorded BTC/USDT tape, traded: every fill was worked out by hand from the lines of the tape.

The tape is ``market_data/nautilus/btcusdt-trades.csv`` and ``-quotes.csv``, merged by time, at one instant
quotes before trades, trades by id. "trades 91" is line 91 of the trades file, its header being line 1.
Latency is zero; the journal settles between two events, so that this machine's speed does not matter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from tests.support.core import CATALOGUE, Core
from tests.support.vectors import TAPES

from tradebook.journal.memory import MemoryJournal
from tradebook.journal.ports import Journal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import plain
from tradebook.market.data import LiveMarketData
from tradebook.market.replay.tape import Tape, read_tape
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import OrderType, Side, TimeInForce
from tradebook.venues.paper.venue import PaperVenue

RECORDS = TAPES / "nautilus"
BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture(scope="session")
def tape() -> Tape:
    return read_tape(f"{RECORDS / 'btcusdt-trades.csv'},{RECORDS / 'btcusdt-quotes.csv'}")


class Session:
    """A trading session on the tape."""

    def __init__(self, tape: Tape, *, rests_conditionals: bool) -> None:
        clock = SystemClock()
        self._tape = tape
        self._events = tape.events()
        self._next = next(self._events, None)
        self._market = LiveMarketData(clock)
        self._market.add_instruments(tape.instruments)
        self._market.follow_tape(tape.begins)
        self._rests_conditionals = rests_conditionals
        self.core = self._life(MemoryJournal(CATALOGUE, clock), run_id="tape")

    def _life(self, journal: Journal, run_id: str) -> Core:
        venue = PaperVenue("paper", self._market, run_id=run_id, rests_conditionals=self._rests_conditionals)
        return Core(journal, venue, self._market, SystemClock(), instrument=self._tape.instruments[0])

    async def die_and_live_again(self) -> None:
        """End with nothing but what the journal has, and go on from there."""
        await self.core.stop()
        self.core = self._life(self.core.journal, run_id="tape, second life")
        await self.core.start()
        await self.core.settle()

    async def until(self, second: float) -> None:
        """Play every event up to and including ``second`` of the tape."""
        until = datetime(2021, 1, 8, 0, 0, int(second), round(second % 1 * 1_000_000), tzinfo=UTC)
        while self._next is not None and self._next.at <= until:
            self._market.apply(self._next)
            self._next = next(self._events, None)
            await self.core.settle()
        self._market.follow_tape(until)

    async def order(self, name: str, side: Side, quantity: str, **terms: object) -> OrderId:
        order_id = await self.core.order(name, side, quantity=quantity, **terms)
        await self.core.settle()
        return order_id

    async def fills(self, order_id: OrderId) -> list[str]:
        """Quantity, price, fee and liquidity of each fill."""
        return [
            f"{plain(fact.quantity)} at {plain(fact.price)}, fee {plain(fact.fee)}, {fact.liquidity.value}"
            for fact in await self.core.history(order_id)
            if isinstance(fact, OrderFilled)
        ]


@pytest.fixture(params=[True, False], ids=["stops rest at the venue", "stops rest with trading"])
async def session(tape: Tape, request: pytest.FixtureRequest) -> AsyncIterator[Session]:
    session = Session(tape, rests_conditionals=request.param)
    await session.core.start()
    await session.core.open_account(USDT="100000", BTC="10")
    yield session
    await session.core.stop()


async def test_market_orders_fill_at_the_last_quote(session: Session) -> None:
    await session.until(1.300)
    buy = await session.order("buy", BUY, "0.5")
    # quotes 4, at 00:00:01.257, asks 39433.6; its displayed 0.018027 does not bound a market order.
    assert await session.fills(buy) == ["0.5 at 39433.6, fee 19.7168, taker"]
    await session.until(1.600)
    sell = await session.order("sell", SELL, "0.2")
    # quotes 7, at 00:00:01.559, bids 39434.87.
    assert await session.fills(sell) == ["0.2 at 39434.87, fee 7.886974, taker"]


async def test_a_resting_order_fills_when_a_trade_prints_through_and_never_on_a_touch(
    session: Session,
) -> None:
    await session.until(2.700)
    buy = await session.order("buy", BUY, "0.1", price="39450.76")
    await session.until(3.000)
    # trades 89, at 00:00:02.825, prints 0.150986 at exactly 39450.76: a touch.
    assert await session.fills(buy) == []
    await session.until(3.146)
    # quotes 21 asks 39449.75, below the limit: a quote fills nothing. trades 91 prints 0.047673 at 39449.74.
    first = "0.047673 at 39450.76, fee 1.88073608, maker"
    assert await session.fills(buy) == [first]
    await session.until(4.000)
    # trades 92 prints 0.0155 at 39449.07; trades 93 prints 0.190015 at 39449.75, enough for the rest.
    assert await session.fills(buy) == [
        first,
        "0.0155 at 39450.76, fee 0.61148678, maker",
        "0.036827 at 39450.76, fee 1.45285314, maker",
    ]


async def test_aggressive_limits_take_the_displayed_size(session: Session) -> None:
    await session.until(3.300)
    # quotes 24, at 00:00:03.263, asks 39449.74 for 0.076046; this venue's orders do not use it up.
    ioc = await session.order("ioc", BUY, "0.1", price="39449.74", time_in_force=TimeInForce.IOC)
    kill = await session.order("kill", BUY, "0.1", price="39449.74", time_in_force=TimeInForce.FOK)
    fill = await session.order("fill", BUY, "0.05", price="39449.74", time_in_force=TimeInForce.FOK)
    rest = await session.order("rest", BUY, "0.08", price="39449.74")
    taken = "0.076046 at 39449.74, fee 2.99999493, taker"
    assert await session.fills(ioc) == [taken]
    assert (await session.core.life(ioc))[-1] == "Cancelled"
    assert await session.fills(kill) == []
    assert (await session.core.life(kill))[-1] == "Cancelled"
    assert await session.fills(fill) == ["0.05 at 39449.74, fee 1.972487, taker"]
    await session.until(43.695)
    # trades 100, at 00:00:03.377, prints 0.001341 at 39449.73.
    through = "0.001341 at 39449.74, fee 0.0529021, maker"
    assert await session.fills(rest) == [taken, through]
    await session.until(43.703)
    # trades 1931, at 00:00:43.703, is the next to print below 39449.74: 0.346743 at 39449.68.
    assert await session.fills(rest) == [taken, through, "0.002613 at 39449.74, fee 0.10308217, maker"]


async def test_a_take_profit_sells_once_a_trade_reaches_it(session: Session) -> None:
    await session.until(8.000)
    sell = await session.order("profit", SELL, "0.05", type=OrderType.TAKE_PROFIT, stop_price="39490")
    await session.until(12.425)
    # trades 435 printed 39489.79 at 00:00:12.425.
    assert await session.fills(sell) == []
    await session.until(12.428)
    # trades 436 prints 39490.0; quotes 113, at 00:00:12.363, bids 39485.99.
    assert await session.fills(sell) == ["0.05 at 39485.99, fee 1.9742995, taker"]


async def test_stops_trigger_on_trades_against_the_position(session: Session) -> None:
    await session.until(17.700)
    sell = await session.order("sell stop", SELL, "0.1", type=OrderType.STOP, stop_price="39480")
    await session.until(18.000)
    # trades 631, at 00:00:17.953, prints 39479.87; quotes 168, at 00:00:17.886, bids 39486.05.
    assert await session.fills(sell) == ["0.1 at 39486.05, fee 3.948605, taker"]
    buy = await session.order("buy stop", BUY, "0.1", type=OrderType.STOP, stop_price="39500")
    await session.until(20.412)
    assert await session.fills(buy) == []
    await session.until(20.413)
    # trades 683 prints 39500.0; quotes 192, at 00:00:20.408, asks 39498.65.
    assert await session.fills(buy) == ["0.1 at 39498.65, fee 3.949865, taker"]


async def test_a_trailing_stop_follows_the_tape_up_and_sells_on_the_way_down(session: Session) -> None:
    await session.until(34.340)
    # trades 1419 was the last, at 39546.43: the stop begins at 39526.43.
    sell = await session.order("trail", SELL, "0.1", type=OrderType.TRAILING_STOP, trailing_offset="20")
    await session.until(36.203)
    # trades 1454 printed the high of 39550.0 and moved the stop to 39530; the lowest since is trades 1532,
    # 39533.93.
    assert await session.fills(sell) == []
    await session.until(36.223)
    # trades 1534 prints 39531.55, trades 1535 prints 39529.57; quotes 347, at 00:00:36.180, bids 39537.16.
    assert await session.fills(sell) == ["0.1 at 39537.16, fee 3.953716, taker"]
    triggered = next(
        fact for fact in await session.core.history(sell) if type(fact).__name__ == "OrderTriggered"
    )
    assert msgspec.structs.asdict(triggered)["trigger_price"] == Decimal("39529.57")


async def test_a_trailing_stop_that_was_killed_on_its_way_sells_as_if_it_had_lived(session: Session) -> None:
    await session.until(34.340)
    sell = await session.order("trail", SELL, "0.1", type=OrderType.TRAILING_STOP, trailing_offset="20")
    # trades 1454, the high of 39550.0, came at 00:00:34.533; from its placement the stop would stand at
    # 39526.43, and trades 1535, at 39529.57, would pass it by.
    await session.until(35.900)
    await session.die_and_live_again()
    await session.until(36.203)
    assert await session.fills(sell) == []
    await session.until(36.223)
    assert await session.fills(sell) == ["0.1 at 39537.16, fee 3.953716, taker"]


async def test_of_an_oco_pair_the_limit_fills_and_the_stop_goes(session: Session) -> None:
    await session.until(27.060)
    limit = await session.order("profit", SELL, "0.05", price="39531.5", oco_group="exit")
    stop = await session.order(
        "loss", SELL, "0.05", type=OrderType.STOP, stop_price="39520", oco_group="exit"
    )
    await session.until(27.134)
    assert await session.fills(limit) == []
    await session.until(28.000)
    # trades 1076 prints 0.000444 at 39531.51, 1077 prints 0.017432 at 39531.59, 1078 prints 0.213441 at
    # 39531.83.
    assert await session.fills(limit) == [
        "0.000444 at 39531.5, fee 0.01755199, maker",
        "0.017432 at 39531.5, fee 0.68911311, maker",
        "0.032124 at 39531.5, fee 1.26990991, maker",
    ]
    # The tape falls through the stop later (trades 1624 prints 39519.75): nothing is left to sell.
    await session.until(38.000)
    assert await session.fills(stop) == []
    assert (await session.core.life(stop))[-1] == "Cancelled"


async def test_of_an_oco_pair_the_stop_fills_and_the_limit_goes(session: Session) -> None:
    await session.until(37.900)
    limit = await session.order("profit", SELL, "0.05", price="39545", oco_group="exit")
    stop = await session.order(
        "loss", SELL, "0.05", type=OrderType.STOP, stop_price="39500", oco_group="exit"
    )
    await session.until(38.555)
    # trades 1684 printed 39500.59 at 00:00:38.555.
    assert await session.fills(stop) == []
    await session.until(38.568)
    # trades 1686 prints 39500.0; quotes 370, at 00:00:38.529, bids 39501.76.
    assert await session.fills(stop) == ["0.05 at 39501.76, fee 1.975088, taker"]
    assert await session.fills(limit) == []
    assert (await session.core.life(limit))[-1] == "Cancelled"
