"""What Hyperliquid holds itself, and the page of its documentation that says so."""

from __future__ import annotations

from typing import NamedTuple

from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities

_DOCS = "https://hyperliquid.gitbook.io/hyperliquid-docs"
_ORDERS = f"{_DOCS}/for-developers/api/exchange-endpoint"
_TYPES = f"{_DOCS}/trading/order-types"
_EXITS = f"{_DOCS}/trading/take-profit-and-stop-loss-orders-tp-sl"


class Capability(NamedTuple):
    """One line of the table that the documentation shows."""

    feature: str
    at_venue: bool
    """False: trading does it."""
    page: str
    note: str = ""


TABLE = (
    Capability("market", at_venue=False, page=_ORDERS, note="an IOC limit at the protection price"),
    Capability("limit", at_venue=True, page=_ORDERS),
    Capability("stop", at_venue=True, page=_EXITS, note="perpetuals; by the mark price"),
    Capability("stop_limit", at_venue=True, page=_EXITS, note="perpetuals; by the mark price"),
    Capability("take_profit", at_venue=True, page=_EXITS, note="perpetuals; by the mark price"),
    Capability("trailing_stop", at_venue=False, page=_TYPES, note="its own pages have it, the API has not"),
    Capability("gtc", at_venue=True, page=_ORDERS),
    Capability("ioc", at_venue=True, page=_ORDERS),
    Capability("fok", at_venue=False, page=_ORDERS, note="not at all: such orders are denied"),
    Capability("gtd", at_venue=False, page=_ORDERS),
    Capability("day", at_venue=False, page=_ORDERS),
    Capability("post_only", at_venue=True, page=_ORDERS, note="Alo"),
    Capability("reduce_only", at_venue=True, page=_ORDERS, note="perpetuals"),
    Capability(
        "replace", at_venue=False, page=_ORDERS, note="modify does not count what was filled meanwhile"
    ),
    Capability("cancel_all_after", at_venue=True, page=_ORDERS, note="scheduleCancel, ten times a day"),
    Capability("request_expiry", at_venue=True, page=_ORDERS, note="expiresAfter"),
)

REQUEST_EXPIRY_S = 10.0
"""We put ``expiresAfter`` so far ahead: blocks come several times a second."""

_TIMES_IN_FORCE = frozenset({TimeInForce.GTC, TimeInForce.IOC})

PERPETUALS = Capabilities(
    rests=frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT}),
    times_in_force=_TIMES_IN_FORCE,
    post_only=True,
    reduce_only=True,
    replace=False,
    request_expiry_s=REQUEST_EXPIRY_S,
)
SPOT = Capabilities(
    rests=frozenset(),
    times_in_force=_TIMES_IN_FORCE,
    post_only=True,
    reduce_only=False,
    replace=False,
    request_expiry_s=REQUEST_EXPIRY_S,
    locks_each=True,
)
