"""What the routes of the server itself give."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    DEGRADED = "degraded"
    """Something is worse than it should be; trading goes on."""
    FAILED = "failed"
    """Orders cannot be taken."""


class MarketKind(StrEnum):
    """Where prices come from."""

    NONE = "none"
    SIMULATED = "simulated"
    REPLAY = "replay"
    LIVE = "live"


class FirstRun(BaseModel):
    """What somebody who is not signed in has to know of a book."""

    has_owner: bool
    """Without one, the one-time link that the server printed makes somebody the owner."""
    is_demo: bool
    """A book to look around in, with data of its own."""
    market: MarketKind


class ProjectionState(StrEnum):
    """How a view is."""

    OK = "ok"
    BEHIND = "behind"
    """It works through what it has not seen."""
    PARKED = "parked"
    """It failed repeatedly and shows what it knew then; a rebuild puts it in order."""


class ProjectionHealth(BaseModel):
    """A view and how far it has come."""

    name: str
    version: int
    position: str
    """Journal position up to which it shows everything."""
    lag: int
    """Events that it still has to work through; no more than 10,000 are counted."""
    state: ProjectionState
    problem: str
    """What went wrong, where it is parked."""
    is_rebuilding: bool


class PartHealth(BaseModel):
    """How a part is, as `/health/ready` has it."""

    name: str
    state: State
    detail: str


class Versions(BaseModel):
    """Of what the server runs on; null where a part is away."""

    python: str
    postgres: str | None
    redis: str | None


class SystemReport(BaseModel):
    """The server: what it is, and for administrators how it is inside."""

    version: str
    started_at: datetime
    market: MarketKind
    is_demo: bool
    journal_position: str
    state: State
    """Of its worst part."""
    parts: list[PartHealth]
    versions: Versions | None
    """For administrators."""
    projections: list[ProjectionHealth] | None
    """For administrators."""


class RebuildAccepted(BaseModel):
    """The view will be emptied and replayed while everything else runs."""

    projection: str
