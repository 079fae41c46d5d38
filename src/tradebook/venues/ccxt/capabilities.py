"""What rests at the exchanges of the long tail and what we watch ourselves, with the page that says so.

Conditional orders are ours at all of them: what ccxt makes of a stop differs from exchange to exchange, and
an order that is not triggered as it was meant is worse than one that waits with us.
"""

from __future__ import annotations

from collections.abc import Mapping

from tradebook.venues.ccxt.profiles import PROFILES
from tradebook.venues.documented import DocumentedMarket

_OKX = "https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-place-order"
_KRAKEN = "https://docs.kraken.com/api/docs/rest-api/add-order"
_BITGET = "https://www.bitget.com/api-doc/spot/trade/Place-Order"
_MEXC = "https://mexcdevelop.github.io/apidocs/spot_v3_en/#new-order"
_BINANCE_US = "https://docs.binance.us/#create-new-order-trade"

_NO_EXPIRY = "a request carries no time of its death"
_IN_WINDOW = "`recvWindow`, and five seconds for clocks that differ"
_TOLD: Mapping[str, tuple[str, str]] = {
    "okx": (_OKX, _NO_EXPIRY),
    "kraken": (_KRAKEN, "`deadline`, and five seconds for clocks that differ"),
    "bitget": (_BITGET, _NO_EXPIRY),
    "mexc": (_MEXC, _IN_WINDOW),
    "binanceus": (_BINANCE_US, _IN_WINDOW),
}
_EDITS = "what ccxt calls an edit is a new order"
_ONCE = "sent when it is triggered"

MARKETS = tuple(
    DocumentedMarket(
        name=PROFILES[exchange_id].name,
        capabilities=PROFILES[exchange_id].capabilities,
        pages={"*": page},
        notes={
            **dict.fromkeys(("stop", "stop_limit", "take_profit", "trailing_stop"), _ONCE),
            "replace": _EDITS,
            "request_expiry": expiry,
        },
    )
    for exchange_id, (page, expiry) in _TOLD.items()
)
"""Those at which orders can be placed. Any other that ccxt knows is read: prices, balances, orders, fills."""
