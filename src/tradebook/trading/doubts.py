"""Accounts at which somebody repeats what they have forgotten.

Such a repetition is decided and folded ahead before the journal knows its command id, and takes down all that
was decided on it. So that nobody who repeats can hold up an account, it is doubted from then on for a while:
the journal is asked before anything is decided.
"""

from __future__ import annotations

import asyncio

from tradebook.kernel.ids import AccountId

DOUBT_S = 60.0
DOUBTED_MAX = 10_000
"""Accounts doubted at a time; the oldest doubt goes first."""


class Doubts:
    """Which accounts are doubted, by the loop's time."""

    def __init__(self) -> None:
        self._until: dict[AccountId, float] = {}

    def add(self, account_id: AccountId) -> None:
        """Doubt the account for DOUBT_S from now on."""
        self._until.pop(account_id, None)
        self._until[account_id] = asyncio.get_running_loop().time() + DOUBT_S
        if len(self._until) > DOUBTED_MAX:
            del self._until[next(iter(self._until))]

    def __contains__(self, account_id: AccountId) -> bool:
        until = self._until.get(account_id)
        if until is None:
            return False
        if asyncio.get_running_loop().time() < until:
            return True
        del self._until[account_id]
        return False
