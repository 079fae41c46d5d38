"""What was traded, read by ccxt from exchanges that tell it each in its own way."""

from __future__ import annotations

import pytest
from tests.support.ccxt_histories import History, fills, side_at

from tradebook.kernel.ids import InstrumentId

EXCHANGES = ("kraken", "okx", "bitget", "mexc")


@pytest.mark.parametrize("exchange_id", EXCHANGES)
@pytest.mark.parametrize("count", [1, 20])
async def test_all_fills_of_an_order_are_told(exchange_id: str, count: int) -> None:
    later = [(1000 + number, at + 1000, of) for number, at, of in fills(60, of="other")]
    side = side_at(exchange_id, History(exchange_id, [*fills(count), *later]))
    found = await side.fills_of(InstrumentId(f"BTC-USDT.{exchange_id.upper()}"), "one")
    assert {each.venue_order_id for each in found} == {"one"}
    assert len({each.fill_id for each in found}) == len(found) == count
