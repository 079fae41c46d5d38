"""An entrance of a venue for streams, and what a connection to it may do."""

from __future__ import annotations

from tradebook.kernel.messages import Value
from tradebook.venues.messages.limits import Budget


class Heartbeat(Value, frozen=True, kw_only=True):
    """What the venue wants to hear, or it ends the connection: pings of the WebSocket do not count."""

    frame: bytes
    every_s: float


class Endpoint(Value, frozen=True, kw_only=True):
    """As the venue states it."""

    url: str
    streams_max: int
    """On one connection."""
    connections_max: int = 4
    """That we open for streams of all kinds; venues count them by address, where other programs may be."""
    messages_per_s_max: int
    """From us, pings included."""
    hours_max: int = 24
    """After which the venue ends the connection."""
    streams_per_request_max: int = 50
    """In one frame of subscription."""
    heartbeat: Heartbeat | None = None
    openings: Budget | None = None
    """How many connections may be opened, of which the venue counts the failed ones too."""
