"""An order found again: by the id that we gave it, or by the exchange's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

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
