"""Orders of ours that go to Binance in tests."""

from __future__ import annotations

from typing import Any

from tests.conformance.venues.binance_tables import D
from tests.support.market import BTC_USDT

from tradebook.kernel.ids import AccountId, ClientOrderId, OrderId
from tradebook.trading.orders import OrderTerms, OrderType, Side
from tradebook.trading.ports import VenueOrder

_OF_VENUE_ORDER = ("attempt", "protection_price", "order_id")


def order(type_: OrderType = OrderType.LIMIT, side: Side = Side.BUY, /, **words: Any) -> VenueOrder:
    """A BTC order of 0.5; ``attempt``, ``protection_price`` and ``order_id`` are the venue order's."""
    of_venue = {name: words.pop(name) for name in _OF_VENUE_ORDER if name in words}
    terms = OrderTerms(
        client_order_id=ClientOrderId("mine"),
        instrument_id=BTC_USDT.instrument_id,
        side=side,
        type=type_,
        **{"quantity": D("0.5"), **words},
    )
    return VenueOrder(
        account_id=AccountId("account"),
        instrument=BTC_USDT,
        terms=terms,
        quantity=terms.quantity,
        **{"order_id": OrderId("order"), "attempt": 1, **of_venue},
    )


def market_order() -> VenueOrder:
    """A market order, whose answer tells its terms by itself."""
    return order(OrderType.MARKET, Side.SELL)
