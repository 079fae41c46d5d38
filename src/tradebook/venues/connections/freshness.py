"""Streams that may not be silent for long: when each was heard, and which are silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import MarketStream

Stream = tuple[InstrumentId, MarketStream]


class Freshness:
    """Of the streams of one market that have a deadline."""

    def __init__(self, silent_after_s: Mapping[MarketStream, float]) -> None:
        self._deadlines = {stream: timedelta(seconds=s) for stream, s in silent_after_s.items()}
        self._heard: dict[Stream, datetime] = {}
        self._reminded: dict[Stream, datetime] = {}
        """When the venue was last asked again for what it says nothing on."""

    def begin(self, stream: Stream, at: datetime) -> None:
        """It is asked for: from now on it should be heard."""
        if stream[1] in self._deadlines:
            self._heard[stream] = at

    def end(self, stream: Stream) -> None:
        """Nobody wants it."""
        self._heard.pop(stream, None)
        self._reminded.pop(stream, None)

    def heard(self, stream: Stream, at: datetime) -> None:
        """It said something."""
        if stream in self._heard:
            self._heard[stream] = at

    def overdue(self, now: datetime) -> Sequence[Stream]:
        """What should have been heard since it was asked for, or since somebody reminded the venue."""
        return [
            stream
            for stream, heard_at in self._heard.items()
            if now - max(heard_at, self._reminded.get(stream, heard_at)) >= self._deadlines[stream[1]]
        ]

    def remind(self, stream: Stream, at: datetime) -> None:
        """The venue is asked for it again."""
        self._reminded[stream] = at

    @property
    def silent(self) -> Sequence[Stream]:
        """Nothing came since the venue was reminded."""
        return [stream for stream, at in self._reminded.items() if at > self._heard[stream]]
