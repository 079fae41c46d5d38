"""How long to wait before the next attempt, so that many who lost the same venue do not return at once."""

from __future__ import annotations

from random import Random

FIRST_S = 0.5
MAX_S = 60.0


class Backoff:
    """Doubles up to a bound; one half of each delay is chance.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("equal jitter": never at once).
    """

    def __init__(self, chance: Random, *, first_s: float = FIRST_S, max_s: float = MAX_S) -> None:
        self._chance = chance
        self._first_s = first_s
        self._max_s = max_s
        self._failures = 0

    def next_s(self) -> float:
        """The delay after one more failure, in seconds."""
        bound = min(self._max_s, self._first_s * 2.0 ** min(self._failures, 32))
        self._failures += 1
        return bound / 2 + self._chance.random() * bound / 2

    def reset(self) -> None:
        """It went well: begin anew."""
        self._failures = 0
