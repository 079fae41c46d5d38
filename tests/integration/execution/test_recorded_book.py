"""Orders against a recorded order book: what is displayed is walked, quotes and trades have their say."""

from __future__ import annotations

from pathlib import Path

from tests.support.core import CATALOGUE, Core

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.money import plain
from tradebook.market.data import LiveMarketData
from tradebook.market.replay.tape import read_tape
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import Side, TimeInForce
from tradebook.venues.paper.venue import PaperVenue

DEPTH = """\
symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu
BTCUSDT,1610064001000,1,1,b,snap,39999.00,1.0,-1
BTCUSDT,1610064001000,1,1,b,snap,39998.00,2.0,-1
BTCUSDT,1610064001000,1,1,a,snap,40001.00,0.5,-1
BTCUSDT,1610064001000,1,1,a,snap,40002.00,0.25,-1
BTCUSDT,1610064001000,1,1,a,snap,40005.00,4.0,-1
BTCUSDT,1610064002000,2,2,a,set,40002.00,0.000,1
BTCUSDT,1610064002000,2,2,a,set,40003.00,1.000,1
"""
QUOTES = (
    "timestamp,symbol,ask_size,ask,bid_size,bid\n2021-01-08T00:00:03Z,BTC/USDT,0.1,40000.50,0.2,39999.00\n"
)
TRADES = """\
timestamp,trade_id,price,quantity,buyer_maker
2021-01-08T00:00:00Z,1,40000.00,0.1,False
2021-01-08T00:00:04Z,2,39998.00,0.3,True
2021-01-08T00:00:05Z,3,39997.50,0.3,True
"""


async def test_orders_walk_the_recorded_book_and_rest_at_the_back_of_it(tmp_path: Path) -> None:
    for name, content in {"depth": DEPTH, "quotes": QUOTES, "trades": TRADES}.items():
        (tmp_path / f"btcusdt-{name}.csv").write_text(content)
    tape = read_tape(str(tmp_path))
    clock = SystemClock()
    market = LiveMarketData(clock)
    market.add_instruments(tape.instruments)
    market.follow_tape(tape.begins)
    venue = PaperVenue("paper", market, run_id="tape")
    core = Core(MemoryJournal(CATALOGUE, clock), venue, market, clock, instrument=tape.instruments[0])
    await core.start()
    await core.open_account(USDT="1000000", BTC="10")
    events = tape.events()

    async def until(second: int) -> None:
        while market.now().second < second and (event := next(events, None)) is not None:
            market.apply(event)
        await core.settle()

    async def fills_of(name: str, side: Side, **terms: object) -> list[str]:
        order_id = await core.order(name, side, **terms)
        await core.settle()
        return await fills(order_id)

    async def fills(order_id: str) -> list[str]:
        return [
            f"{plain(fact.quantity)} at {plain(fact.price)}"
            for fact in await core.history()
            if isinstance(fact, OrderFilled) and fact.order_id == order_id
        ]

    await until(1)
    market.apply(next(events))  # the quote that the snapshot's best prices make
    assert await fills_of("walks", Side.BUY, quantity="1") == [
        "0.5 at 40001",
        "0.25 at 40002",
        "0.25 at 40005",
    ]
    await until(2)
    assert await fills_of("takes", Side.BUY, quantity="5", price="40003", time_in_force=TimeInForce.IOC) == [
        "0.5 at 40001",
        "1 at 40003",
    ]
    await until(3)
    assert await fills_of("quoted", Side.BUY, quantity="0.7") == [
        "0.1 at 40000.5",
        "0.5 at 40001",
        "0.1 at 40003",
    ]
    resting = await core.order("rests", Side.BUY, quantity="1", price="39998")
    await core.settle()
    await until(4)
    assert await fills(resting) == []  # 0.3 at its price go to the 2.0 that stood there before it
    await until(5)
    assert await fills(resting) == ["0.3 at 39998"]
    await core.stop()
