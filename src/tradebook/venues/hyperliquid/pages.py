"""Answers that hold only so many lines, oldest first: what is left over is asked for from where they end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

_A_MOMENT = timedelta(milliseconds=1)

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

    An answer of ``full`` lines may not be all of them. Raises what asking raises.
    """
    found: dict[Hashable, T] = {}
    while True:
        page = await page_from(since)
        found.update((key_of(each), each) for each in page.lines)
        if page.length < full or page.last_at is None:
            return list(found.values())
        # Of a moment that fills an answer no more is told: what is behind it is.
        since = page.last_at if page.last_at > since else since + _A_MOMENT
