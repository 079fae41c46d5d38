"""What Hyperliquid holds itself, and the page of its documentation that says so."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from tradebook.trading.limits import SwitchTerms
from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues.documented import DocumentedMarket, Told

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
    Capability("fok", at_venue=False, page=_ORDERS, note="there is none"),
    Capability("gtd", at_venue=False, page=_ORDERS),
    Capability("day", at_venue=False, page=_ORDERS),
    Capability("post_only", at_venue=True, page=_ORDERS, note="`Alo`"),
    Capability("reduce_only", at_venue=True, page=_ORDERS, note="perpetuals"),
    Capability(
        "replace", at_venue=False, page=_ORDERS, note="modify does not count what was filled meanwhile"
    ),
    Capability("cancel_all_after", at_venue=True, page=_ORDERS, note="scheduleCancel, ten times a day"),
    Capability("request_expiry", at_venue=True, page=_ORDERS, note="`expiresAfter`"),
)

REQUEST_EXPIRY_S = 10.0
"""After that an action that was not answered is dead: ``expiresAfter`` lies a little before it."""

_TIMES_IN_FORCE = frozenset({TimeInForce.GTC, TimeInForce.IOC})

SCHEDULED_CANCEL = SwitchTerms(
    after_s_min=20,
    after_s_max=3600,
    caution=(
        "It cancels every order of the address, on spot and of perpetuals, stops that protect a position "
        "included. It fires ten times a day at most, counted from 00:00 UTC. Hyperliquid opens it to "
        "addresses that have traded 1,000,000 USDC."
    ),
)
"""The venue takes five seconds, and addresses may act as often as they have traded: a shorter time would
spend that on putting it off. The last sentence is from the venue's own answer to whoever has not."""

PERPETUALS = Capabilities(
    rests=frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT}),
    times_in_force=_TIMES_IN_FORCE,
    post_only=True,
    reduce_only=True,
    replace=False,
    request_expiry_s=REQUEST_EXPIRY_S,
    dead_mans_switch=SCHEDULED_CANCEL,
)
SPOT = Capabilities(
    rests=frozenset(),
    times_in_force=_TIMES_IN_FORCE,
    post_only=True,
    reduce_only=False,
    replace=False,
    request_expiry_s=REQUEST_EXPIRY_S,
    dead_mans_switch=SCHEDULED_CANCEL,
    locks_each=True,
)

ACCOUNT = msgspec.structs.replace(SPOT, of_contracts=PERPETUALS)
"""Of an account, which trades both."""

_PAGES = {"*": _ORDERS, **{each.feature: each.page for each in TABLE}}
_NOTES = {each.feature: each.note for each in TABLE if each.note}
_CANCEL_ALL = Told(what="`scheduleCancel`, ten times a day", page=_ORDERS)

MARKETS = (
    DocumentedMarket(
        name="Hyperliquid spot",
        capabilities=SPOT,
        pages=_PAGES,
        notes={
            subject: note
            for subject, note in _NOTES.items()
            if subject not in {each.value for each in PERPETUALS.rests} | {"reduce_only"}
        },
        features={"cancel_all_after": _CANCEL_ALL},
    ),
    DocumentedMarket(
        name="Hyperliquid perpetuals",
        capabilities=PERPETUALS,
        pages=_PAGES,
        notes=_NOTES,
        features={
            "leverage": Told(what="of each perpetual", page=f"{_ORDERS}#update-leverage"),
            "margin_mode": Told(
                what="cross or isolated, of each perpetual", page=f"{_DOCS}/trading/margining"
            ),
            "funding": Told(what="every hour", page=f"{_DOCS}/trading/funding"),
            "cancel_all_after": _CANCEL_ALL,
        },
    ),
)
"""As the documentation shows them."""
