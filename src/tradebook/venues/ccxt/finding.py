"""Orders found again: by the id that we gave one, by the exchange's, or all that work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from tradebook.venues.ccxt.pages import Line, all_lines
from tradebook.venues.ccxt.profiles import Finds, Profile
from tradebook.venues.errors import UnknownOrder


class Ask(Protocol):
    """Has a client ask, with its errors in our words."""

    async def __call__(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """What ccxt answers."""
        ...


async def find_order(
    client: Any, profile: Profile, client_order_id: str, symbol: str, *, ask: Ask
) -> Mapping[str, Any] | None:
    """ccxt's order; None where the exchange has never seen it. Raises as any request."""
    name = {"clientOrderId": client_order_id}
    if profile.finds is Finds.BY_ID:
        try:
            found: Mapping[str, Any] = await ask(lambda: client.fetch_order("", symbol, name))
        except UnknownOrder:
            return None
        return found
    # First what works: an order that ends between the two questions is in the second answer.
    for lists in (client.fetch_open_orders, client.fetch_closed_orders):
        for each in await ask(lambda lists=lists: lists(symbol, None, None, name)):  # type: ignore[misc]  # bound now
            if each.get("clientOrderId") == client_order_id:
                return dict(each)
    return None


async def order_of_id(client: Any, venue_order_id: str, symbol: str, *, ask: Ask) -> Mapping[str, Any]:
    """The one to which the exchange gave this id. Raises UnknownOrder."""
    found: Mapping[str, Any] = await ask(lambda: client.fetch_order(venue_order_id, symbol))
    return found


async def open_orders(client: Any, profile: Profile, *, ask: Ask) -> Sequence[Line]:
    """All that work, of all symbols. Raises as any request, and ConnectionError where not all were told."""
    pages = profile.open_pages
    if pages is None:
        everything: Sequence[Line] = await ask(client.fetch_open_orders)
        return everything

    async def page(since_ms: int | None, params: Mapping[str, Any]) -> Sequence[Line]:
        told: Sequence[Line] = await ask(
            lambda: client.fetch_open_orders(None, since_ms, pages.lines_max, params)
        )
        return told

    return await all_lines(pages, None, page)
