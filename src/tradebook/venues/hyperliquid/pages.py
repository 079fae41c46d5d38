"""Answers that hold only so many lines, oldest first: what is left over is asked for from where they end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """One answer: what was taken of it, and whether and from where on there may be more."""

    lines: Sequence[T]
    length: int
    """Of all lines in it."""
    last_at: datetime | None


async def all_lines(
    page_from: Callable[[datetime], Awaitable[Page[T]]],
    since: datetime,
    *,
    full: int,
    key_of: Callable[[T], Hashable],
) -> Sequence[T]:
    """All lines since a moment, page by page, each once: a page begins where the last one ended.

    ``full`` is how many lines fit in an answer. Raises what asking raises.
    """
    found: dict[Hashable, T] = {}
    while True:
        page = await page_from(since)
        found.update((key_of(each), each) for each in page.lines)
        if page.length < full or page.last_at in (None, since):
            return list(found.values())
        since = page.last_at
