"""Pages of a list. A cursor holds the key of the last row, so that pages never shift."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta

from tradebook.kernel.errors import InvalidInput

T = TypeVar("T")

LIMIT_MAX = 500
POSITION_MAX = 2**63 - 1


JournalPosition = Annotated[int, Meta(ge=0, le=POSITION_MAX)]


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page. Without ``next_cursor`` it is the last."""

    items: list[T]
    next_cursor: str | None = None


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Which page is wanted."""

    limit: int = 50
    cursor: str | None = None

    def after_position(self, *, first: int) -> int:
        """As ``after`` for lists whose key is a journal position."""
        return self.after(JournalPosition, first=first)

    def after(self, kind: type[T], *, first: T) -> T:
        """The key behind which the page begins; ``first`` where no cursor is given. Raises InvalidInput."""
        if self.cursor is None:
            return first
        try:
            return msgspec.json.decode(base64.urlsafe_b64decode(self.cursor.encode()), type=kind)
        except (binascii.Error, UnicodeError, msgspec.MsgspecError):
            raise InvalidInput(
                "cursor", "it is not one of ours", "use next_cursor of the page before, or none"
            ) from None


class TimeKey(msgspec.Struct, frozen=True, array_like=True):
    """A place in a list by time, newest first."""

    at: Annotated[datetime, Meta(tz=True)]
    position: JournalPosition


class LineKey(msgspec.Struct, frozen=True, array_like=True):
    """A place in the ledger, newest first."""

    position: JournalPosition
    line: Annotated[int, Meta(ge=0, le=2**15 - 1)]


def page_of(items: list[T], limit: int, last_key: Any) -> Page[T]:
    """A page from up to ``limit`` items; ``last_key`` is the key of the last one."""
    if len(items) < limit:
        return Page(items=items)
    return Page(items=items, next_cursor=encode_cursor(last_key))


def part_of(items: Sequence[T], key: Callable[[T], str], page: PageRequest) -> Page[T]:
    """A page of a short list that is at hand whole, in the order of its key."""
    after = page.after(str, first="")
    rest = [item for item in items if key(item) > after]
    here = rest[: page.limit]
    return Page(items=here, next_cursor=encode_cursor(key(here[-1])) if len(rest) > len(here) else None)


def encode_cursor(key: Any) -> str:
    """The cursor of the page behind ``key``."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode()
