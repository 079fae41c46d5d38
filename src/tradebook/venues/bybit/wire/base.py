"""What frames and answers have in common, and how their texts are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import parse_decimal
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.messages.account import VenueProblem

VENUE = "bybit"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")
V = TypeVar("V")


class Wire(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Part of a frame; its fields are in camel case on the wire."""


class Figures(Wire, frozen=True, gc=False):
    """A part with numbers in it: JSON's strings may spell what is none."""

    def __post_init__(self) -> None:
        require_finite(self)


class Listing(Wire, Generic[T], frozen=True):
    """The ``result`` of whatever comes in pages."""

    list: tuple[T, ...]


class _Answer(Wire, frozen=True):
    ret_code: int
    ret_msg: str
    result: msgspec.Raw = msgspec.Raw(b"{}")
    time: int | None = None


class _Cursor(Wire, frozen=True):
    next_page_cursor: str | None = None


_answer = msgspec.json.Decoder(_Answer)
_cursor = msgspec.json.Decoder(_Cursor)


def answered(
    data: bytes, decoder: msgspec.json.Decoder[T], what: str
) -> tuple[T, datetime | None] | VenueProblem:
    """The result of a REST answer and the venue's time in it, or the venue's no.

    Raises UndecodableFrame for what is no answer of v5, or has not the fields of ``what``.
    """
    try:
        answer = _answer.decode(data)
        if answer.ret_code:
            return VenueProblem(code=str(answer.ret_code), message=answer.ret_msg)
        at = None if answer.time is None else moment(answer.time)
        return decoder.decode(answer.result), at
    except msgspec.DecodeError as problem:
        raise UndecodableFrame(VENUE, what, str(problem)) from None


def next_page(data: bytes) -> str:
    """The cursor that continues a REST answer; empty when it is the last page."""
    opened = answered(data, _cursor, "page")
    return "" if isinstance(opened, VenueProblem) else opened[0].next_page_cursor or ""


@lru_cache(maxsize=1024)
def moment(at_ms: int) -> datetime:
    """Milliseconds since 1970 as a time. Cached, since the frames of a burst have the same millisecond.

    Raises UndecodableFrame for a time that no calendar has.
    """
    try:
        return _EPOCH + timedelta(milliseconds=at_ms)
    except OverflowError:
        raise UndecodableFrame(VENUE, "time", "beyond the year 9999") from None


def moment_of(text: str, what: str) -> datetime:
    """Milliseconds in digits as a time. Raises UndecodableFrame."""
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return moment(int(text))
    raise UndecodableFrame(VENUE, what, "not milliseconds since 1970")


def amount(text: str, what: str) -> Decimal:
    """A finite number. Raises UndecodableFrame."""
    try:
        return parse_decimal(text, field=what)
    except InvalidInput as problem:
        raise UndecodableFrame(VENUE, what, problem.detail) from None


def told(text: str | None, what: str) -> Decimal | None:
    """A number where there is one: Bybit leaves the text empty where a field does not apply."""
    return amount(text, what) if text else None


def told_price(text: str | None, what: str) -> Decimal | None:
    """A price where there is one: Bybit writes 0 as well as nothing for none."""
    return told(text, what) or None


def word_of(table: Mapping[str, V], word: str, what: str) -> V:
    """What a word of the venue means. Raises UndecodableFrame for one that is not in the table."""
    try:
        return table[word]
    except KeyError:
        raise UndecodableFrame(VENUE, what, f"{word[:40]!r} is a word that we do not know") from None
