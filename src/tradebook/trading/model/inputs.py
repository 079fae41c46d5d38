"""Figures that other figures are computed from, as they are shown beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

FRACTION = "fraction"
"""The unit of what is measured against an earlier equity or a price seen."""


class Input(NamedTuple):
    """A figure that another one is computed from."""

    name: str
    value: Decimal | None
    unit: str
    """As of Usage, or another asset."""
