"""Answers of Bybit that come page by page: all of them, or an error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from tradebook.venues.bybit.requests import Request
from tradebook.venues.bybit.wire.base import next_page

PAGES_MAX = 1_000


class Paged(Protocol):
    """A question whose answer comes in pages."""

    def __call__(self, *, cursor: str) -> Request:
        """For the page that a cursor names; the first one where it is empty."""
        ...


async def all_pages(ask: Callable[[Request], Awaitable[bytes]], request_of: Paged) -> Sequence[bytes]:
    """Every page, in the order in which they are told.

    Raises as ``ask`` does, and ConnectionError where they have no end.
    """
    pages, cursors = [await ask(request_of(cursor=""))], {""}
    while cursor := next_page(pages[-1]):
        if cursor in cursors or len(pages) >= PAGES_MAX:
            raise ConnectionError(f"{request_of(cursor='').path}: its pages have no end")
        cursors.add(cursor)
        pages.append(await ask(request_of(cursor=cursor)))
    return pages
