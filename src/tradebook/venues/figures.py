"""Numbers of venues: JSON's strings may spell what is none (``NaN``, ``Infinity``)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from tradebook.kernel.money import parse_decimal

_SHORT = 19
"""In so few signs, none of which is a large exponent, there is no number that is too long to be booked."""


def number(text: str, *, field: str) -> Decimal:
    """A number of a busy feed. Raises InvalidInput that names ``field`` where it is none we can book.

    As ``parse_decimal``, which tells what is wrong, and for what is short at two thirds of the price.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return parse_decimal(text, field=field)
    is_bookable = value.is_finite() and abs(value.adjusted()) < len(text) <= _SHORT
    return value if is_bookable and "_" not in text and " " not in text else parse_decimal(text, field=field)


def require_finite(read: msgspec.Struct) -> None:
    """Raises ValueError for a decimal field that is no finite number.

    As ``__post_init__`` of a structure: msgspec tells a ValueError of a hook as one of its own, with the path
    to the field.
    """
    for name in read.__struct_fields__:
        value = getattr(read, name)
        if type(value) is Decimal and not value.is_finite():
            raise ValueError(f"{name} is not a finite number")
