"""Streams that a venue does not give us: told to people, and asked for again at times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

AGAIN_AFTER = timedelta(minutes=5)
"""What is refused today may be given later: an instrument before it opens, a limit that was reached."""


class Refusals:
    """Of one market."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}
        self._asked_at: dict[str, datetime] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._reasons

    def note(self, name: str, reason: str, at: datetime) -> None:
        """The venue has refused the stream."""
        self._reasons[name], self._asked_at[name] = reason, at

    def forget(self, name: str) -> None:
        """It is asked for anew, or wanted no more."""
        self._reasons.pop(name, None)
        self._asked_at.pop(name, None)

    def due(self, now: datetime) -> Sequence[str]:
        """What was refused so long ago that it may be asked for again."""
        return [name for name, at in self._asked_at.items() if now - at >= AGAIN_AFTER]

    @property
    def told(self) -> tuple[str, ...]:
        """Each with its reason."""
        return tuple(f"{name} ({reason})" for name, reason in self._reasons.items())
