"""Latest prices in Redis for others: ``price:{instrument}``, 30 s. Nobody who decides reads them there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tradebook.infra.cancellation import heed_cancellation
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import plain
from tradebook.market.ports import MarketData
from tradebook.market.values import BookUpdate, MarketEvent

WRITE_EVERY_S = 0.25
LIFETIME_S = 30
AWAY_S = 5.0
"""How long a Redis that did not answer is left alone."""

log = structlog.get_logger("tradebook.market")


class PriceCache:
    """A sink of the feed: the newest price of each instrument wins."""

    def __init__(self, redis: Redis, clock: Clock, market: MarketData) -> None:
        """``market`` has taken in whatever ``take`` is told."""
        self._redis = redis
        self._clock = clock
        self._market = market
        self._changed: set[InstrumentId] = set()

    def take(self, events: Sequence[MarketEvent]) -> None:
        """Note whose price is new; a book alone is none."""
        self._changed.update([each.instrument_id for each in events if type(each) is not BookUpdate])

    async def run(self) -> None:
        """Write what changed, without end. A Redis that is away costs nothing but freshness."""
        is_away = False
        while True:
            await self._clock.sleep(AWAY_S if is_away else WRITE_EVERY_S)
            if not self._changed:
                continue
            changed, self._changed = self._changed, set()
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for instrument_id in changed:
                        pipeline.set(f"price:{instrument_id}", self._document(instrument_id), ex=LIFETIME_S)
                    await pipeline.execute()
            except (RedisError, OSError):
                heed_cancellation()
                self._changed |= changed
                if not is_away:
                    log.warning("prices_not_cached", reason="Redis is away")
                is_away = True
            else:
                is_away = False

    def _document(self, instrument_id: InstrumentId) -> bytes:
        quote, trade = self._market.quote(instrument_id), self._market.last_trade(instrument_id)
        known = [each for each in (quote, trade) if each is not None]
        newest = max(known, key=lambda each: (each.at, each.sequence))
        return msgspec.json.encode(
            {
                "bid": plain(quote.bid) if quote else None,
                "ask": plain(quote.ask) if quote else None,
                "last": plain(trade.price) if trade else None,
                "at": newest.at,
                "sequence": str(newest.sequence),
            }
        )
