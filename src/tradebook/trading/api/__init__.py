"""Routes of the trading room, and their part of the OpenAPI document."""

from __future__ import annotations

from tradebook.trading.api import accounts, orders
from tradebook.trading.api.description import describe
from tradebook.trading.api.endpoint import Served, route

ENDPOINTS = (*orders.ENDPOINTS, *accounts.ENDPOINTS)
ORDER_ENTRY = {("POST", each.path): Served(each) for each in orders.ENDPOINTS if each.method == "POST"}
"""Routes by method and path that are worth a short way to them."""
ROUTES = tuple(route(endpoint) for endpoint in ENDPOINTS)
FRAGMENTS = (describe(orders.ENDPOINTS, "orders"), describe(accounts.ENDPOINTS, "accounts"))
