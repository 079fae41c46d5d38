"""Routes of venues: where orders can go, and how each place is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.api.paging import PageQuery, page_request
from tradebook.trading.ports import (
    AccountStage,
    ConnectedAccount,
    Venue,
    VenueConnection,
    VenueHealth,
    VenueState,
)
from tradebook.trading.views.pages import Page, part_of


class VenueDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A place where orders go, and what it holds itself, of pairs or of contracts."""

    venue: str
    rests: list[str]
    times_in_force: list[str]
    post_only: bool
    reduce_only: bool
    replace: bool
    connectable: bool
    """Whether accounts there can be connected with a credential of the venue."""


class VenueAccountDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How a connected account is at its venue."""

    account_id: str
    stage: AccountStage
    problem: str
    """What keeps it from trading, as far as is known; else empty."""
    switch_problem: str
    """Why its dead man's switch, which is on, could not be put off: orders may be cancelled; else empty."""


class VenueConnectionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A connection over which the venue's prices come."""

    name: str
    is_open: bool
    since: datetime
    """When it became so."""
    streams: int
    losses: int
    """How often it broke since the server started."""
    last_problem: str
    """Why it broke or did not come about, the last time; empty when it never did."""


class VenueHealthDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How a venue is, and why."""

    venue: str
    state: VenueState
    detail: str
    accounts: list[VenueAccountDocument]
    """Those with a credential, as far as they are the caller's to see."""
    connections: list[VenueConnectionDocument]


async def list_venues(call: Call) -> object:
    """Where orders can go, and what each place holds itself."""
    connectable = call.system.venue_credentials.connectable
    venues = sorted((_venue(each, connectable) for each in call.system.venues), key=_name)
    return part_of(venues, _name, page_request(call.query))


async def list_venue_health(call: Call) -> object:
    """How each venue is: ok, degraded (it takes orders) or failed (it takes none).

    A venue that only gives prices is here too.
    """
    visible = frozenset(call.system.accounts.visible_to(call.principal))
    told = {each.name: each.health() for each in call.system.venues}
    prices = call.system.price_health()
    venues = [
        _health(venue, [each[venue] for each in (told, prices) if venue in each], visible)
        for venue in sorted({*told, *prices})
    ]
    return part_of(venues, _name, page_request(call.query))


def _name(document: VenueDocument | VenueHealthDocument) -> str:
    return document.venue


def _venue(venue: Venue, connectable: Collection[str]) -> VenueDocument:
    capabilities = venue.capabilities
    of_contracts = capabilities.of_contracts or capabilities
    return VenueDocument(
        venue=venue.name,
        rests=sorted(capabilities.rests | of_contracts.rests),
        times_in_force=sorted(capabilities.times_in_force),
        post_only=capabilities.post_only,
        reduce_only=capabilities.reduce_only or of_contracts.reduce_only,
        replace=capabilities.replace,
        connectable=venue.name in connectable,
    )


_BY_WEIGHT = (VenueState.FAILED, VenueState.DEGRADED, VenueState.OK)


def _health(venue: str, sides: list[VenueHealth], visible: Collection[AccountId]) -> VenueHealthDocument:
    """Its orders and its prices as one: in the worse state."""
    return VenueHealthDocument(
        venue=venue,
        state=min((each.state for each in sides), key=_BY_WEIGHT.index),
        detail="; ".join(each.detail for each in sides if each.detail),
        accounts=[_account(each) for side in sides for each in side.accounts if each.account_id in visible],
        connections=[_connection(each) for side in sides for each in side.connections],
    )


def _account(account: ConnectedAccount) -> VenueAccountDocument:
    return VenueAccountDocument(
        account_id=account.account_id,
        stage=account.stage,
        problem=account.problem,
        switch_problem=account.switch_problem,
    )


def _connection(connection: VenueConnection) -> VenueConnectionDocument:
    return VenueConnectionDocument(**msgspec.structs.asdict(connection))


ENDPOINTS = (
    Endpoint("GET", "/v1/venues", Scope.READ, list_venues, Page[VenueDocument], query=PageQuery),
    Endpoint(
        "GET", "/v1/venues/health", Scope.READ, list_venue_health, Page[VenueHealthDocument], query=PageQuery
    ),
)
