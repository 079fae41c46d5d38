"""Streams that may not be silent for long: when each was heard, and which are silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tradebook.kernel.ids import InstrumentId


class Freshness:
    """Of one kind of stream of a market."""

    def __init__(self, silent_after_s: float | None) -> None:
        """None where such a stream may be silent for ever."""
        self._deadline = timedelta.max if silent_after_s is None else timedelta(seconds=silent_after_s)
        self._heard: dict[InstrumentId, datetime] = {}
        self._reminded: dict[InstrumentId, datetime] = {}
        """When the venue was last asked again for what it says nothing on."""

    def begin(self, instrument_id: InstrumentId, at: datetime) -> None:
        """It is asked for: from now on it should be heard."""
        self._heard[instrument_id] = at

    def end(self, instrument_id: InstrumentId) -> None:
        """Nobody wants it."""
        self._heard.pop(instrument_id, None)
        self._reminded.pop(instrument_id, None)

    def heard(self, instrument_id: InstrumentId, at: datetime) -> bool:
        """It said something. Whether anybody wants it: else it was on its way when the last let go."""
        if instrument_id not in self._heard:
            return False
        self._heard[instrument_id] = at
        return True

    def overdue(self, now: datetime) -> Sequence[InstrumentId]:
        """What should have been heard since it was asked for, or since somebody reminded the venue."""
        return [
            instrument_id
            for instrument_id, heard_at in self._heard.items()
            if now - max(heard_at, self._reminded.get(instrument_id, heard_at)) >= self._deadline
        ]

    def remind(self, instrument_id: InstrumentId, at: datetime) -> None:
        """The venue is asked for it again."""
        self._reminded[instrument_id] = at

    @property
    def silent(self) -> Sequence[InstrumentId]:
        """Nothing came since the venue was reminded."""
        return [
            instrument_id for instrument_id, at in self._reminded.items() if at > self._heard[instrument_id]
        ]
