"""What an explanation is made of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.money import plain
from tradebook.trading.views.fills import FillDocument
from tradebook.trading.views.ledger import PostingDocument


class InputDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the formula speaks of."""

    name: str
    value: str | None
    """Null for a price that is not known."""
    unit: str
    source: str | None = None
    """Of a price: the instrument it was taken from."""
    at: datetime | None = None
    """Of a price: when it was made, by the market's time."""
    position: str | None = None
    """Of a figure that an event set: where that stands."""
    of: str | None = None
    """Where the input has an explanation of its own: the figure's name."""


class SourceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An event behind the figure; the journal has it at this position."""

    position: str
    type: str
    recorded_at: datetime


class ExplanationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with everything behind it; events, postings and fills in pages, the newest first."""

    of: str
    value: str | None
    unit: str
    formula: str
    journal_position: str
    """Of the newest event that the figure rests on; 0 for none."""
    inputs: list[InputDocument]
    events: list[SourceDocument]
    postings: list[PostingDocument]
    """Of those events, as far as they concern the figure."""
    fills: list[FillDocument]
    """Of those events, where the figure is made of fills."""
    next_cursor: str | None


def figure(
    name: str, value: Decimal, unit: str = "", *, position: str | None = None, of: str | None = None
) -> InputDocument:
    """An input that is a number."""
    return InputDocument(name=name, value=plain(value), unit=unit, position=position, of=of)
