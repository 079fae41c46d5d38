"""Numbers that are used once.

The venue keeps the 100 highest nonces of every signer: a new one must be above the lowest of them, must never
have been used, and must lie between two days before and one day after the time of the block.
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/nonces-and-api-wallets
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Unavailable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
AHEAD_MAX_MS = 23 * 3_600_000
"""How far nonces may run ahead of our clock: an hour less than the venue lets them, for it has its own."""


def milliseconds(at: datetime) -> int:
    """The venue's way to write a time: whole milliseconds since 1970, cut."""
    return (at - _EPOCH) // _MILLISECOND


class Nonces:
    """The nonces of one signer: the time in milliseconds, always above the last.

    One signer has one such object in one process. ``last`` is the highest that was ever handed out, as the
    journal or a store knows it: whoever asks for a nonce records it before the request leaves. The clock may
    then stand still or go back, in this run or between two, and no nonce comes twice.
    """

    def __init__(self, clock: Clock, *, last: int = 0) -> None:
        self._clock = clock
        self.last = last

    def take(self) -> int:
        """The next one.

        Raises Unavailable where it would lie so far ahead of the clock that the venue refuses it.
        """
        now = milliseconds(self._clock.now())
        nonce = max(now, self.last + 1)
        if nonce - now > AHEAD_MAX_MS:
            raise Unavailable(
                "nonce_ahead",
                "The last nonce is almost a day ahead of the clock, and the venue would refuse the next.",
                {"last": str(self.last), "clock": str(now)},
            )
        self.last = nonce
        return nonce
