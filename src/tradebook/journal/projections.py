"""Views: rows that are folded from the journal and can be thrown away at any time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event

if TYPE_CHECKING:
    from asyncpg import Connection


class ViewChange(msgspec.Struct, frozen=True, kw_only=True):
    """A row that changed, as it is pushed to whoever watches."""

    channel: str
    """``orders``, ``balances``, ``fills``, ``positions``, ``accounts``."""
    account_id: str
    position: int
    """Journal position of the event behind the change."""
    document: msgspec.Raw
    """The row in its wire form (JSON)."""


class Projection(Protocol):
    """One view. It sees every batch in journal order, and may keep nothing but a cache of its own rows."""

    @property
    def name(self) -> str:
        """Stable, ``room.view``."""
        ...

    @property
    def version(self) -> int:
        """Raised when the rows' meaning changes: the runner then rebuilds the view."""
        ...

    @property
    def tables(self) -> Sequence[str]:
        """Qualified names of the tables it owns; a rebuild empties them."""
        ...

    @property
    def handles(self) -> frozenset[type[Event]]:
        """The facts that change its rows."""
        ...

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """Write the batch's rows within the caller's transaction; batch borders may not matter."""
        ...

    def forget(self) -> None:
        """Drop any cached rows: the last transaction did not commit, or a rebuild begins."""
        ...
