"""Group commit without a timer: one batch is being committed while the next one collects.

Appends that nobody waits for do not begin a commit while others, whom it would hold up, are about to come.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

from tradebook.journal.encoding import EncodedAppend
from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable, VersionConflict
from tradebook.journal.records import Appended
from tradebook.kernel.errors import TradebookError

BATCH_EVENTS_MIN = 100
"""A batch is not split below this; each commit has its price."""
BATCH_EVENTS_MAX = 1_000
"""Only a single append may be larger."""
QUEUE_EVENTS_MAX = 50_000
PATIENCE_S = 0.002
"""How long patient appends wait for one that is not: they add as little to it as they would take alone."""

Outcome = Appended | VersionConflict
Commit = Callable[[Sequence[EncodedAppend]], Awaitable[Sequence[Outcome]]]
"""Records a batch and answers for each append; raises JournalUnavailable when nothing of it was recorded,
JournalOutcomeUnknown when that cannot be told."""

_Told = tuple["asyncio.Future[Appended]", Appended | TradebookError]
_Waiting = tuple[EncodedAppend, "asyncio.Future[Appended]"]


class GroupCommitter:
    """Collects appends and commits them in batches, in order.

    An append may expect the version that one still waiting will reach. When that one fails, everything
    behind it on its stream fails too, even where the expected version would fit by accident: it was decided
    on a state that never came to be. Until whoever awaits the failure has been told, the stream stays closed.
    """

    def __init__(self, commit: Commit, *, patience_s: float = PATIENCE_S) -> None:
        self._commit = commit
        self._patience_s = patience_s
        self._hurry = asyncio.Event()
        """Somebody waits for something in the queue."""
        self._queue: deque[_Waiting] = deque()
        self._queued_events = 0
        self._broken: dict[str, int] = {}
        self._drain_task: asyncio.Task[None] | None = None
        self._closed = False

    def submit(self, append: EncodedAppend) -> asyncio.Future[Appended]:
        """Queue an append; the future is done once it is durable, or failed.

        Raises JournalUnavailable when too much is waiting already or the journal is closed.
        """
        if self._closed:
            raise JournalUnavailable("The journal is closed.")
        count = len(append.leaves)
        if self._queued_events + count > QUEUE_EVENTS_MAX:
            raise JournalUnavailable(f"{self._queued_events} events wait to be recorded; try again shortly.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Appended] = loop.create_future()
        if append.append.stream in self._broken:
            future.set_exception(_conflict(append))
            return future
        self._queue.append((append, future))
        self._queued_events += count
        if not append.append.is_patient:
            self._hurry.set()
        if self._drain_task is None:
            self._drain_task = loop.create_task(self._drain())
        return future

    @property
    def waiting_events(self) -> int:
        """Events that are queued, not counting those being committed."""
        return self._queued_events

    async def close(self) -> None:
        """Take nothing more and return when everything queued has been answered."""
        self._closed = True
        self._hurry.set()
        if self._drain_task is not None:
            await self._drain_task

    async def _drain(self) -> None:
        batch: list[_Waiting] = []
        try:
            while self._queue:
                if not self._hurry.is_set():
                    await self._wait_for_others()
                batch = self._take()
                try:
                    outcomes = await self._commit([append for append, _ in batch])
                except (JournalUnavailable, JournalOutcomeUnknown) as error:
                    self._fail(batch, error)
                else:
                    self._settle(batch, outcomes)
                batch = []
        finally:
            self._drain_task = None
            if batch:  # cancelled, or a defect: the batch may stand or not
                self._fail(batch, JournalOutcomeUnknown("Recording was interrupted."))

    async def _wait_for_others(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience_s):
                await self._hurry.wait()

    def _take(self) -> list[_Waiting]:
        """The next batch: half of what waits where that is much, so that callers in step fall out of step.

        Callers who all wait for one commit would all compute while the database has nothing to do.
        """
        batch: list[_Waiting] = []
        room = min(max(self._queued_events // 2, BATCH_EVENTS_MIN), BATCH_EVENTS_MAX)
        queue = self._queue
        while queue and (len(queue[0][0].leaves) <= room or not batch):
            waiting = queue.popleft()
            count = len(waiting[0].leaves)
            room -= count
            self._queued_events -= count
            batch.append(waiting)
        if not queue and not self._closed:
            self._hurry.clear()
        return batch

    def _settle(self, batch: Iterable[_Waiting], outcomes: Iterable[Outcome]) -> None:
        unexpected: list[_Told] = []
        broken: set[str] = set()
        for (append, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, VersionConflict) or outcome.repeated:
                broken.add(append.append.stream)
                unexpected.append((future, outcome))
            elif not future.done():
                future.set_result(outcome)
        if broken:
            self._tell(broken, [*unexpected, *self._take_behind(broken)])

    def _take_behind(self, streams: set[str]) -> list[_Told]:
        """Take what waits on these streams out of the queue."""
        queue, self._queue = self._queue, deque()
        behind: list[_Told] = []
        for append, future in queue:
            if append.append.stream in streams:
                self._queued_events -= len(append.leaves)
                behind.append((future, _conflict(append)))
            else:
                self._queue.append((append, future))
        return behind

    def _fail(self, batch: Sequence[_Waiting], error: JournalUnavailable | JournalOutcomeUnknown) -> None:
        """Fail the batch and, since what comes next would meet the same trouble, everything queued."""
        behind, self._queue, self._queued_events = list(self._queue), deque(), 0
        self._tell(
            {append.append.stream for append, _ in (*batch, *behind)},
            [(future, type(error)(error.detail)) for _, future in batch]
            + [(future, JournalUnavailable(f"Not recorded: {error.detail}")) for _, future in behind],
        )

    def _tell(self, streams: set[str], told: Iterable[_Told]) -> None:
        """Tell the waiters; whatever the loop runs before they wake finds their streams closed.

        Wake-ups go through the loop's queue, so a call put there just before them runs just before them.
        """
        for stream in streams:
            self._broken[stream] = self._broken.get(stream, 0) + 1
        asyncio.get_running_loop().call_soon(self._open, streams)
        for future, outcome in told:
            if future.done():
                continue
            if isinstance(outcome, Appended):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)

    def _open(self, streams: set[str]) -> None:
        for stream in streams:
            self._broken[stream] -= 1
            if not self._broken[stream]:
                del self._broken[stream]


def _conflict(append: EncodedAppend) -> VersionConflict:
    return VersionConflict(append.append.stream, append.append.expected_version)
