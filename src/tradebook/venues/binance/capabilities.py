"""What rests at Binance and what we watch ourselves, with the page that says so.

Trailing stops are ours although Binance has them: there they trail by a per cent only (spot:
``trailingDelta`` in hundredths of one, faqs/trailing-stop-faq.md; futures: ``callbackRate``, the page
New-Algo-Order), and a type rests there wholly or not at all. Dates and days are ours too: spot knows none
(enums.md), futures none within ten minutes (the page New-Order) and none for conditional orders.
"""

from __future__ import annotations

from tradebook.trading.limits import SwitchTerms
from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues.binance.signing import RECV_WINDOW_MS
from tradebook.venues.documented import DocumentedMarket, Told

REQUEST_EXPIRY_S = RECV_WINDOW_MS / 1000 + 5
"""A request is dead to Binance when its receive window is over; the rest is for clocks that differ."""

_AT_ONCE_OR_FOR_GOOD = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})
_RESTS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT})

SPOT = Capabilities(
    rests=_RESTS,
    times_in_force=_AT_ONCE_OR_FOR_GOOD,
    post_only=True,
    reduce_only=False,
    replace=False,
    request_expiry_s=REQUEST_EXPIRY_S,
    locks_each=True,
)
"""https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-trade: STOP_LOSS,
STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT, LIMIT_MAKER. In place it only gets smaller (keepPriority)."""

COUNTDOWN = SwitchTerms(
    after_s_min=60,
    after_s_max=3600,
    caution=(
        "It cancels every order that works, symbol by symbol. Binance does not say whether stops that wait "
        "for their price are cancelled too: count on neither. Nor does it tell why an order was cancelled, "
        "so the journal cannot."
    ),
)
"""Each symbol is counted by itself, at a weight of ten: a shorter time would spend what requests share."""

FUTURES = Capabilities(
    rests=_RESTS,
    times_in_force=_AT_ONCE_OR_FOR_GOOD,
    post_only=True,
    reduce_only=True,
    replace=True,
    request_expiry_s=REQUEST_EXPIRY_S,
    dead_mans_switch=COUNTDOWN,
)
"""https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order: STOP,
STOP_MARKET, TAKE_PROFIT, TAKE_PROFIT_MARKET; New-Order: GTX, reduceOnly; Modify-Order: limit orders."""

_SPOT_DOCS = "https://github.com/binance/binance-spot-api-docs/blob/master"
_FUTURES_DOCS = "https://developers.binance.com/docs/derivatives/usds-margined-futures"
_PERCENT_ONLY = "it trails there by a per cent only"

MARKETS = (
    DocumentedMarket(
        name="Binance spot",
        capabilities=SPOT,
        pages={
            "*": f"{_SPOT_DOCS}/rest-api.md#new-order-trade",
            "trailing_stop": f"{_SPOT_DOCS}/faqs/trailing-stop-faq.md",
            **dict.fromkeys(("gtc", "ioc", "fok", "gtd", "day"), f"{_SPOT_DOCS}/enums.md"),
            "replace": f"{_SPOT_DOCS}/faqs/order_amend_keep_priority.md",
            "request_expiry": f"{_SPOT_DOCS}/rest-api.md#timing-security",
        },
        notes={
            "trailing_stop": _PERCENT_ONLY,
            "replace": "in place an order only gets smaller",
            "request_expiry": "`recvWindow`, and five seconds for clocks that differ",
        },
    ),
    DocumentedMarket(
        name="Binance USD-M futures",
        capabilities=FUTURES,
        pages={
            "*": f"{_FUTURES_DOCS}/trade/rest-api/New-Order",
            **dict.fromkeys(
                ("stop", "stop_limit", "take_profit", "trailing_stop"),
                f"{_FUTURES_DOCS}/trade/rest-api/New-Algo-Order",
            ),
            "replace": f"{_FUTURES_DOCS}/trade/rest-api/Modify-Order",
            "request_expiry": f"{_FUTURES_DOCS}/general-info",
        },
        notes={
            "trailing_stop": _PERCENT_ONLY,
            "gtd": "there not within ten minutes, nor for conditional orders",
            "replace": "limit orders",
            "request_expiry": "`recvWindow`, and five seconds for clocks that differ",
        },
        features={
            "leverage": Told(
                what="of each symbol", page=f"{_FUTURES_DOCS}/trade/rest-api/Change-Initial-Leverage"
            ),
            "margin_mode": Told(
                what="cross or isolated, of each symbol",
                page=f"{_FUTURES_DOCS}/trade/rest-api/Change-Margin-Type",
            ),
            "funding": Told(
                what="in intervals that differ by symbol",
                page=f"{_FUTURES_DOCS}/market-data/rest-api/Get-Funding-Rate-Info",
            ),
            "cancel_all_after": Told(
                what="of each symbol", page=f"{_FUTURES_DOCS}/trade/rest-api/Auto-Cancel-All-Open-Orders"
            ),
        },
    ),
)
"""As the documentation shows them."""
