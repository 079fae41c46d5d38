"""Routes of venues: where orders can go, and how each place is."""

from __future__ import annotations

import msgspec

from tradebook.identity.principal import Scope
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.api.paging import PageQuery, page_request
from tradebook.trading.ports import Venue, VenueState
from tradebook.trading.views.pages import Page, part_of


class VenueDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A place where orders go, and what it holds itself."""

    venue: str
    rests: list[str]
    times_in_force: list[str]
    post_only: bool
    reduce_only: bool
    replace: bool


class VenueHealthDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How a venue is, and why."""

    venue: str
    state: VenueState
    detail: str


async def list_venues(call: Call) -> object:
    """Where orders can go, and what each place holds itself."""
    venues = sorted(map(_venue, call.system.venues), key=_name)
    return part_of(venues, _name, page_request(call.query))


async def list_venue_health(call: Call) -> object:
    """How each venue is: ok, degraded (it takes orders) or failed (it takes none)."""
    venues = sorted(map(_health, call.system.venues), key=_name)
    return part_of(venues, _name, page_request(call.query))


def _name(document: VenueDocument | VenueHealthDocument) -> str:
    return document.venue


def _venue(venue: Venue) -> VenueDocument:
    capabilities = venue.capabilities
    return VenueDocument(
        venue=venue.name,
        rests=sorted(capabilities.rests),
        times_in_force=sorted(capabilities.times_in_force),
        post_only=capabilities.post_only,
        reduce_only=capabilities.reduce_only,
        replace=capabilities.replace,
    )


def _health(venue: Venue) -> VenueHealthDocument:
    health = venue.health()
    return VenueHealthDocument(venue=venue.name, state=health.state, detail=health.detail)


ENDPOINTS = (
    Endpoint("GET", "/v1/venues", Scope.READ, list_venues, Page[VenueDocument], query=PageQuery),
    Endpoint(
        "GET", "/v1/venues/health", Scope.READ, list_venue_health, Page[VenueHealthDocument], query=PageQuery
    ),
)
