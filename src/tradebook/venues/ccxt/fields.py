"""Fields of what ccxt has read: dictionaries with texts for numbers, and None for what was not told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import in_range
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.symbols import Symbols

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS_MAX_MS = 253_402_300_799_000
_is_asset = re.compile(r"[A-Za-z0-9._]{1,32}").fullmatch


class Fields:
    """One dictionary; whatever is not as it should be raises UndecodableFrame that names the field."""

    def __init__(self, venue: str, what: str, told: Mapping[str, Any]) -> None:
        if not isinstance(told, Mapping):
            raise UndecodableFrame(venue, what, "is no object")
        self.venue = venue
        self.what = what
        self._told = told

    def wrong(self, field: str, problem: str) -> UndecodableFrame:
        """To be raised."""
        return UndecodableFrame(self.venue, self.what, f"{field}: {problem}")

    def get(self, field: str) -> Any:
        """As it is."""
        return self._told.get(field)

    def inner(self, field: str) -> Fields:
        """A dictionary within; an empty one where there is none."""
        return Fields(self.venue, f"{self.what} {field}", self._told.get(field) or {})

    def text_or_empty(self, field: str) -> str:
        """Empty where it is not told."""
        value = self._told.get(field)
        return "" if value is None else str(value)

    def text(self, field: str) -> str:
        """What must be told."""
        value = self.text_or_empty(field)
        if not value:
            raise self.wrong(field, "is missing")
        return value

    def decimal_or_none(self, field: str) -> Decimal | None:
        """None where it is not told."""
        value = self._told.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, float):
            raise self.wrong(field, "is a float, which nothing here may be")
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise self.wrong(field, "is not a number") from None
        if not in_range(number):
            raise self.wrong(field, "is not a finite number of usual size")
        return number

    def decimal(self, field: str) -> Decimal:
        """What must be told."""
        value = self.decimal_or_none(field)
        if value is None:
            raise self.wrong(field, "is missing")
        return value

    def moment_or_none(self, field: str) -> datetime | None:
        """From milliseconds since 1970."""
        value = self._told.get(field)
        if value is None:
            return None
        if not isinstance(value, int | str) or not str(value).isdigit() or int(value) > _YEARS_MAX_MS:
            raise self.wrong(field, "is no time")
        return _EPOCH + timedelta(milliseconds=int(value))

    def instrument(self, symbols: Symbols, field: str = "symbol") -> InstrumentId:
        """Which one it is about."""
        symbol = self.text(field)
        try:
            return symbols.instrument_of(symbol)
        except KeyError:
            raise self.wrong(field, f"{symbol[:40]!r} is not listed") from None

    def word(self, field: str, words: Mapping[str, Any]) -> Any:
        """What one of its words means."""
        value = self.text(field)
        if value not in words:
            raise self.wrong(field, f"{value[:40]!r} is not known")
        return words[value]

    def asset(self, field: str) -> Asset:
        """A name that is safe in ids."""
        value = self.text(field)
        if not _is_asset(value):
            raise self.wrong(field, "is no name of an asset")
        return Asset(value)
