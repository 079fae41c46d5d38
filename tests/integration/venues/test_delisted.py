"""What becomes of an order in something that its venue lists no more."""

from __future__ import annotations

import asyncio

import msgspec
from tests.support.binance_futures_account import HERE, Desk
from tests.support.market import HandMarket
from tests.support.virtual_time import run

from tradebook.kernel.ids import InstrumentId
from tradebook.trading.events import DifferenceFound
from tradebook.trading.orders import Side

OTHER = msgspec.structs.replace(HERE, instrument_id=InstrumentId("ETH-USDT-PERP.BINANCE"))


def test_an_order_in_what_was_delisted_meanwhile_ends_and_the_account_trades() -> None:
    async def story() -> None:
        it = Desk()
        it.price("100", "101")
        await it.open()
        order_id = await it.core.order("rests", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        await it.crash()
        it.exchange.delist(it.symbol)
        it.market = HandMarket(OTHER)
        it.core = it._new_core()
        await it.start()
        await asyncio.sleep(5)
        assert (await it.core.life(order_id))[-1] == "Cancelled"
        told = [each for each in await it.core.history() if isinstance(each, DifferenceFound)]
        assert [each.kind for each in told] == ["order_of_delisted"]
        await asyncio.sleep(300)
        assert it.is_trading()
        assert len([each for each in await it.core.history() if isinstance(each, DifferenceFound)]) == 1
        await it.core.stop()

    run(story())
