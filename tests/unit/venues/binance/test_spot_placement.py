"""What is recorded of the answer to an order that was placed on spot, where it is all that is heard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.market import BTC_USDT
from tests.unit.venues.accounts.examples import AT, OURS, reports

from tradebook.kernel.ids import AccountId, ClientOrderId, InstrumentId, OrderId
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance.spot_answers import decode_spot_placement


class Listed:
    def instrument_of(self, venue_symbol: str) -> InstrumentId:
        assert venue_symbol == "BTCUSDT"
        return BTC_USDT.instrument_id


def answer(status: str, *fills: str, time_in_force: str) -> bytes:
    """To an order for 2."""
    told: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "orderId": 28,
        "clientOrderId": OURS,
        "transactTime": 1507725176595,
        "price": "100",
        "origQty": "2",
        "executedQty": str(sum(map(int, fills))),
        "cummulativeQuoteQty": str(100 * sum(map(int, fills))),
        "status": status,
        "timeInForce": time_in_force,
        "type": "LIMIT",
        "side": "BUY",
        "fills": [
            {"price": "100", "qty": each, "commission": "0", "commissionAsset": "BTC", "tradeId": number}
            for number, each in enumerate(fills)
        ],
    }
    return json.dumps(told).encode()


def recorded(body: bytes) -> list[str]:
    terms = OrderTerms(
        client_order_id=ClientOrderId("ours"),
        instrument_id=BTC_USDT.instrument_id,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=BTC_USDT.lot_size,
        time_in_force=TimeInForce.FOK,
    )
    order = VenueOrder(
        account_id=AccountId("main"),
        order_id=OrderId("ours"),
        instrument=BTC_USDT,
        terms=terms,
        quantity=BTC_USDT.lot_size,
        attempt=1,
    )
    messages = decode_spot_placement(body, order, Listed(), AT)
    return [type(each).__name__.removeprefix("Record") for each in reports().of_all(messages)]


@pytest.mark.parametrize("time_in_force", ["IOC", "FOK"])
@pytest.mark.parametrize("status", ["EXPIRED", "EXPIRED_IN_MATCH"])
def test_what_was_filled_in_part_and_expired_ends_after_its_fills(status: str, time_in_force: str) -> None:
    body = answer(status, "1", time_in_force=time_in_force)
    assert recorded(body) == ["Acceptance", "Fill", "Expiry"]


def test_what_was_filled_wholly_ends_with_its_last_fill() -> None:
    assert recorded(answer("FILLED", "1", "1", time_in_force="FOK")) == ["Acceptance", "Fill", "Fill"]


def test_what_found_nothing_only_ends() -> None:
    assert recorded(answer("EXPIRED", time_in_force="FOK")) == ["Expiry"]
