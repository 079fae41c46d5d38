"""Which parts are asked how they are, for ``/health/ready`` and the ``system`` channel."""

from __future__ import annotations

from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.market import MarketParts
from tradebook.bootstrap.trading import TradingParts
from tradebook.market.feed import Feed
from tradebook.web.health import (
    Check,
    database_check,
    feed_check,
    projections_check,
    redis_check,
    venue_check,
)


def part_checks(
    base: Foundation, trading: TradingParts, market: MarketParts, feed: Feed | None
) -> dict[str, Check]:
    """A check for every part, by its name."""
    live = {} if market.live is None else {"live market": venue_check(market.live.market.standing)}
    return {
        "database": database_check(base.pool),
        "redis": redis_check(base.redis),
        "projections": projections_check(trading.progress.standings),
        "feed": feed_check(
            market.data.silence_s, lambda: feed.problem if feed else "", runs=feed is not None
        ),
        **{f"venue {each.name}": venue_check(each.health) for each in trading.venues},
        **live,
    }
