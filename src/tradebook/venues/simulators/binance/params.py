"""The parameters of a request as Binance reads them: each is asked for by name, and refused by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import ZERO, parse_decimal
from tradebook.venues.simulators.binance.numbers import STEP
from tradebook.venues.simulators.binance.rejections import Rejection, illegal, missing

_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_INTEGER = re.compile(r"[0-9]{1,20}")
_FLAGS, _YES = ("true", "false", "TRUE", "FALSE", "True", "False"), ("true", "TRUE", "True")
_CLIENT_ORDER_ID = "^[a-zA-Z0-9-_]{1,36}$"
_is_client_order_id = re.compile(r"[a-zA-Z0-9-_]{1,36}").fullmatch


class Params:
    """Every reading may raise Rejection."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return bool(self._values.get(name))

    def text(self, name: str) -> str:
        """One that must be there."""
        value = self._values.get(name)
        if not value:
            raise missing(name)
        return value

    def word(self, name: str, words: Collection[str], rejection: Rejection) -> str:
        """One of some words."""
        value = self.text(name)
        if value not in words:
            raise rejection
        return value

    def amount(self, name: str) -> Decimal:
        """A positive number that must be there."""
        text = self.text(name)
        if not _NUMBER.fullmatch(text):
            raise illegal(name, "^([0-9]{1,20})(\\.[0-9]{1,20})?$")
        try:
            value = parse_decimal(text, field=name)
        except InvalidInput:
            raise missing(name) from None
        if value % STEP:
            raise Rejection(-1111, f"Parameter '{name}' has too much precision.")
        if value <= ZERO:
            raise missing(name)
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, where there is one."""
        if name not in self:
            return None
        text = self.text(name)
        if not _INTEGER.fullmatch(text):
            raise illegal(name, "^[0-9]{1,20}$")
        return int(text)

    def flag(self, name: str) -> bool:
        """Whether something is wished; not where nothing is said of it."""
        return name in self and self.word(name, _FLAGS, missing(name)) in _YES

    def limit(self, *, default: int, most: int) -> int:
        """How many lines are wanted."""
        return min(self.integer("limit") or default, most)

    def client_order_id(self, name: str) -> str | None:
        """An id that the client has given, where it has."""
        if name not in self:
            return None
        value = self.text(name)
        if not _is_client_order_id(value):
            raise illegal(name, _CLIENT_ORDER_ID)
        return value
