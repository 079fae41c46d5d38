"""Routes of the trading room, and their part of the OpenAPI document."""

from __future__ import annotations

from tradebook.trading.api import (
    accounts,
    differences,
    explain,
    history,
    leverages,
    orders,
    parity,
    switches,
    venues,
    worth,
)
from tradebook.trading.api.description import describe
from tradebook.trading.api.endpoint import Served, route

_TAGGED = (
    ("orders", orders.ENDPOINTS),
    ("accounts", accounts.ENDPOINTS),
    ("accounts", worth.ENDPOINTS),
    ("accounts", differences.ENDPOINTS),
    ("accounts", leverages.ENDPOINTS),
    ("accounts", switches.ENDPOINTS),
    ("history", history.ENDPOINTS),
    ("history", parity.ENDPOINTS),
    ("venues", venues.ENDPOINTS),
    ("explain", explain.ENDPOINTS),
)

ORDER_ENTRY = {("POST", each.path): Served(each) for each in orders.ENDPOINTS if each.method == "POST"}
"""Routes by method and path that are worth a short way to them."""
ROUTES = tuple(route(endpoint) for _, endpoints in _TAGGED for endpoint in endpoints)
FRAGMENTS = tuple(describe(endpoints, tag) for tag, endpoints in _TAGGED)
