"""Numbers that are used once.

The venue keeps the 100 highest nonces of every signer: a new one must be above the lowest of them, must never
have been used, and must lie between two days before and one day after the time of the block.
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/nonces-and-api-wallets
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from tradebook.kernel.errors import Unavailable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
AHEAD_MAX_MS = 23 * 3_600_000
"""How far nonces may run ahead of our clock: an hour less than the venue lets them, for it has its own."""


def milliseconds(at: datetime) -> int:
    """The venue's way to write a time: whole milliseconds since 1970, cut."""
    return (at - _EPOCH) // _MILLISECOND


class NonceBook(Protocol):
    """Hands out nonces, for whatever signer, and never one twice: whatever ends, whatever the clock does."""

    async def take(self, signer: str, now: datetime) -> int:
        """The next of the signer's address: the time in milliseconds, or one more than the last.

        It is remembered before this returns, so the request leaves after it. Raises Unavailable where it
        would lie so far ahead of ``now`` that the venue refuses it.
        """
        ...


def too_far_ahead(at: int) -> Unavailable:
    """The clock is a day behind what it was."""
    return Unavailable(
        "nonce_ahead",
        "The last nonce is almost a day ahead of the clock, and the venue would refuse the next. "
        "Set the clock.",
        {"clock": str(at)},
    )
