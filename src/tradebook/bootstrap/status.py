"""What the server says of itself: versions, parts, views, and whether anybody owns it yet."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Mapping, Sequence

import redis.exceptions
import structlog

import tradebook
from tradebook.bootstrap.catalogue import event_names, projections
from tradebook.bootstrap.foundation import Foundation
from tradebook.identity.owner_setup import OwnerSetup
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.journal.consumers import ConsumerState, Standing, standing
from tradebook.journal.projections import Projection
from tradebook.journal.rebuilds import Rebuilds
from tradebook.kernel.errors import NotFound
from tradebook.web.health import Check, examine
from tradebook.web.system_schemas import (
    FirstRun,
    MarketKind,
    PartHealth,
    ProjectionHealth,
    ProjectionState,
    SystemReport,
    Versions,
)

BEHIND_FROM_EVENTS = 100
"""A view that works through fewer is up to date but for what is under way."""

log = structlog.get_logger("tradebook")


class Status:
    """Implements ``web.ports.ServerStatus``."""

    def __init__(self, base: Foundation, owner_setup: OwnerSetup, checks: Mapping[str, Check]) -> None:
        self._base = base
        self._owner_setup = owner_setup
        self._checks = checks
        self._started_at = base.clock.now()
        self._views: Sequence[Projection] = projections()
        self._rebuilds = Rebuilds(base.pool)

    def first_run(self) -> FirstRun:
        """What to show somebody who is not signed in."""
        return FirstRun(
            has_owner=self._owner_setup.has_owner(),
            is_demo=self._base.settings.demo,
            market=_market_kind(self._base.settings.market),
        )

    async def report(self, *, is_whole: bool) -> SystemReport:
        """What the server is and how it is; whole for administrators."""
        settings = self._base.settings
        found = await examine(self._checks)
        return SystemReport(
            version=tradebook.__version__,
            started_at=self._started_at,
            market=_market_kind(settings.market),
            is_demo=settings.demo,
            journal_position=str(self._base.journal.known_position),
            state=found.state,
            parts=[
                PartHealth(name=name, state=part.state, detail=part.detail)
                for name, part in found.parts.items()
            ],
            versions=await self._versions() if is_whole else None,
            projections=await self._projections() if is_whole else None,
        )

    async def rebuild(self, name: str, *, actor: str) -> None:
        """Ask the projector to rebuild a view. Raises NotFound, or Conflict while that is under way."""
        if name not in {view.name for view in self._views}:
            raise NotFound("view", name)
        await self._rebuilds.request(name, actor=actor)
        log.info("view_rebuild_requested", view=name, actor=actor)

    async def _projections(self) -> list[ProjectionHealth]:
        rebuilding = {request.name for request in await self._rebuilds.open()}
        found = await asyncio.gather(
            *(standing(self._base.pool, view.name, event_names(view.handles)) for view in self._views)
        )
        return [
            _health(view, where, is_rebuilding=view.name in rebuilding)
            for view, where in zip(self._views, found, strict=True)
        ]

    async def _versions(self) -> Versions:
        postgres, cache = await asyncio.gather(self._postgres_version(), self._redis_version())
        return Versions(python=platform.python_version(), postgres=postgres, redis=cache)

    async def _postgres_version(self) -> str | None:
        try:
            version: str = await self._base.pool.fetchval("show server_version")
        except DATABASE_ERRORS:
            return None
        return version.partition(" ")[0]

    async def _redis_version(self) -> str | None:
        try:
            about = await self._base.redis.info("server")
        except (redis.exceptions.RedisError, OSError):
            return None
        return str(about["redis_version"])


def _health(view: Projection, where: Standing, *, is_rebuilding: bool) -> ProjectionHealth:
    state = ProjectionState.OK
    if where.state is ConsumerState.PARKED:
        state = ProjectionState.PARKED
    elif is_rebuilding or where.lag >= BEHIND_FROM_EVENTS:
        state = ProjectionState.BEHIND
    return ProjectionHealth(
        name=view.name,
        version=view.version,
        position=str(where.position),
        lag=where.lag,
        state=state,
        problem=where.error,
        is_rebuilding=is_rebuilding,
    )


def _market_kind(setting: str) -> MarketKind:
    """Where a tape lies is nobody's business."""
    return MarketKind(setting.partition(":")[0])
