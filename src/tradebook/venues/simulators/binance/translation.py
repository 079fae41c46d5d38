"""An order in Binance's words → as the matching takes it."""

from __future__ import annotations

from tradebook.kernel.ids import ClientOrderId
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.venues.simulators.binance.orders import OrderRequest
from tradebook.venues.simulators.spot.self_trades import Prevention

_TYPES = {
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP_LOSS": OrderType.STOP,
    "STOP_LOSS_LIMIT": OrderType.STOP_LIMIT,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderType.TAKE_PROFIT,
}
_PREVENTIONS = {
    "NONE": Prevention.NONE,
    "EXPIRE_TAKER": Prevention.TAKER,
    "EXPIRE_MAKER": Prevention.MAKER,
    "EXPIRE_BOTH": Prevention.BOTH,
}
"""https://github.com/binance/binance-spot-api-docs/blob/master/faqs/stp_faq.md"""


def terms_of(request: OrderRequest, instrument: Instrument) -> OrderTerms:
    """What was asked for."""
    return OrderTerms(
        client_order_id=ClientOrderId(""),
        instrument_id=instrument.instrument_id,
        side=Side(request.side.lower()),
        type=_TYPES[request.type],
        quantity=request.quantity,
        quote_quantity=request.quote_quantity or None,
        price=request.price,
        stop_price=request.stop_price,
        time_in_force=TimeInForce(request.time_in_force.lower()),
        post_only=request.type == "LIMIT_MAKER",
    )


def prevention_of(request: OrderRequest) -> Prevention:
    """Which orders end where the account would trade with itself."""
    return _PREVENTIONS[request.self_trade_prevention]
