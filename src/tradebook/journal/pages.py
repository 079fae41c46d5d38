"""Reading in pages: ahead of the one being used, and once for all who read the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from tradebook.journal.records import Recorded

T = TypeVar("T")

SHARED_PAGES_MAX = 4


async def prefetched(
    fetch: Callable[[int], Awaitable[list[T]]], *, after: int, size: int
) -> AsyncIterator[list[T]]:
    """Pages of a gapless numbering; the next one is on its way while the caller works on this one."""
    coming = asyncio.ensure_future(fetch(after))
    try:
        while True:
            page = await coming
            after += size
            last = len(page) < size
            if not last:
                coming = asyncio.ensure_future(fetch(after))
            if page:
                yield page
            if last:
                return
    finally:
        coming.cancel()


class SharedPages:
    """Pages of the journal for readers that catch up side by side: one read and one decode for all.

    Full pages stand at multiples of the page size, so that readers who started apart meet, and a few are
    kept. What is not yet a full page is shared only while it is being read.
    """

    def __init__(self, read: Callable[[int, int], Awaitable[Sequence[Recorded]]], size: int) -> None:
        self._read = read
        self._size = size
        self._pages: OrderedDict[int, asyncio.Future[Sequence[Recorded]]] = OrderedDict()

    async def after(self, position: int, *, head: int) -> Sequence[Recorded]:
        """What stands behind ``position``, at most a page of it; everything up to ``head`` is committed."""
        start = position - position % self._size
        full = start + self._size <= head
        if not full:
            start = position
        page = self._pages.get(start)
        if page is None:
            page = self._pages[start] = asyncio.ensure_future(self._read(start, self._size))
            while len(self._pages) > SHARED_PAGES_MAX:
                self._pages.popitem(last=False)
            page.add_done_callback(lambda done: self._forget(start, done, full))
        events = await asyncio.shield(page)
        return events[position - start :]

    def _forget(self, start: int, page: asyncio.Future[Sequence[Recorded]], full: bool) -> None:
        failed = page.cancelled() or page.exception() is not None
        if (failed or not full) and self._pages.get(start) is page:
            del self._pages[start]
