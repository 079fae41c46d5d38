"""What a simulated venue is to the server that carries its words: no socket, no clock of the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from tradebook.kernel.messages import Value
from tradebook.market.values import MarketEvent


class SimulatedAnswer(Value, frozen=True, kw_only=True):
    """To a request."""

    status: int = 200
    body: bytes
    headers: Mapping[str, str] = {}


class SimulatedRequest(Value, frozen=True, kw_only=True):
    """As it came."""

    method: str
    path: str
    query: str
    """Exactly as it was sent: signatures are over it."""
    headers: Mapping[str, str]
    body: bytes = b""


class StreamSession(Protocol):
    """One client's WebSocket, as the venue sees it."""

    def received(self, frame: bytes) -> None:
        """The client said something."""
        ...

    def closed(self) -> None:
        """The client is gone."""
        ...


class SimulatedVenue(Protocol):
    """One venue's words over the market."""

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: tell who listens."""
        ...

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request."""
        ...

    def open(self, path: str, send: Callable[[bytes], None]) -> StreamSession | None:
        """A client opens a WebSocket; None where there is none at this path.

        It is asked with the query first, where there is one, and then without: few venues read it.
        """
        ...
