"""What Bybit holds itself, and where its documentation says so."""

from __future__ import annotations

import msgspec

from tradebook.trading.limits import SwitchTerms
from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues.bybit.signing import RECV_WINDOW_MS
from tradebook.venues.bybit.symbols import Category
from tradebook.venues.documented import DocumentedMarket, Told

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
    "dead_mans_switch": f"{_DOCS}/order/dcp",
}
"""The page behind each."""

_RESTS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT})
"""A trailing stop belongs to a whole position at Bybit and has no id of ours, so trading watches it."""

_TIMES_IN_FORCE = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})

_EXPIRY_S = RECV_WINDOW_MS / 1000 + 1
"""A request is refused once it is older than its window; one second more for a clock that is ahead."""


CANCEL_ON_DISCONNECT = SwitchTerms(
    after_s_min=15,
    after_s_max=300,
    caution=(
        "Bybit watches the account's stream: when that is away for so long, every order on spot and of "
        "contracts is cancelled, stops that protect a position included. It has to open the function (DCP) "
        "to the account first: ask its account manager there."
    ),
)
"""The venue takes three seconds; a stream that broke takes longer than that to come back."""


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
        dead_mans_switch=CANCEL_ON_DISCONNECT,
    )


UNIFIED = msgspec.structs.replace(capabilities_of(Category.SPOT), reduce_only=True)
"""Of an account, which trades all of it: what locks funds on spot may not share them anywhere."""

_PAGES = {
    "*": DOCUMENTED["rests"],
    "trailing_stop": DOCUMENTED["trailing_stop"],
    **dict.fromkeys(("gtc", "ioc", "fok", "gtd", "day"), DOCUMENTED["times_in_force"]),
    "post_only": DOCUMENTED["post_only"],
    "replace": DOCUMENTED["replace"],
    "request_expiry": DOCUMENTED["request_expiry_s"],
}
_NOTES = {
    "trailing_stop": "there it belongs to a whole position",
    "request_expiry": "`recv_window`, and a second for a clock that is ahead",
}
_SPOT_NOTES = {
    **_NOTES,
    **dict.fromkeys(
        ("stop", "stop_limit", "take_profit"), "cancelled where its price has come before it arrives"
    ),
}
_OF_ALL_ORDERS = Told(what="when the stream breaks", page=DOCUMENTED["dead_mans_switch"])
_OF_DERIVATIVES = {
    "leverage": Told(what="of each symbol", page=f"{_DOCS}/position/leverage"),
    "margin_mode": Told(
        what="cross, isolated or portfolio, of the account", page=f"{_DOCS}/account/set-margin-mode"
    ),
    "funding": Told(
        what="in intervals that differ by symbol; perpetuals", page=f"{_DOCS}/market/history-fund-rate"
    ),
    "cancel_all_after": _OF_ALL_ORDERS,
}

MARKETS = (
    DocumentedMarket(
        name="Bybit spot",
        capabilities=capabilities_of(Category.SPOT),
        pages=_PAGES,
        notes=_SPOT_NOTES,
        features={"cancel_all_after": _OF_ALL_ORDERS},
    ),
    DocumentedMarket(
        name="Bybit linear",
        capabilities=capabilities_of(Category.LINEAR),
        pages=_PAGES,
        notes=_NOTES,
        features=_OF_DERIVATIVES,
    ),
    DocumentedMarket(
        name="Bybit inverse",
        capabilities=capabilities_of(Category.INVERSE),
        pages=_PAGES,
        notes=_NOTES,
        features=_OF_DERIVATIVES,
    ),
)
"""As the documentation shows them."""
