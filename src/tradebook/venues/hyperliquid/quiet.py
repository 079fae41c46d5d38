"""Frames of both WebSockets that say nothing of a market or an account, and complaints."""

from __future__ import annotations

import msgspec

QUIET = ("pong", "subscriptionResponse", "notification")
"""Their channels: heartbeats, acknowledgements, lines for the venue's own pages."""


class PongFrame(msgspec.Struct, tag_field="channel", tag=QUIET[0]):
    """The answer to a ping."""


class SubscribedFrame(msgspec.Struct, tag_field="channel", tag=QUIET[1]):
    """A subscription stands."""


class NotificationFrame(msgspec.Struct, tag_field="channel", tag=QUIET[2]):
    """A line for the venue's own pages."""


class ErrorFrame(msgspec.Struct, tag_field="channel", tag="error"):
    """Something that we sent was not understood."""

    data: str


QuietFrame = PongFrame | SubscribedFrame | NotificationFrame
