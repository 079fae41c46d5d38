"""A WebSocket as connections need it: frames come by a callback, and its end has a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

FrameTaker = Callable[[bytes], None]
"""Called in the loop for each frame of text, in order; must not block."""


class Socket(Protocol):
    """One open WebSocket."""

    def send(self, frame: bytes) -> None:
        """Send a frame of text. Nothing where it has ended."""
        ...

    def hold(self, *, back: bool) -> None:
        """Stop reading, or read again: what waits at the venue's end is bounded by TCP."""
        ...

    async def ended(self) -> str:
        """Wait until it has ended; why."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Connector(Protocol):
    """Opens sockets."""

    async def __call__(self, url: str, take: FrameTaker) -> Socket:
        """Raises ConnectionError or TimeoutError with the reason."""
        ...
