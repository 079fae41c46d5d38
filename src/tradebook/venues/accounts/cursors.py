"""Up to when everything that happened at a venue is recorded, beyond the end of a process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Value


class Cursor(Value, frozen=True, kw_only=True):
    """Of one account, by its venue's time. It moves only over what is recorded."""

    first_at: datetime
    """When the account was first compared: what was before that is in what its book began with."""
    settled_at: datetime
    """Until when all is recorded."""
    totals: Mapping[Asset, Decimal]
    """What the account had then: whatever has changed since moved one of them."""
    held: tuple[Asset, ...] = ()
    """What the account has or had something of, or orders for, by name: in these it may have traded."""
    has_history: bool = False
    """Whether what was traded before ``first_at`` is recorded."""


class Cursors(Protocol):
    """Where they are kept. Methods raise Unavailable."""

    async def load(self, account_id: AccountId) -> Cursor | None:
        """The last that was kept; None for an account that was never compared."""
        ...

    async def keep(self, account_id: AccountId, cursor: Cursor) -> None:
        """Instead of the one before."""
        ...
