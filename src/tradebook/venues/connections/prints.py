"""One instrument's prints as its venue streams them: each once, in order, under a number of its own.

Some venues repeat their last prints when a stream begins, and give prints of one moment or one order the same
number. A print told twice would fill an order twice, and one told late an order that came after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from tradebook.market.values import Trade

KNOWN_MAX = 2_000
"""Prints whose ids are remembered."""
LATE_AFTER = timedelta(seconds=5)
"""By the venue's own time: what is so much older than a print told with it or before it is history."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Prints:
    """What was told last."""

    def __init__(self) -> None:
        self._newest = _NEVER
        self._last = -1
        self._known: set[str] = set()
        self._in_order: deque[str] = deque()

    def take(self, told: Sequence[Trade]) -> list[Trade]:
        """What of a frame is news."""
        in_order = sorted(told, key=lambda trade: trade.at) if len(told) > 1 else told
        newest = in_order[-1].at
        self._newest = max(newest, self._newest)
        return [self._numbered(each) for each in in_order if self._is_news(each)]

    def _is_news(self, trade: Trade) -> bool:
        is_late = trade.at is not self._newest and self._newest - trade.at >= LATE_AFTER
        return not is_late and self._is_new(trade.trade_id)

    def _is_new(self, trade_id: str) -> bool:
        if trade_id in self._known:
            return False
        self._known.add(trade_id)
        self._in_order.append(trade_id)
        if len(self._in_order) > KNOWN_MAX:
            self._known.discard(self._in_order.popleft())
        return True

    def _numbered(self, trade: Trade) -> Trade:
        if trade.sequence > self._last:
            self._last = trade.sequence
            return trade
        self._last += 1
        return msgspec.structs.replace(trade, sequence=self._last)
