"""All events and all views there are."""

from __future__ import annotations

from collections.abc import Iterable

from tradebook.identity import events as identity
from tradebook.identity.venue_credentials import events as venue_credentials
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.projections import Projection
from tradebook.kernel.messages import Event
from tradebook.trading import events as trading
from tradebook.trading.views import PROJECTIONS as TRADING_PROJECTIONS

SCHEMAS = (*identity.SCHEMAS, *venue_credentials.SCHEMAS, *trading.SCHEMAS)
_NAMES = {schema.kind: schema.name for schema in SCHEMAS}


def catalogue() -> EventCatalogue:
    """Every event kind of every room."""
    return EventCatalogue(SCHEMAS)


def event_names(kinds: Iterable[type[Event]]) -> list[str]:
    """The names under which events of these kinds are stored."""
    return [_NAMES[kind] for kind in kinds]


def projections() -> list[Projection]:
    """A fresh instance of every view."""
    return [projection() for projection in TRADING_PROJECTIONS]
