"""Numbers of venues: JSON's strings may spell what is none (``NaN``, ``Infinity``)."""

from __future__ import annotations

from decimal import Decimal

import msgspec


def require_finite(read: msgspec.Struct) -> None:
    """Raises ValueError for a decimal field that is no finite number.

    As ``__post_init__`` of a structure: msgspec tells a ValueError of a hook as one of its own, with the path
    to the field.
    """
    for name in read.__struct_fields__:
        value = getattr(read, name)
        if type(value) is Decimal and not value.is_finite():
            raise ValueError(f"{name} is not a finite number")
