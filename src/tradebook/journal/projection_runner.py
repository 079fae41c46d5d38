"""Runs the projections of all rooms: each at its own pace, so that a broken one leaves the others running."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence

import asyncpg

from tradebook.journal.consumers import ConsumerState, ConsumerStatus
from tradebook.journal.ports import Journal
from tradebook.journal.projection_follower import ProjectionFollower, Publish
from tradebook.journal.projections import Projection
from tradebook.kernel.errors import NotFound, Unavailable


class ProjectionRunner:
    """Starts, watches, rebuilds and resumes projections. Use it as an async context manager.

    Projections that stand at the same place share one read of the journal, which ``Journal.tail`` sees to.
    ``publish`` gets the changes of each commit, after it.
    """

    def __init__(
        self, journal: Journal, pool: asyncpg.Pool, projections: Sequence[Projection], publish: Publish
    ) -> None:
        self._journal = journal
        self._followers = {
            projection.name: ProjectionFollower(projection, journal, pool, publish)
            for projection in projections
        }
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> ProjectionRunner:
        for name in self._followers:
            self._start(name)
        return self

    async def __aexit__(self, *_: object) -> None:
        for name, follower in self._followers.items():
            await self._stop(name)
            await follower.save_place()

    async def status(self) -> list[ConsumerStatus]:
        """How every projection is doing."""
        head = await self._journal.head()
        return [
            ConsumerStatus(
                name=name,
                position=follower.reached.position,
                lag=max(head.position - follower.reached.position, 0),
                state=follower.state,
                error=follower.error,
            )
            for name, follower in self._followers.items()
        ]

    async def wait_for(self, position: int, projections: Iterable[str], *, timeout_s: float) -> None:
        """Return once these views show everything up to ``position``.

        Raises Unavailable when a view is parked, at once also where that happens during the wait, or when
        it does not get there in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                for name in projections:
                    follower = self._follower(name)
                    if follower.reached.position >= position:
                        continue
                    if follower.state is ConsumerState.PARKED:
                        raise follower.out_of_order()
                    await follower.reached.beyond(position - 1)
        except TimeoutError:
            raise Unavailable(
                "view_behind",
                f"The view has not reached position {position} yet.",
                {"position": str(position)},
            ) from None

    async def rebuild(self, name: str) -> None:
        """Empty a view and replay the journal into it. Raises NotFound."""
        follower = self._follower(name)
        await self._stop(name)
        await follower.reset()
        self._start(name)

    async def resume(self, name: str) -> None:
        """Take up a parked view where it failed. Raises NotFound."""
        follower = self._follower(name)
        await self._stop(name)
        await follower.resume()
        self._start(name)

    def _follower(self, name: str) -> ProjectionFollower:
        follower = self._followers.get(name)
        if follower is None:
            raise NotFound("view", name)
        return follower

    def _start(self, name: str) -> None:
        self._tasks[name] = asyncio.create_task(self._followers[name].run(), name=f"projection {name}")

    async def _stop(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
