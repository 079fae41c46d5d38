"""What a signed request is about: an order by one of its ids, or lines of a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from tradebook.venues.simulators.binance.accounts import SpotAsked
from tradebook.venues.simulators.binance.numbers import milliseconds
from tradebook.venues.simulators.binance.orders import SpotOrder
from tradebook.venues.simulators.binance.params import Params
from tradebook.venues.simulators.binance.rejections import Rejection
from tradebook.venues.simulators.binance.symbols import Symbols

LINES, LINES_MAX = 500, 1000
DAY_MS = 24 * 60 * 60 * 1000
"""Between a beginning and an end that are both asked for there may be no more."""

Handlers = dict[tuple[str, str], Callable[[SpotAsked], Any]]
"""By method and path."""
T = TypeVar("T")


def order_of(asked: SpotAsked, symbols: Symbols, id_name: str, client_id_name: str) -> SpotOrder | None:
    """The order of the account that the request names. Raises Rejection where it names none."""
    symbol = asked.text("symbol")
    symbols.require(symbol)
    order_id, client_order_id = asked.integer(id_name), asked.client_order_id(client_id_name)
    if order_id is None and client_order_id is None:
        raise Rejection(
            -1102, f"Param '{client_id_name}' or '{id_name}' must be sent, but both were empty/null!"
        )
    return asked.account.find(symbol, order_id=order_id, client_order_id=client_order_id)


def lines(
    asked: Params,
    history: Sequence[T],
    from_name: str,
    place: Callable[[T], tuple[int, datetime]],
    *,
    days: int = 1,
) -> Sequence[T]:
    """Part of a history, oldest first: from an id on, or from a time on, or else the newest.

    ``place`` gives the id and the time of a line, ``days`` is the longest time at once. Raises Rejection.
    """
    limit = asked.limit(default=LINES, most=LINES_MAX)
    from_id, start, end = asked.integer(from_name), asked.integer("startTime"), asked.integer("endTime")
    if from_id is not None:
        return [each for each in history if place(each)[0] >= from_id][:limit]
    if start is not None and end is not None and end - start > days * DAY_MS:
        raise Rejection(-1127, f"More than {days * 24} hours between startTime and endTime.")
    chosen = [
        each
        for each in history
        if (start is None or milliseconds(place(each)[1]) >= start)
        and (end is None or milliseconds(place(each)[1]) <= end)
    ]
    return chosen[-limit:] if start is None else chosen[:limit]
