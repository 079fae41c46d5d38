"""Fills of an account, since a moment or of one order: all of them, or an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradebook.venues.ccxt.finding import Ask, order_of_id
from tradebook.venues.ccxt.pages import Line, all_lines
from tradebook.venues.ccxt.profiles import Profile

TRADES_MAX = 19
"""Asked for by their ids at once. Exchanges take twenty; ccxt asks for none at all after each twenty."""


async def fills_since(
    client: Any, profile: Profile, symbol: str | None, since_ms: int, *, ask: Ask
) -> Sequence[Line]:
    """ccxt's trades of a symbol (None: of all), oldest first.

    Raises as any request, and ConnectionError where not all of them could be told.
    """
    return await _paged(client, profile, symbol, since_ms, {}, ask=ask)


async def fills_of(
    client: Any, profile: Profile, venue_order_id: str, symbol: str, *, ask: Ask
) -> Sequence[Line]:
    """ccxt's trades of an order, oldest first. Raises likewise."""
    if profile.names_trades:
        found = await _named_by_order(client, venue_order_id, symbol, ask=ask)
    elif profile.order_id_param:
        of_order = {profile.order_id_param: venue_order_id}
        found = await _paged(client, profile, symbol, None, of_order, ask=ask)
    elif client.has.get("fetchOrderTrades") is True:
        found = await ask(lambda: client.fetch_order_trades(venue_order_id, symbol))
    else:
        found = await ask(lambda: client.fetch_my_trades(symbol))
    its = [each for each in found if str(each.get("order")) == venue_order_id]
    return sorted(its, key=lambda each: int(each.get("timestamp") or 0))


async def _paged(
    client: Any,
    profile: Profile,
    symbol: str | None,
    since_ms: int | None,
    params: Mapping[str, Any],
    *,
    ask: Ask,
) -> list[Line]:
    pages = profile.pages

    async def page(since: int | None, more: Mapping[str, Any]) -> Sequence[Line]:
        told: Sequence[Line] = await ask(
            lambda: client.fetch_my_trades(symbol, since, pages.lines_max, {**params, **more})
        )
        return told

    return await all_lines(pages, since_ms, page)


async def _named_by_order(client: Any, venue_order_id: str, symbol: str, *, ask: Ask) -> list[Line]:
    order = await order_of_id(client, venue_order_id, symbol, ask=ask)
    names = order["info"].get("trades") or ()
    found: list[Line] = []
    for start in range(0, len(names), TRADES_MAX):
        some = {"trades": names[start : start + TRADES_MAX]}
        found += await ask(
            lambda some=some: client.fetch_order_trades(venue_order_id, symbol, None, None, some)  # type: ignore[misc]  # bound now
        )
    return found
