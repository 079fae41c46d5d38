"""What goes to a venue where an order at the market is to trade all of its size or nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.support.market import BTC_USDT

from tradebook.kernel.ids import AccountId, ClientOrderId, OrderId
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance.futures_execution import place_futures_order
from tradebook.venues.binance.spot_execution import place_spot_order
from tradebook.venues.bybit import execution as bybit
from tradebook.venues.ccxt.orders import placing_of
from tradebook.venues.errors import Inexpressible
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus

LISTED = ListedInstrument(
    instrument=BTC_USDT,
    venue_symbol="BTCUSDT",
    kind=InstrumentKind.SPOT,
    status=ListingStatus.TRADING,
    settle_asset=BTC_USDT.quote_asset,
)

Write = Callable[[VenueOrder], Any]
WRITERS: list[Write] = [
    lambda order: dict(place_spot_order(order, "BTCUSDT").params),
    lambda order: dict(place_futures_order(order, "BTCUSDT", hedge_mode=False).params),
    lambda order: bybit.place(order, LISTED).params,
    lambda order: {**(placing := placing_of(order, "okx", "BTC/USDT")).params, "price": placing.price},
]


def at_market(lifetime: TimeInForce, *, bound: str | None, money: str | None = None) -> VenueOrder:
    quantity = Decimal(1) if money is None else Decimal(0)
    return VenueOrder(
        account_id=AccountId("alice"),
        order_id=OrderId("one"),
        instrument=BTC_USDT,
        terms=OrderTerms(
            client_order_id=ClientOrderId("mine"),
            instrument_id=BTC_USDT.instrument_id,
            side=Side.BUY,
            type=OrderType.MARKET,
            quantity=quantity,
            quote_quantity=None if money is None else Decimal(money),
            time_in_force=lifetime,
        ),
        quantity=quantity,
        attempt=1,
        protection_price=None if bound is None else Decimal(bound),
    )


@pytest.mark.parametrize("written", WRITERS)
@pytest.mark.parametrize(
    ("lifetime", "word"),
    [(TimeInForce.GTC, "IOC"), (TimeInForce.IOC, "IOC"), (TimeInForce.FOK, "FOK")],
)
def test_up_to_its_bound_it_is_a_limit_order_that_trades_as_it_was_to(
    written: Write, lifetime: TimeInForce, word: str
) -> None:
    told = written(at_market(lifetime, bound="101.009"))
    assert (Decimal(told["price"]), told["timeInForce"]) == (Decimal(101), word)


@pytest.mark.parametrize("written", WRITERS)
def test_without_a_bound_it_would_trade_what_there_is_and_is_not_sent(written: Write) -> None:
    written(at_market(TimeInForce.IOC, bound=None))
    with pytest.raises(Inexpressible, match="time_in_force"):
        written(at_market(TimeInForce.FOK, bound=None))


@pytest.mark.parametrize("written", [each for each in WRITERS if each is not WRITERS[1]])
def test_for_an_amount_of_money_it_has_no_bound_there(written: Write) -> None:
    written(at_market(TimeInForce.IOC, bound="101", money="200"))
    with pytest.raises(Inexpressible, match="time_in_force"):
        written(at_market(TimeInForce.FOK, bound="101", money="200"))
