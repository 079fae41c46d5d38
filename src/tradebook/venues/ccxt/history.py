"""Fills of an account, since a moment or of one order: all of them, or an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradebook.venues.ccxt.finding import Ask, order_of_id
from tradebook.venues.ccxt.profiles import Profile

PAGE = 100
"""What every exchange gives in one answer."""
PAGES_MAX = 100
TRADES_MAX = 19
"""Asked for by their ids at once. Exchanges take twenty; ccxt asks for none at all after each twenty."""


async def fills_since(
    client: Any, symbol: str | None, since_ms: int, *, ask: Ask
) -> Sequence[Mapping[str, Any]]:
    """ccxt's trades of a symbol (None: of all), oldest first, page by page.

    Raises as any request, and ConnectionError where there are more in one millisecond than a page holds:
    then not all can be told.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for _ in range(PAGES_MAX):
        start = since_ms
        page = await ask(lambda start=start: client.fetch_my_trades(symbol, start, PAGE))  # type: ignore[misc]  # bound now
        found |= {f"{each['id']}-{each['order']}": each for each in page}
        if len(page) < PAGE:
            return sorted(found.values(), key=lambda each: int(each["timestamp"]))
        newest = max(int(each["timestamp"]) for each in page)
        if newest <= since_ms:
            break
        since_ms = newest
    raise ConnectionError("there are more fills than can be asked for")


async def fills_of(
    client: Any, profile: Profile, venue_order_id: str, symbol: str, *, ask: Ask
) -> Sequence[Mapping[str, Any]]:
    """ccxt's trades of an order, oldest first. Raises as any request."""
    if profile.names_trades:
        found = await _named_by_order(client, venue_order_id, symbol, ask=ask)
    elif client.has.get("fetchOrderTrades") is True:
        found = await ask(lambda: client.fetch_order_trades(venue_order_id, symbol))
    else:
        params = profile.fills_of_order(venue_order_id)
        found = await ask(lambda: client.fetch_my_trades(symbol, None, None, params))
    its = [each for each in found if str(each.get("order")) == venue_order_id]
    return sorted(its, key=lambda each: int(each.get("timestamp") or 0))


async def _named_by_order(
    client: Any, venue_order_id: str, symbol: str, *, ask: Ask
) -> list[Mapping[str, Any]]:
    order = await order_of_id(client, venue_order_id, symbol, ask=ask)
    names = order["info"].get("trades") or ()
    found: list[Mapping[str, Any]] = []
    for start in range(0, len(names), TRADES_MAX):
        some = {"trades": names[start : start + TRADES_MAX]}
        found += await ask(
            lambda some=some: client.fetch_order_trades(venue_order_id, symbol, None, None, some)  # type: ignore[misc]  # bound now
        )
    return found
