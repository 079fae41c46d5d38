"""Runs the projections of all rooms: each at its own pace, so that a broken one leaves the others running."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence

import asyncpg
import structlog

from tradebook.infra.cancellation import heed_cancellation
from tradebook.journal.consumers import ConsumerState, ConsumerStatus
from tradebook.journal.ports import Journal
from tradebook.journal.projection_follower import AWAY, ProjectionFollower, Publish
from tradebook.journal.projections import Projection
from tradebook.journal.rebuilds import RebuildRequest, Rebuilds
from tradebook.kernel.errors import NotFound, Unavailable

LOOK_FOR_REQUESTS_EVERY_S = 1.0
_REQUESTS = "rebuild requests"

log = structlog.get_logger(__name__)


class ProjectionRunner:
    """Starts, watches, rebuilds and resumes projections. Use it as an async context manager.

    Rebuilds that were asked for elsewhere (``journal.rebuilds``) it takes up by itself.

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
        self._rebuilds = Rebuilds(pool)

    async def __aenter__(self) -> ProjectionRunner:
        for name in self._followers:
            self._start(name)
        self._tasks[_REQUESTS] = asyncio.create_task(self._heed_requests(), name="rebuild requests")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop(_REQUESTS)
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
        try:
            await follower.reset()
        finally:
            self._start(name)

    async def resume(self, name: str) -> None:
        """Take up a parked view where it failed. Raises NotFound."""
        follower = self._follower(name)
        await self._stop(name)
        await follower.resume()
        self._start(name)

    async def _heed_requests(self) -> None:
        """Rebuild what somebody asked to have rebuilt, without end."""
        while True:
            try:
                for request in await self._rebuilds.open():
                    await self._heed(request)
            except AWAY as error:
                heed_cancellation()
                log.warning("rebuild_requests_not_read", reason=type(error).__name__)
            await asyncio.sleep(LOOK_FOR_REQUESTS_EVERY_S)

    async def _heed(self, request: RebuildRequest) -> None:
        follower = self._followers.get(request.name)
        if follower is None:  # the view of another release
            await self._rebuilds.finish(request.name)
        elif request.until_position is None:
            await self._rebuild_on_request(request.name)
        elif follower.state is ConsumerState.PARKED or follower.reached.position >= request.until_position:
            await self._rebuilds.finish(request.name)

    async def _rebuild_on_request(self, name: str) -> None:
        """A view that cannot be emptied goes on as it was, and the wish is dropped: asking again is cheap."""
        log.info("view_rebuilt_on_request", view=name)
        try:
            await self.rebuild(name)
        except AWAY:
            raise
        except Exception:
            log.exception("view_not_rebuilt", view=name)
            await self._rebuilds.finish(name)

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
