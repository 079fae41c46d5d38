"""Fills page by page: no answer of Binance holds more than a thousand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from tradebook.venues.binance.orders import trade_id_of
from tradebook.venues.messages.account import Execution

PAGE = 1000
"""Fills in one answer at most."""


async def all_of(
    first: Sequence[Execution],
    page_from: Callable[[int], Awaitable[Sequence[Execution]]],
    *,
    until: datetime | None = None,
) -> Sequence[Execution]:
    """The fills of a first answer, and all behind them; ``page_from`` asks for those from a trade id on, and
    is not asked for what is traded later than ``until``.

    The trade that ends a page begins the next one: it may be two fills. Raises what asking raises.
    """
    found, page = {each.fill_id: each for each in first}, first
    while len(page) >= PAGE and (until is None or page[-1].at < until):
        last = trade_id_of(page[-1].fill_id)
        page = await page_from(last)
        found.update((each.fill_id, each) for each in page)
        if not page or trade_id_of(page[-1].fill_id) == last:
            break
    return list(found.values())


async def all_of_order(
    newest: Sequence[Execution], page_from: Callable[[int], Awaitable[Sequence[Execution]]]
) -> Sequence[Execution]:
    """The same of an order, of which a first answer tells the newest: where that is full, from the start."""
    if len(newest) < PAGE:
        return newest
    return await all_of(await page_from(0), page_from)
