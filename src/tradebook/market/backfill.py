"""Fetches the venues' own candles of the past, as far back as somebody looks, a page at a time.

::

    wanted ──► the newest page ──► older ──► … ──► as far as was wanted, or to where the venue begins
                    │                 │
                    └──── each page and how far it reaches are kept in one transaction

What is known is one range without a hole: a candle that is not in it is one that the venue does not have.
After a kill it goes on where the range ends. Whoever asks a venue for anything else goes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import InvalidInput, Unavailable
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.messages import Value
from tradebook.market.candles import SECONDS, start_of
from tradebook.market.past import PastCandleStore, PastRange
from tradebook.market.ports import PastCandles
from tradebook.market.values import Candle, Interval

log = structlog.get_logger("tradebook.market")

JOBS_MAX = 100
"""Instruments and lengths that may wait for their past."""
CANDLES_AT_ONCE_MAX = 100_000
"""How far back of now one may ask: seventy days of minutes, eleven years of hours."""
AGAIN_AFTER_S, AGAIN_AFTER_S_MAX = 2.0, 60.0

Job = tuple[InstrumentId, Interval]


class PastState(StrEnum):
    """How far a fetching is."""

    FILLED = "filled"
    """What was wanted is here, or the venue does not have it."""
    FILLING = "filling"
    WAITING = "waiting"
    """The venue could not be asked, and is asked again."""
    NO_SOURCE = "no_source"
    """Nobody tells the past of this instrument."""


class PastProgress(Value, frozen=True, kw_only=True):
    """Of the candles of one instrument and length."""

    state: PastState
    since: datetime | None = None
    """From here on what the venue has is here."""
    wanted_from: datetime | None = None
    is_whole: bool = False
    """The venue has nothing older."""
    detail: str = ""
    """Why it waits."""


class Backfill:
    """One page at a time, the jobs in turn."""

    def __init__(self, store: PastCandleStore, source: PastCandles, clock: Clock) -> None:
        self._store = store
        self._source = source
        self._clock = clock
        self._jobs: dict[Job, _Job] = {}
        self._has_some = asyncio.Event()

    async def want(self, instrument_id: InstrumentId, interval: Interval, start: datetime) -> PastProgress:
        """Fetch what is missing from ``start`` until now, in the background; how far that is.

        Raises InvalidInput for a time too long ago, Unavailable where too much waits already.
        """
        if not self._source.tells_of(instrument_id):
            return PastProgress(state=PastState.NO_SOURCE)
        now = start_of(interval, self._clock.now())
        oldest = now - CANDLES_AT_ONCE_MAX * _length(interval)
        if start < oldest:
            remedy = f"ask from {oldest:%Y-%m-%dT%H:%MZ} on, or in longer candles"
            raise InvalidInput("start", "it is too long ago for candles of that length", remedy)
        known = await self._store.want(instrument_id, interval, start_of(interval, start), now=now)
        job = instrument_id, interval
        if not known.is_filled or known.until < now:
            self._take_up(job, now)
        return self._progress(known, self._jobs.get(job))

    async def run(self) -> None:
        """Without end."""
        await self._take_up_unfinished()
        while True:
            job = self._due()
            if job is None:
                self._has_some.clear()
                await self._wait()
                continue
            doing = self._jobs[job]
            try:
                is_done = await self._step(job)
            except Exception as error:  # noqa: BLE001  # a venue or the database away, a defect of a decoder
                heed_cancellation()
                doing.fails(self._clock.now(), str(error) or type(error).__name__)
                log.warning("past_candles_wait", instrument=job[0], interval=job[1], reason=doing.problem)
            else:
                doing.goes_well()
                del self._jobs[job]
                if not is_done:
                    self._jobs[job] = doing  # behind the others

    def _take_up(self, job: Job, goal: datetime) -> None:
        if job in self._jobs:
            return
        if len(self._jobs) >= JOBS_MAX:
            raise Unavailable(
                "backfill_full", "Too much of the past is being fetched already; try again soon."
            )
        self._jobs[job] = _Job(self._clock.now(), goal)
        self._has_some.set()

    async def _take_up_unfinished(self) -> None:
        try:
            for job in await self._store.unfinished(JOBS_MAX):
                now = self._clock.now()
                self._jobs.setdefault(job, _Job(now, start_of(job[1], now)))
        except DATABASE_ERRORS as error:
            heed_cancellation()  # it goes on when somebody looks again
            log.warning("past_candles_not_resumed", reason=type(error).__name__)

    def _due(self) -> Job | None:
        now = self._clock.now()
        return next((job for job, doing in self._jobs.items() if doing.due_at <= now), None)

    async def _wait(self) -> None:
        """Until there is a job, or the next that failed is due again."""
        due_at = min((each.due_at for each in self._jobs.values()), default=None)
        if due_at is None:
            await self._has_some.wait()
        else:
            await self._clock.sleep(min(max((due_at - self._clock.now()).total_seconds(), 0.05), 1.0))

    async def _step(self, job: Job) -> bool:
        """One page; whether that was all."""
        known = await self._store.range(*job)
        if known is None:
            return True
        if known.until < self._jobs[job].goal:
            return await self._newer(job, known)
        if not known.is_filled:
            known = await self._older(job, known)
        return known.is_filled

    async def _newer(self, job: Job, known: PastRange) -> bool:
        """From the goal back to what is known; only then the range has grown."""
        doing = self._jobs[job]
        page = _within(await self._source.candles_before(*job, doing.reached), job[1], doing.reached)
        has_joined = not page or page[0].start <= known.until
        await self._store.keep(*job, page, known._replace(until=doing.goal) if has_joined else None)
        if page:
            doing.reached = page[0].start
        return has_joined and known.is_filled

    async def _older(self, job: Job, known: PastRange) -> PastRange:
        page = _within(await self._source.candles_before(*job, known.since), job[1], known.since)
        grown = known._replace(since=page[0].start) if page else known._replace(is_whole=True)
        await self._store.keep(*job, page, grown)
        return grown

    @staticmethod
    def _progress(known: PastRange, doing: _Job | None) -> PastProgress:
        state = PastState.FILLED
        if doing is not None:
            state = PastState.WAITING if doing.problem else PastState.FILLING
        return PastProgress(
            state=state,
            since=known.since,
            wanted_from=known.wanted_from,
            is_whole=known.is_whole,
            detail="" if doing is None else doing.problem,
        )


class _Job:
    """What is known of a job beside what is stored."""

    def __init__(self, now: datetime, goal: datetime) -> None:
        self.due_at = now
        self.problem = ""
        self.goal = self.reached = goal
        """Until when it is to be known, and how far that is done, back to what was known before."""
        self._failures = 0

    def fails(self, now: datetime, problem: str) -> None:
        self.problem = problem
        self.due_at = now + timedelta(seconds=min(AGAIN_AFTER_S * 2.0**self._failures, AGAIN_AFTER_S_MAX))
        self._failures += 1

    def goes_well(self) -> None:
        self.problem, self._failures = "", 0


def _length(interval: Interval) -> timedelta:
    return timedelta(seconds=SECONDS[interval])


def _within(candles: Sequence[Candle], interval: Interval, before: datetime) -> Sequence[Candle]:
    """What was asked for, in order. Raises ValueError where the venue answered something else."""
    for each in candles:
        if each.start >= before or each.start != start_of(interval, each.start):
            raise ValueError(
                f"the venue told of a candle at {each.start:%Y-%m-%d %H:%M:%S} that was not asked for"
            )
    return sorted(candles, key=lambda each: each.start)
