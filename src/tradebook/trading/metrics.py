"""What trading counts, in Prometheus' default registry."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prometheus_client import Counter, Gauge

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.messages import Event

P = ParamSpec("P")
T = TypeVar("T")

EVENTS = Counter(
    "tradebook_events_total",
    "Facts that were recorded while this process ran: OrderPlaced, OrderDenied, OrderFilled, …",
    ("event",),
)
REFUSALS = Counter(
    "tradebook_order_refusals_total",
    "Wishes about orders that were refused or could not be done, by the code of the answer.",
    ("code",),
)
OPEN_ORDERS = Gauge("tradebook_open_orders", "Orders that are not done, of all accounts.")
EXECUTION_LAG = Gauge(
    "tradebook_execution_lag_events", "Events of the journal that execution has not taken in."
)
EXECUTION_WAITING = Gauge(
    "tradebook_execution_waiting",
    "What waits in execution: orders to_mark, requests to the venue, reports and findings to record.",
    ("what",),
)
VIEW_LAG = Gauge(
    "tradebook_view_lag_events",
    "Events of the journal behind a view's place; up to 1,000 of them may be none of its business.",
    ("view",),
)
VIEW_PARKED = Gauge(
    "tradebook_view_parked", "1 where a view failed and waits for a person, else 0.", ("view",)
)


def count_events(events: Iterable[Event]) -> None:
    """Count what was recorded, by kind: one step for each kind, not for each event."""
    for kind, number in Counts(map(type, events)).items():
        EVENTS.labels(kind.__name__).inc(number)


def counting_refusals(method: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The method, with what it refuses counted by its code."""

    @wraps(method)
    async def counted(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return await method(*arguments, **options)
        except TradebookError as error:
            REFUSALS.labels(error.code).inc()
            raise

    return counted
