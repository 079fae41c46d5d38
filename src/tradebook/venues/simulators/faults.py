"""What goes wrong between a venue and its clients: pure decisions, one for each request and each frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import StrEnum
from random import Random
from typing import Protocol

from tradebook.kernel.messages import Value
from tradebook.venues.simulators.venue import SimulatedRequest

DELAY_S_MAX = 20.0
"""Longer than clients wait, and longer than venues take a request after it was made."""
FRAME_DELAY_S_MAX = 2.0
RETRY_AFTER_S, BAN_S = 2, 120


class RequestFault(StrEnum):
    """What becomes of a request."""

    LOST = "lost"
    """It never arrives, and nothing comes back."""
    LATE = "late"
    """It arrives after ``delay_s``."""
    TWICE = "twice"
    """Something on the way sends it again; the second answer comes back. No transport of a venue does that,
    so it comes by script and never by chance."""
    ANSWER_LOST = "answer_lost"
    """It is carried out, and nothing comes back."""
    ANSWER_LATE = "answer_late"
    """It is carried out at once; the answer leaves after ``delay_s``."""
    FAILS_BEFORE = "fails_before"
    """502, and it is not carried out."""
    FAILS_AFTER = "fails_after"
    """502, and it is carried out."""
    MAINTENANCE = "maintenance"
    """503, and it is not carried out."""
    TOO_MANY = "too_many"
    """429 with Retry-After, and it is not carried out."""
    BANNED = "banned"
    """418 with Retry-After, and it is not carried out."""


class FrameFault(StrEnum):
    """What becomes of a frame on its way to a client."""

    LOST = "lost"
    TWICE = "twice"
    LATE = "late"
    """It comes after ``delay_s``: later frames overtake it."""
    CLOSED = "closed"
    """Instead of it the connection ends."""
    HALF_OPEN = "half_open"
    """From now on nothing passes in either direction, and nobody is told."""


class RequestFate(Value, frozen=True, kw_only=True):
    """A fault, or none."""

    fault: RequestFault | None = None
    delay_s: float = 0.0


class FrameFate(Value, frozen=True, kw_only=True):
    """A fault, or none."""

    fault: FrameFault | None = None
    delay_s: float = 0.0


_BY_CHANCE = [each for each in RequestFault if each is not RequestFault.TWICE]
WELL, UNHARMED = RequestFate(), FrameFate()


class Faults(Protocol):
    """Decides what goes wrong."""

    def refuses(self, path: str) -> bool:
        """Whether the next WebSocket is not opened."""
        ...

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        """With the next request."""
        ...

    def of_frame(self, frame: bytes) -> FrameFate:
        """With the next frame to a client."""
        ...


class NoFaults:
    """Nothing goes wrong."""

    def refuses(self, path: str) -> bool:  # noqa: ARG002  # of the protocol
        """No."""
        return False

    def of_request(self, request: SimulatedRequest) -> RequestFate:  # noqa: ARG002  # of the protocol
        """Nothing."""
        return WELL

    def of_frame(self, frame: bytes) -> FrameFate:  # noqa: ARG002  # of the protocol
        """Nothing."""
        return UNHARMED


class SeededFaults:
    """Every fault as often as any other, at ``rate`` of all requests and frames; the same for a seed."""

    def __init__(self, seed: int, rate: float) -> None:
        self._random = Random(seed)  # nosec B311  # chance, not a secret
        self._rate = rate
        self.is_calm = False
        """Set, nothing goes wrong any more: what is left must come to rest."""

    def refuses(self, path: str) -> bool:  # noqa: ARG002  # chance looks at nothing
        """By chance."""
        return self._strikes()

    def of_request(self, request: SimulatedRequest) -> RequestFate:  # noqa: ARG002  # chance looks at nothing
        """By chance."""
        if not self._strikes():
            return WELL
        fault = self._random.choice(_BY_CHANCE)
        return RequestFate(fault=fault, delay_s=self._random.uniform(0, DELAY_S_MAX))

    def of_frame(self, frame: bytes) -> FrameFate:  # noqa: ARG002  # chance looks at nothing
        """By chance."""
        if not self._strikes():
            return UNHARMED
        fault = self._random.choice(list(FrameFault))
        return FrameFate(fault=fault, delay_s=self._random.uniform(0, FRAME_DELAY_S_MAX))

    def _strikes(self) -> bool:
        return not self.is_calm and self._random.random() < self._rate


class ScriptedFaults:
    """The next requests and frames fare as is written; those after them fare well.

    ``refusals`` is how many WebSockets are not opened. ``paths`` and ``words`` narrow it: other requests, and
    frames in which the words do not stand, fare well and use nothing up.
    """

    def __init__(
        self,
        *,
        requests: Iterable[RequestFate] = (),
        frames: Iterable[FrameFate] = (),
        refusals: int = 0,
        paths: Iterable[str] = (),
        words: bytes = b"",
    ) -> None:
        self.requests = deque(requests)
        self.frames = deque(frames)
        self.refusals = refusals
        self._paths = frozenset(paths)
        self._words = words

    def refuses(self, path: str) -> bool:  # noqa: ARG002  # of the protocol
        """As is written."""
        self.refusals -= 1
        return self.refusals >= 0

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        """As is written."""
        is_meant = not self._paths or request.path in self._paths
        return self.requests.popleft() if is_meant and self.requests else WELL

    def of_frame(self, frame: bytes) -> FrameFate:
        """As is written."""
        return self.frames.popleft() if self._words in frame and self.frames else UNHARMED
