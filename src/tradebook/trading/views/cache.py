"""The rows a projection has lately folded: a cache of its own tables, bounded, dropped when in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from asyncpg import Connection, Record

R = TypeVar("R")

ROWS_MAX = 20_000


class RowCache(Generic[R]):
    """Rows by key, the least recently used forgotten first.

    A batch first awaits ``ensure`` with every key whose row may exist, then folds ``rows`` synchronously.
    Eviction happens only in ``ensure``, so that no row of the batch at hand can leave.
    """

    def __init__(
        self, select: str, read: Callable[[Iterable[Record]], Mapping[str, R]], *, rows_max: int = ROWS_MAX
    ) -> None:
        self.rows: dict[str, R] = {}
        self._select = select
        """A statement whose only parameter is the array of keys."""
        self._read = read
        self._rows_max = rows_max

    async def ensure(self, connection: Connection, keys: Set[str]) -> None:
        """Have the rows of ``keys`` at hand, as far as the table has them."""
        missing = []
        for key in keys:
            row = self.rows.pop(key, None)
            if row is None:
                missing.append(key)
            else:
                self.rows[key] = row
        for key in list(self.rows)[: max(len(self.rows) + len(missing) - self._rows_max, 0)]:
            if key not in keys:
                del self.rows[key]
        if missing:
            self.rows.update(self._read(await connection.fetch(self._select, missing)))

    def clear(self) -> None:
        """Forget everything: what was folded may not have been committed."""
        self.rows.clear()
