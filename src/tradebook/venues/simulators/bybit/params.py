"""The parameters of a request as Bybit reads them: of a query or of a JSON body, texts all of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import ZERO, parse_decimal
from tradebook.venues.simulators.bybit.rejections import Rejection, strange

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
            raise strange(name)
        return value

    def text_or(self, name: str, otherwise: str) -> str:
        """One that may be left out."""
        return self._values.get(name) or otherwise

    def word(self, name: str, words: Collection[str], *, otherwise: str = "", no: int = 10001) -> str:
        """One of some words; ``otherwise`` where it may be left out, ``no`` where it is none of them."""
        value = self._values.get(name) or otherwise
        if value not in words:
            raise Rejection(no, f"Invalid {name}.")
        return value

    def amount(self, name: str) -> Decimal | None:
        """A positive number where there is one; Bybit takes 0 and nothing for none."""
        try:
            value = parse_decimal(self._values.get(name) or "0", field=name)
        except InvalidInput:
            raise strange(name) from None
        if value < ZERO:
            raise strange(name)
        return value or None

    def integer(self, name: str, *, otherwise: int) -> int:
        """A whole number."""
        text = self._values.get(name) or str(otherwise)
        if not text.isdigit():
            raise strange(name)
        return int(text)

    def flag(self, name: str) -> bool:
        """Yes or no; no where it is left out."""
        return self.word(name, ("true", "True", "false", "False"), otherwise="false").lower() == "true"

    def client_order_id(self) -> str | None:
        """An id that the client has given, where it has."""
        value = self._values.get("orderLinkId") or None
        if value is not None and not _is_client_order_id(value):
            raise strange("orderLinkId")
        return value
