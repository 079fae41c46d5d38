"""What Bybit holds itself, and where its documentation says so."""

from __future__ import annotations

from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues.bybit.signing import RECV_WINDOW_MS
from tradebook.venues.bybit.symbols import Category

_DOCS = "https://bybit-exchange.github.io/docs/v5"

DOCUMENTED = {
    "rests": f"{_DOCS}/order/create-order",
    "times_in_force": f"{_DOCS}/enum#timeinforce",
    "post_only": f"{_DOCS}/enum#timeinforce",
    "reduce_only": f"{_DOCS}/order/create-order",
    "replace": f"{_DOCS}/order/amend-order",
    "locks_each": f"{_DOCS}/account/wallet-balance",
    "request_expiry_s": f"{_DOCS}/guide#authentication",
    "trailing_stop": f"{_DOCS}/position/trading-stop",
    "cancel_on_disconnect": f"{_DOCS}/order/dcp",
}
"""The page behind each."""

_RESTS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT})
"""A trailing stop belongs to a whole position at Bybit and has no id of ours, so trading watches it."""

_TIMES_IN_FORCE = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})

_EXPIRY_S = RECV_WINDOW_MS / 1000 + 1
"""A request is refused once it is older than its window; one second more for a clock that is ahead."""


def capabilities_of(category: Category) -> Capabilities:
    """What rests at the venue in a category; options are listed, but nothing is sent."""
    return Capabilities(
        rests=frozenset() if category is Category.OPTION else _RESTS,
        times_in_force=_TIMES_IN_FORCE,
        post_only=True,
        # Spot has no position that could be reduced.
        reduce_only=category is not Category.SPOT,
        replace=True,
        request_expiry_s=_EXPIRY_S,
        locks_each=category is Category.SPOT,
    )
