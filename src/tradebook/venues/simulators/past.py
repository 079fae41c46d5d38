"""What a simulated venue tells of its past: candles of any length, the same whenever they are asked for.

Nobody traded then, so they are drawn along a wave that ends about where the market was first asked about.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import sin
from typing import NamedTuple

from tradebook.kernel.clock import Clock

LENGTHS_S = {"1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "4h": 14_400, "1d": 86_400}
BEGAN_BEFORE = timedelta(days=30)
"""The venue has traded for so long when it is started."""
_WAVES = ((0.02, 173.0), (0.01, 37.0), (0.004, 7.0))
"""Height and length in minutes."""
_PROBES = 8


class PastCandle(NamedTuple):
    """Open to close, of so many base assets."""

    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    trades: int


class SimulatedPast:
    """Of all instruments of a venue."""

    def __init__(self, clock: Clock, *, gap: tuple[datetime, datetime] | None = None) -> None:
        """Within the ``gap`` the venue stood still."""
        self._clock = clock
        self.began = clock.now() - BEGAN_BEFORE
        self.gap = gap
        self._levels: dict[str, Decimal] = {}

    def candles(
        self,
        name: str,
        interval: str,
        *,
        start: datetime,
        end: datetime,
        limit: int,
        price: Decimal,
        tick: Decimal,
    ) -> list[PastCandle]:
        """The newest ``limit`` that begin in [start, end], oldest first, the one that runs included.

        ``price`` is about where the market is now; the first one counts. Raises KeyError for an interval that
        there is not.
        """
        length_s = LENGTHS_S[interval]
        level = self._levels.setdefault(name, price)
        last = int(min(end, self._clock.now()).timestamp()) // length_s
        first = -(-int(max(start, self.began).timestamp()) // length_s)
        numbers = range(max(first, last - limit + 1), last + 1)
        found = [self._candle(number * length_s, length_s, level, tick) for number in numbers]
        return [each for each in found if not self._is_in_gap(each.start)]

    def _is_in_gap(self, at: datetime) -> bool:
        return self.gap is not None and self.gap[0] <= at < self.gap[1]

    @staticmethod
    def _candle(start_s: int, length_s: int, level: Decimal, tick: Decimal) -> PastCandle:
        prices = [_price(start_s + length_s * n / _PROBES, level, tick) for n in range(_PROBES + 1)]
        return PastCandle(
            start=datetime.fromtimestamp(start_s, UTC),
            open=prices[0],
            high=max(prices),
            low=min(prices),
            close=prices[-1],
            volume=Decimal(length_s) / 100,
            trades=length_s // 6,
        )


def _price(at_s: float, level: Decimal, tick: Decimal) -> Decimal:
    factor = 1 + sum(height * sin(at_s / 60 / length) for height, length in _WAVES)
    return (level * Decimal(str(round(factor, 8))) / tick).quantize(Decimal(1)) * tick
