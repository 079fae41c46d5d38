"""Numbers and times as Binance writes them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

STEP = Decimal("0.00000001")
"""The smallest part of anything that Binance counts."""


def digits(value: Decimal) -> str:
    """Always eight of them after the point."""
    return format(value.quantize(STEP), "f")


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return round(at.timestamp() * 1000)
