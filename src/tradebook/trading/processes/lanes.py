"""Requests to a venue, one lane per account: in order within an account, side by side across accounts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from tradebook.kernel.ids import AccountId

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[None]]

LANES_AT_WORK_MAX = 64
STEPS_WAITING_MAX = 2_000
_YIELD_EVERY = 50


class Lanes:
    """Runs steps. A step deals with its own failures; one that does not is logged and the lane goes on."""

    def __init__(self) -> None:
        self._lanes: dict[AccountId, deque[Step]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_work = asyncio.Semaphore(LANES_AT_WORK_MAX)
        self._waiting = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    def add(self, account_id: AccountId, step: Step) -> None:
        """Run ``step`` after everything that was added for the account before."""
        self._waiting += 1
        if self._waiting >= STEPS_WAITING_MAX:
            self._has_room.clear()
        lane = self._lanes.get(account_id)
        if lane is not None:
            lane.append(step)
            return
        self._lanes[account_id] = deque([step])
        task = asyncio.create_task(self._run(account_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def waiting(self) -> int:
        """Steps that have not been taken."""
        return self._waiting

    async def room(self) -> None:
        """Wait until fewer than STEPS_WAITING_MAX steps wait."""
        await self._has_room.wait()

    async def close(self) -> None:
        """Drop what waits and end what runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, account_id: AccountId) -> None:
        lane = self._lanes[account_id]
        async with self._at_work:
            count = 0
            while lane:
                step = lane.popleft()
                try:
                    await step()
                except Exception:
                    log.exception("a request to the venue failed in an unforeseen way")
                self._waiting -= 1
                if self._waiting < STEPS_WAITING_MAX:
                    self._has_room.set()
                count += 1
                if count % _YIELD_EVERY == 0:
                    await asyncio.sleep(0)
        del self._lanes[account_id]
