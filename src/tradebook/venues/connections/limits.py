"""How much a venue still lets us ask. All who ask the same venue share one limiter.

A venue counts what an address or an account asks in fixed intervals, tells the count with its answers, and
bans who goes on. What we know of the count is ours until the venue tells a higher one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Unavailable
from tradebook.venues.messages.limits import Budget, Used

RESERVE = 0.1
"""The part of each budget that is left alone: other programs on this address may be asking too."""
PATIENCE_S = 30.0
UNHURRIED = 0.5
"""The share of a budget for what can wait: history."""
UNHURRIED_PATIENCE_S = 90.0
"""Until the next minute of any venue, and some of it."""
_EPOCH = datetime.fromtimestamp(0, UTC)


class VenueBusy(Unavailable):
    """The venue's limit is used up, it has told us to be silent, or it failed too often; nothing was sent."""

    title = "The venue takes no more requests now"

    def __init__(self, venue: str, until: datetime, why: str = "") -> None:
        """``why`` is what the venue said to it, where it said something."""
        reason = f": {why}" if why else ""
        super().__init__(
            "venue_busy",
            f"{venue} takes no more requests until {until:%H:%M:%S} UTC{reason}.",
            {"venue": venue},
        )
        self.until = until


class AskedTooMuch(Unavailable):
    """What can wait has asked as often as it may."""

    title = "Too many questions for what can wait"

    def __init__(self, most: int) -> None:
        super().__init__("asked_too_much", f"It took more than {most} requests.", {"most": str(most)})


class _Leisure:
    """Of one task."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    def count(self) -> None:
        self._taken += 1
        if self._taken > self._most:
            raise AskedTooMuch(self._most)


_leisure: ContextVar[_Leisure | None] = ContextVar("leisure", default=None)


@contextmanager
def at_leisure(*, most: int) -> Iterator[None]:
    """What this task asks within can wait: it has only its share of each budget, and waits for it longer.

    Room is taken at most so often; what is counted twice, for an address and for an account, takes it twice.
    ``Limiter.take`` raises AskedTooMuch then.
    """
    token = _leisure.set(_Leisure(most))
    try:
        yield
    finally:
        _leisure.reset(token)


class Limiter:
    """One venue's budgets."""

    def __init__(self, venue: str, clock: Clock, budgets: Iterable[Budget] = ()) -> None:
        self._venue = venue
        self._clock = clock
        self._intervals: dict[tuple[str, int], _Interval] = {}
        self._silent_until: datetime | None = None
        self._why_silent = ""
        self.learn(budgets)

    def learn(self, budgets: Iterable[Budget]) -> None:
        """Take over what the venue states. What is used up of a known budget stays used up."""
        for each in budgets:
            known = self._intervals.setdefault((each.kind, each.interval_s), _Interval(each.interval_s))
            known.most = int(each.limit * (1 - RESERVE))

    @property
    def silent_until(self) -> datetime | None:
        """Until when the venue has told us to be silent; None when it has not."""
        until = self._silent_until
        return until if until is not None and until > self._clock.now() else None

    async def take(
        self, kind: str, weight: int, *, patience_s: float = PATIENCE_S, share: float = 1.0
    ) -> None:
        """Wait until there is room for ``weight``. Raises VenueBusy where that takes too long.

        With a ``share`` below one there is room only while less than that of the budget is used: the rest is
        left to those who cannot wait. Who is ``at_leisure`` can.
        """
        if (leisure := _leisure.get()) is not None:
            leisure.count()
            patience_s, share = max(patience_s, UNHURRIED_PATIENCE_S), min(share, UNHURRIED)
        deadline = self._clock.now() + timedelta(seconds=patience_s)
        while (free_at := self._free_at(kind, weight, share)) is not None:
            if free_at > deadline:
                raise self.busy(free_at)
            await self._clock.sleep(max((free_at - self._clock.now()).total_seconds(), 0.001))
        for interval in self._of(kind):
            interval.used += weight

    def heard(self, used: Iterable[Used]) -> None:
        """What the venue has counted: it counts for others on our address too."""
        for each in used:
            interval = self._intervals.get((each.kind, each.interval_s))
            if interval is not None:
                interval.turn(self._clock.now())
                interval.used = max(interval.used, each.used)

    def be_silent(self, seconds: float, why: str = "") -> None:
        """The venue refused to answer for so long, in these words."""
        until = self._clock.now() + timedelta(seconds=seconds)
        if self._silent_until is None or until > self._silent_until:
            self._silent_until, self._why_silent = until, why

    def busy(self, until: datetime | None = None) -> VenueBusy:
        """What to raise instead of asking, with what the venue said where it has told us to be silent."""
        silent_until = self.silent_until
        why = "" if silent_until is None else self._why_silent
        return VenueBusy(self._venue, until or silent_until or self._clock.now(), why)

    def _of(self, kind: str) -> list[_Interval]:
        return [interval for (of_kind, _), interval in self._intervals.items() if of_kind == kind]

    def _free_at(self, kind: str, weight: int, share: float) -> datetime | None:
        """When to look again; None where there is room now."""
        now = self._clock.now()
        silent_until = self.silent_until
        ends = [] if silent_until is None else [silent_until]
        for interval in self._of(kind):
            interval.turn(now)
            if interval.used and interval.used + weight > interval.most * share:
                ends.append(interval.ends_at)
        return max(ends, default=None)


class _Interval:
    """One of a venue's counters. Venues count in whole minutes, hours and days of UTC."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.most = 0
        self.used = 0
        self._number = -1

    def turn(self, now: datetime) -> None:
        number = int(now.timestamp()) // self.seconds
        if number != self._number:
            self._number, self.used = number, 0

    @property
    def ends_at(self) -> datetime:
        return _EPOCH + timedelta(seconds=(self._number + 1) * self.seconds)
