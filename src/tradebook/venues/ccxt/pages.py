"""A history that comes page by page: all of it, or an error.

Exchanges differ in which end they begin at, and in how the page after a page is asked for. Of those that have
a profile it is known. Of any other it has to be shown by its answers that nothing lies between them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, assert_never

from tradebook.kernel.messages import Value

LINES_MIN = 20
"""No exchange's page holds fewer lines, where there are more of them."""
PAGES_MAX = 200

Line = Mapping[str, Any]
AskPage = Callable[[int | None, Mapping[str, Any]], Awaitable[Sequence[Line]]]
"""Asks for the lines since a time (None: since ever), with more params; ccxt gives them oldest first."""


class Order(Enum):
    """Which page comes after a page."""

    UNKNOWN = auto()
    OLDER_BY_ID = auto()
    """Newest first: what is before the oldest line so far, by its id."""
    OLDER_BY_TIME = auto()
    """Newest first: what is not after the oldest line so far."""
    OLDER_BY_OFFSET = auto()
    """Newest first: what is left when so many are skipped."""
    NEWER_BY_ID = auto()
    """Oldest first: what begins with the newest line so far, by its id, and no time is named then."""


class Pages(Value, frozen=True, kw_only=True):
    """How an exchange tells what an answer does not hold all of."""

    order: Order = Order.UNKNOWN
    lines_max: int = 100
    """What is asked for at once: as much as the exchange gives."""
    param: str = ""
    """What it calls the id, or the number of lines, that the next page is asked for by."""
    id_field: str = ""
    """What it calls the id in its own line."""


async def all_lines(pages: Pages, since_ms: int | None, ask: AskPage) -> list[Line]:
    """Every line since a time (None: since ever), once, oldest first.

    Raises as ``ask`` does, and ConnectionError where not all of them could be told.
    """
    found = _Found()
    try:
        await _walk(found, pages, since_ms, ask)
        return sorted(found.lines, key=_time)
    except (KeyError, TypeError, ValueError) as error:
        raise ConnectionError(f"a line of a history is not as it was ({type(error).__name__})") from None


async def _walk(found: _Found, pages: Pages, since_ms: int | None, ask: AskPage) -> None:
    match pages.order:
        case Order.UNKNOWN:
            await _closed_at_both_ends(found, since_ms, ask)
        case Order.NEWER_BY_ID:
            await _newer_by_id(found, pages, since_ms, ask)
        case Order.OLDER_BY_ID:
            await _older_by_id(found, pages, since_ms, ask)
        case Order.OLDER_BY_TIME:
            await _older_by_time(found, pages, since_ms, ask)
        case Order.OLDER_BY_OFFSET:
            await _older_by_offset(found, pages, since_ms, ask)
        case _:
            assert_never(pages.order)


class _Found:
    """What was told so far."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._pages = 0

    @property
    def lines(self) -> Iterable[Line]:
        return self._lines.values()

    @property
    def oldest_ms(self) -> int:
        return min(map(_time, self.lines))

    @property
    def newest_ms(self) -> int:
        return max(map(_time, self.lines))

    def take(self, page: Iterable[Line]) -> bool:
        """Whether it tells anything new. Raises ConnectionError for one page too many."""
        self._pages += 1
        if self._pages > PAGES_MAX:
            raise ConnectionError("there is more than can be asked for")
        before = len(self._lines)
        self._lines |= {line_id(each): each for each in page}
        return len(self._lines) > before


async def _newer_by_id(found: _Found, pages: Pages, since_ms: int | None, ask: AskPage) -> None:
    page = await ask(since_ms, {pages.param: 0} if since_ms is None else {})
    while found.take(page) and len(page) >= pages.lines_max:
        # Two fills of an account that traded with itself have one id: a page may end between them.
        page = await ask(None, {pages.param: max(_ids(page, pages))})


async def _older_by_id(found: _Found, pages: Pages, since_ms: int | None, ask: AskPage) -> None:
    page = await ask(since_ms, {})
    while page:
        if not found.take(page):
            raise _not_shown()
        oldest = min(_ids(page, pages))
        page = await ask(since_ms, {pages.param: str(oldest)})


async def _older_by_time(found: _Found, pages: Pages, since_ms: int | None, ask: AskPage) -> None:
    page = await ask(since_ms, {})
    while found.take(page):
        # Some leave out the very end: what shares the millisecond of the oldest is told again, not lost.
        page = await ask(since_ms, {"until": found.oldest_ms + 1})
    if len(page) >= pages.lines_max:
        raise _not_shown()


async def _older_by_offset(found: _Found, pages: Pages, since_ms: int | None, ask: AskPage) -> None:
    # What is traded meanwhile moves the rest on: some of it is told again. What was traded at the very time
    # is not told where lines are those after it.
    before = None if since_ms is None else since_ms - 1
    skipped = 0
    while page := await ask(before, {pages.param: skipped}):
        found.take(page)
        skipped += len(page)


async def _closed_at_both_ends(found: _Found, since_ms: int | None, ask: AskPage) -> None:
    """A few lines are all that there are. Of many it has to be shown that nothing is beyond either end: an
    answer counts where it begins with what is known, and stays where it was asked for.
    """
    page = await ask(since_ms, {})
    found.take(page)
    if len(page) < LINES_MIN:
        return
    while True:
        newest = found.newest_ms
        page = await ask(newest - 1, {})
        times = _times(page)
        if newest not in times or min(times) < newest - 1:
            raise _not_shown()
        if not found.take(page):
            break
    while True:
        oldest = found.oldest_ms
        page = await ask(since_ms, {"until": oldest + 1})
        times = _times(page)
        if oldest not in times or max(times) > oldest + 1:
            raise _not_shown()
        if not found.take(page):
            break


def _times(page: Sequence[Line]) -> set[int]:
    """Raises ConnectionError where one moment fills a page: who knows how much more there is of it."""
    times = {_time(each) for each in page}
    if len(page) >= LINES_MIN and len(times) == 1:
        raise _not_shown()
    return times


def _not_shown() -> ConnectionError:
    return ConnectionError("it cannot be shown that the exchange has told everything")


def line_id(line: Line) -> str:
    """One trade of an account with itself is two fills; what is no fill names no order."""
    return f"{line['id']}-{line.get('order')}"


def _time(line: Line) -> int:
    return int(line["timestamp"])


def _ids(page: Iterable[Line], pages: Pages) -> Iterable[int]:
    return (int(each["info"][pages.id_field]) for each in page)
