"""All events and all views there are."""

from __future__ import annotations

from tradebook.identity import events as identity
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.projections import Projection
from tradebook.trading import events as trading
from tradebook.trading.views import PROJECTIONS as TRADING_PROJECTIONS


def catalogue() -> EventCatalogue:
    """Every event kind of every room."""
    return EventCatalogue((*identity.SCHEMAS, *trading.SCHEMAS))


def projections() -> list[Projection]:
    """A fresh instance of every view."""
    return [projection() for projection in TRADING_PROJECTIONS]
