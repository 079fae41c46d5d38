"""Binance spot without a network: its answers, and a socket that says what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bench.venue_frames import VenueFrames
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.sockets import FrameTaker

FRAMES_AT_ONCE = 400
"""About as many as one read from a socket brings."""


class Answers:
    """Implements ``Http``: the list of instruments, and how each book begins."""

    def __init__(self, frames: VenueFrames) -> None:
        self._listing, self._book = frames.listing(), frames.book()

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """Implements ``Http``."""
        del method, headers, body
        answer = self._listing if url.partition("?")[0].endswith("/exchangeInfo") else self._book
        return HttpAnswer(status=200, headers={}, body=answer)


class MemorySocket:
    """Implements ``Socket``."""

    def __init__(self, take: FrameTaker) -> None:
        self._take = take
        self._is_held_back = False

    async def say(self, frames: Sequence[bytes]) -> None:
        """As fast as they are taken."""
        for start in range(0, len(frames), FRAMES_AT_ONCE):
            while self._is_held_back:  # noqa: ASYNC110  # as a socket is looked at anew in each turn of the loop
                await asyncio.sleep(0)
            for frame in frames[start : start + FRAMES_AT_ONCE]:
                self._take(frame)
            await asyncio.sleep(0)

    def send(self, frame: bytes) -> None:
        """Subscriptions go nowhere."""

    def hold(self, *, back: bool) -> None:
        """Say nothing for now, or go on."""
        self._is_held_back = back

    async def ended(self) -> str:
        """Never."""
        await asyncio.Event().wait()
        raise AssertionError

    def close(self) -> None:
        """There is nothing to close."""
