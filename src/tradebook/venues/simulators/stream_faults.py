"""What goes wrong on the public streams of a venue: so many times a minute on each, however much is said.

A busy stream says hundreds of things a second. Where each of them went wrong by chance, nothing would ever
come through, and one that is quiet would never break.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.faults import (
    FRAME_DELAY_S_MAX,
    UNHARMED,
    Faults,
    FrameFate,
    FrameFault,
    RequestFate,
)
from tradebook.venues.simulators.venue import SimulatedRequest

StreamOf = Callable[[bytes], bytes | None]
"""Which public stream a frame is of; None for answers and for what concerns one account."""


def by_prefix(pattern: bytes) -> StreamOf:
    """Where the first group of a pattern, looked for at the beginning of a frame, is the stream's name."""
    find = re.compile(pattern).match

    def stream_of(frame: bytes) -> bytes | None:
        found = find(frame)
        return None if found is None else found.group(1)

    return stream_of


class StreamFaults:
    """Implements ``Faults``: public streams fare as said above, everything else as ``others`` say."""

    def __init__(
        self, others: Faults, stream_of: StreamOf, *, seed: int, per_minute: float, clock: Clock
    ) -> None:
        """``per_minute`` is the mean for each stream; when they come is chance, the same for a seed."""
        self._others = others
        self._stream_of = stream_of
        self._random = Random(seed)  # nosec B311  # chance, not a secret
        self._per_minute = per_minute
        self._clock = clock
        self._next: dict[bytes, datetime] = {}

    def refuses(self, path: str) -> bool:
        """As the others say."""
        return self._others.refuses(path)

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        """As the others say."""
        return self._others.of_request(request)

    def of_frame(self, frame: bytes) -> FrameFate:
        """Of a public stream the first frame after a fault has come due suffers it."""
        stream = self._stream_of(frame)
        if stream is None:
            return self._others.of_frame(frame)
        if not self._per_minute:
            return UNHARMED
        now = self._clock.now()
        due_at = self._next.get(stream)
        if due_at is not None and now < due_at:
            return UNHARMED
        self._next[stream] = now + timedelta(minutes=self._random.expovariate(self._per_minute))
        if due_at is None:
            return UNHARMED
        fault = self._random.choice(list(FrameFault))
        return FrameFate(fault=fault, delay_s=self._random.uniform(0, FRAME_DELAY_S_MAX))
