"""An entrance of a venue for streams, and what a connection to it may do."""

from __future__ import annotations

from tradebook.kernel.messages import Value


class Endpoint(Value, frozen=True, kw_only=True):
    """As the venue states it."""

    url: str
    streams_max: int
    """On one connection."""
    messages_per_s_max: int
    """From us, pings included."""
    hours_max: int = 24
    """After which the venue ends the connection."""
