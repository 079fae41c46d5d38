"""How Binance's JSON is read: strictly where we name a field, and blind to all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import parse_decimal
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.symbols import Symbols

VENUE = "binance"
USDM = "binance-usdm"
"""Where accounts of USD-M futures are: their wallet is another one than that of spot."""

T = TypeVar("T")


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A frame of a stream: fields are letters on the wire, and words here."""


class Figures(Frame, frozen=True, kw_only=True, gc=False):
    """A frame with numbers in it: JSON's strings may spell what is none."""

    def __post_init__(self) -> None:
        require_finite(self)


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An answer to a request: camel case on the wire."""

    def __post_init__(self) -> None:
        require_finite(self)


def reader(kind: type[T], what: str) -> Callable[[bytes], T]:
    """A function that reads ``kind``, or raises UndecodableFrame that says ``what`` could not be read."""
    decode = msgspec.json.Decoder(kind).decode

    def read(body: bytes) -> T:
        try:
            return decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UndecodableFrame(VENUE, what, str(error)) from None

    return read


def one_or_many(kind: type[T], what: str) -> Callable[[bytes], list[T]]:
    """As ``reader``, for what Binance answers as a list, or as one when one symbol was asked for."""
    read_one, read_list = reader(kind, what), reader(list[kind], what)  # type: ignore[valid-type]  # a type given to us

    def read(body: bytes) -> list[T]:
        return read_list(body) if body.lstrip()[:1] == b"[" else [read_one(body)]

    return read


def moment(milliseconds: int) -> datetime:
    """A time as Binance tells it: milliseconds since 1970, UTC. Raises UndecodableFrame."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise UndecodableFrame(VENUE, "time", f"{milliseconds} is no time") from None


class Moments:
    """As ``moment``, for a busy feed: it tells many things of the same millisecond."""

    def __init__(self) -> None:
        self._milliseconds = 0
        self._moment = moment(0)

    def of(self, milliseconds: int) -> datetime:
        """Raises UndecodableFrame."""
        if milliseconds != self._milliseconds:
            self._moment = moment(milliseconds)
            self._milliseconds = milliseconds
        return self._moment


def milliseconds(at: datetime) -> int:
    """A time as Binance wants it."""
    return round(at.timestamp() * 1000)


def moment_or_none(milliseconds: int | None) -> datetime | None:
    """As ``moment``; Binance writes zero where there is no time."""
    return moment(milliseconds) if milliseconds else None


def told(value: Decimal | None) -> Decimal | None:
    """A price as Binance tells it: zero is its way to say that there is none."""
    return value or None


def number(text: str, *, what: str) -> Decimal:
    """A plain finite number. Raises UndecodableFrame."""
    try:
        return parse_decimal(text, field=what)
    except InvalidInput as error:
        raise UndecodableFrame(VENUE, what, error.detail) from None


def rate_or_none(text: str | None, *, what: str) -> Decimal | None:
    """A rate that is empty where there is none."""
    return number(text, what=what) if text else None


def word(table: Mapping[str, T], told_word: str, *, what: str, field: str) -> T:
    """Our word for Binance's. Raises UndecodableFrame for one that is not in the table."""
    try:
        return table[told_word]
    except KeyError:
        raise UndecodableFrame(VENUE, what, f"{field} {told_word[:40]!r} is not known") from None


class NotListed(UndecodableFrame):
    """Something is said of a symbol that we do not know."""

    def __init__(self, what: str, symbol: str) -> None:
        super().__init__(VENUE, what, f"symbol {symbol[:40]!r} is not listed")
        self.symbol = symbol


def instrument(symbols: Symbols, symbol: str, *, what: str) -> InstrumentId:
    """The instrument that a frame names. Raises NotListed."""
    try:
        return symbols.instrument_of(symbol)
    except KeyError:
        raise NotListed(what, symbol) from None
