"""How connections to venues are: for ``doctor``, ``/v1/venues/health`` and the page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tradebook.kernel.messages import Value


class ConnectionState(StrEnum):
    """What a connection does now."""

    CONNECTING = "connecting"
    OPEN = "open"
    WAITING = "waiting"
    """It broke or did not come about, and is tried again soon."""


class ConnectionHealth(Value, frozen=True, kw_only=True):
    """One connection."""

    name: str
    state: ConnectionState
    since: datetime
    heard_at: datetime | None
    """When the last frame came; None while it is not open."""
    streams: int
    """How many it carries, or will."""
    losses: int
    """How often it broke since this process began."""
    last_problem: str
    """Why it broke or did not come about, the last time; empty when it never did."""


class MarketHealth(Value, frozen=True, kw_only=True):
    """The public side of one market of a venue."""

    name: str
    connections: tuple[ConnectionHealth, ...]
    instruments: int
    """Listed there."""
    books_out_of_step: int
    """Order books that wait for a snapshot: not shown until then."""
    book_gaps: int
    """Changes of books that were missing, since this process began."""
    undecodable: int
    """Frames that were not understood and not believed, since this process began."""
    refused: tuple[str, ...] = ()
    """Streams that the venue does not give us now, with its reason."""
    silent: tuple[str, ...] = ()
    """Streams on which nothing comes although the venue was reminded of them."""
    unserved: tuple[str, ...] = ()
    """Instruments that somebody needs, and the connections that we may open have no room for."""
    last_problem: str

    def problem(self) -> str:
        """What is wrong now, in a line; empty when all is well."""
        down = [each for each in self.connections if each.state is not ConnectionState.OPEN]
        if not self.instruments:
            return (
                f"{self.name} has not listed its instruments: {self.last_problem or 'asked, no answer yet'}"
            )
        if down:
            return f"{down[0].name} is {down[0].state}: {down[0].last_problem or 'not open yet'}"
        if self.refused:
            return f"{self.name} refuses {_some(self.refused)}"
        if self.books_out_of_step:
            return f"{self.name}: {self.books_out_of_step} order books wait for a snapshot"
        if self.unserved:
            return f"{self.name}: its connections are full, and have no room for {_some(self.unserved)}"
        if self.silent:
            return f"{self.name}: nothing comes on {_some(self.silent)}"
        return ""


def _some(streams: tuple[str, ...]) -> str:
    more = len(streams) - 1
    return f"{streams[0]} and {more} more" if more else streams[0]
