"""An order in Binance's words → as the matching takes it."""

from __future__ import annotations

import msgspec

from tradebook.kernel.ids import ClientOrderId
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.orders import OrderRequest, SpotOrder

_TYPES = {
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP_LOSS": OrderType.STOP,
    "STOP_LOSS_LIMIT": OrderType.STOP_LIMIT,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderType.TAKE_PROFIT,
}


def side_of(request: OrderRequest) -> Side:
    """Which way it goes."""
    return Side.BUY if request.is_buy else Side.SELL


def terms_of(request: OrderRequest, instrument: Instrument) -> OrderTerms:
    """What was asked for."""
    return OrderTerms(
        client_order_id=ClientOrderId(""),
        instrument_id=instrument.instrument_id,
        side=side_of(request),
        type=_TYPES[request.type],
        quantity=request.quantity,
        quote_quantity=request.quote_quantity or None,
        price=request.price,
        stop_price=request.stop_price,
        time_in_force=TimeInForce(request.time_in_force.lower()),
        post_only=request.type == "LIMIT_MAKER",
    )


def venue_order_of(account: SpotAccount, order: SpotOrder, instrument: Instrument) -> VenueOrder:
    """The order. Fees are not the matching's: an amount of the quote asset is spent without any."""
    without_fees = msgspec.structs.replace(instrument, maker_fee_rate=ZERO, taker_fee_rate=ZERO)
    return VenueOrder(
        account_id=account.account_id,
        order_id=order.exchange_id,
        instrument=without_fees,
        terms=terms_of(order.request, instrument),
        quantity=order.request.quantity,
        attempt=1,
        protection_price=order.request.worst_price,
    )
