"""What is measured when somebody asks for it: depths and distances, which nobody counts all the time."""

from __future__ import annotations

import msgspec

from tradebook.bootstrap.system import System
from tradebook.journal import metrics as journal
from tradebook.market import metrics as market
from tradebook.trading import metrics as trading


async def measure(parts: System) -> None:
    """Bring the gauges up to date; what cannot be measured now is left out, not remembered."""
    _measure_feeds(parts)
    _measure_execution(parts)
    await _measure_views(parts)


def _measure_feeds(parts: System) -> None:
    market.FEED_AGE_S.clear()
    for instrument in parts.market.instruments():
        for stream, age_s in parts.market.ages_s(instrument.instrument_id).items():
            market.FEED_AGE_S.labels(instrument.instrument_id, stream.value).set(age_s)


def _measure_execution(parts: System) -> None:
    journal.WAITING.set(parts.journal.waiting_events)
    processes = parts.processes
    trading.OPEN_ORDERS.set(len(processes.open_orders))
    trading.EXECUTION_LAG.set(max(parts.journal.known_position - processes.reacted, 0))
    for what, waiting in msgspec.structs.asdict(processes.backlog).items():
        trading.EXECUTION_WAITING.labels(what).set(waiting)


async def _measure_views(parts: System) -> None:
    trading.VIEW_LAG.clear()
    trading.VIEW_PARKED.clear()
    for view in await parts.trading_progress.standings():
        trading.VIEW_LAG.labels(view.name).set(view.lag)
        trading.VIEW_PARKED.labels(view.name).set(view.is_parked)
