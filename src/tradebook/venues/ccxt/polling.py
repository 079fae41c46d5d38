"""A stream that is made by asking: behind the port of sockets, so that whoever connects sees no difference.

It breaks as a stream does: where nothing could be learnt for too long it ends and says why, and whoever reads
it connects anew, asks for everything that was missed, and only then goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.venues.connections.sockets import Connector, FrameTaker, Socket

log = structlog.get_logger("tradebook.venues")

SCHEME = "poll://"
DEAF_AFTER_S = 30.0
"""Nothing could be learnt for so long."""


class Asked(Protocol):
    """What is asked, again and again."""

    every_s: float
    """How long to wait between two rounds."""

    def heard(self, frame: bytes) -> None:
        """What would have been sent to a venue: which streams are wanted."""
        ...

    async def ask(self) -> Sequence[bytes]:
        """What is new since the last time, as frames. Raises OSError or TradebookError."""
        ...

    async def woken(self) -> None:
        """Return once there is a reason not to wait until the next round."""
        ...

    def close(self) -> None:
        """Nobody asks any more."""
        ...


class Source(Protocol):
    """Who makes what is asked."""

    def begin(self) -> Asked:
        """Once for each connection."""
        ...


class PolledSocket:
    """Implements ``Socket``."""

    def __init__(self, name: str, asked: Asked, take: FrameTaker, clock: Clock) -> None:
        self._name = name
        self._asked = asked
        self._take = take
        self._clock = clock
        self._is_read = asyncio.Event()
        self._is_read.set()
        self._reason = ""
        self._task = asyncio.create_task(self._run(), name=f"poll {name}")

    def send(self, frame: bytes) -> None:
        """Tell what is wanted."""
        if not self._task.done():
            self._asked.heard(frame)

    def hold(self, *, back: bool) -> None:
        """Ask nothing for now, or ask again."""
        if back:
            self._is_read.clear()
        else:
            self._is_read.set()

    async def ended(self) -> str:
        """Wait until it has ended; why."""
        await asyncio.wait([self._task])
        if not self._task.cancelled() and (error := self._task.exception()) is not None:
            log.error("poll_ended_by_a_defect", poll=self._name, exc_info=error)
            return f"{type(error).__name__}; the log has it"
        return self._reason or "closed by us"

    def close(self) -> None:
        """End it."""
        self._task.cancel()

    async def _run(self) -> None:
        try:
            await self._ask()
        finally:
            self._asked.close()

    async def _ask(self) -> None:
        learnt_at = self._clock.now()
        while True:
            await self._is_read.wait()
            try:
                frames = await self._asked.ask()
            except (OSError, TradebookError) as error:
                if self._is_deaf_since(learnt_at):
                    self._reason = str(error) or type(error).__name__
                    return
            else:
                learnt_at = self._clock.now()
                for each in frames:
                    self._take(each)
            await self._pause()

    def _is_deaf_since(self, learnt_at: datetime) -> bool:
        return (self._clock.now() - learnt_at).total_seconds() >= DEAF_AFTER_S

    async def _pause(self) -> None:
        waits = [
            asyncio.ensure_future(self._clock.sleep(self._asked.every_s)),
            asyncio.ensure_future(self._asked.woken()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()


class PolledConnector:
    """Implements ``Connector`` for addresses that were made here: ``poll://NAME``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sources: WeakValueDictionary[str, Source] = WeakValueDictionary()
        """Weakly: an account that was disconnected would stay, with its credential, for as long as we run."""

    def address(self, name: str, source: Source) -> str:
        """Where ``source`` is asked, for as long as anybody else has it. The same name again replaces it."""
        self._sources[name] = source
        return f"{SCHEME}{name}"

    async def __call__(self, url: str, take: FrameTaker) -> PolledSocket:
        """Raises ConnectionError for an address that was not made here."""
        name = url.removeprefix(SCHEME)
        source = self._sources.get(name)
        if source is None:
            raise ConnectionError(f"nothing is asked at {url}")
        return PolledSocket(name, source.begin(), take, self._clock)


def either_connector(polls: PolledConnector, sockets: Connector) -> Connector:
    """What is polled is polled, and everything else is a socket."""

    async def connect(url: str, take: FrameTaker) -> Socket:
        return await (polls if url.startswith(SCHEME) else sockets)(url, take)

    return connect
