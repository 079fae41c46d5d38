"""Which nonces a signer has used: the hundred highest are kept, and nothing below them is taken.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/nonces-and-api-wallets
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict

from tradebook.venues.simulators.hyperliquid.rejections import ActionRefusal

KEPT = 100
DAY_MS = 24 * 60 * 60 * 1000
PAST_MS, FUTURE_MS = 2 * DAY_MS, DAY_MS


class UsedNonces:
    """Of all signers: agents have theirs, whomever they sign for."""

    def __init__(self) -> None:
        self._used: defaultdict[str, list[int]] = defaultdict(list)

    def use(self, signer: str, nonce: int, now: int) -> None:
        """Use it up. Raises ActionRefusal; ``now`` is in milliseconds."""
        used = self._used[signer]
        if not now - PAST_MS < nonce < now + FUTURE_MS:
            raise ActionRefusal(f"Invalid nonce: {nonce} is not within the time of the block, {now}")
        if nonce in used:
            raise ActionRefusal(f"Invalid nonce: duplicate nonce {nonce}")
        if len(used) == KEPT and nonce < used[0]:
            raise ActionRefusal(f"Invalid nonce: {nonce} is lower than {used[0]}")
        insort(used, nonce)
        del used[:-KEPT]
