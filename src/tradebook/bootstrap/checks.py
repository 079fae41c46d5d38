"""Which parts are asked how they are, for ``/health/ready`` and the ``system`` channel."""

from __future__ import annotations

from tradebook.bootstrap.foundation import Foundation
from tradebook.market.data import LiveMarketData
from tradebook.trading.views.progress import Progress
from tradebook.web.health import Check, database_check, feed_check, projections_check, redis_check


def part_checks(base: Foundation, progress: Progress, market: LiveMarketData) -> dict[str, Check]:
    """A check for every part, by its name."""
    return {
        "database": database_check(base.pool),
        "redis": redis_check(base.redis),
        "projections": projections_check(progress.lag),
        "feed": feed_check(market.silence_s),
    }
