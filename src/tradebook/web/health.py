"""Is it alive, is it ready, and what does it count: ``/health/live``, ``/health/ready``, ``/metrics``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

import msgspec
import prometheus_client
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tradebook.identity.principal import Scope
from tradebook.kernel.errors import Unauthenticated
from tradebook.kernel.messages import Value
from tradebook.trading.ports import VenueHealth, VenueState
from tradebook.trading.views.progress import Standing
from tradebook.web.metrics import TASKS
from tradebook.web.ports import Authenticator
from tradebook.web.system_schemas import State

CHECK_S_MAX = 2.0
LAG_EVENTS_MAX = 10_000
"""Views further behind the journal than this are called degraded."""
FEED_AGE_S_MAX = 30.0


class Finding(Value, frozen=True, kw_only=True):
    """What a check found out about a part."""

    state: State
    detail: str = ""


class Report(Value, frozen=True, kw_only=True):
    """How the whole is: as its worst part."""

    state: State
    parts: dict[str, Finding]


Check = Callable[[], Awaitable[Finding]]
Measure = Callable[[], Awaitable[None]]
"""Brings up to date what is only measured when somebody asks."""

log = structlog.get_logger("tradebook.web")


def database_check(pool: Any) -> Check:
    """PostgreSQL answers; nothing works without it."""

    async def check() -> Finding:
        await pool.fetchval("select 1", timeout=CHECK_S_MAX)
        return Finding(state=State.OK)

    return check


def redis_check(redis: Any) -> Check:
    """Redis answers; without it pushes and shared limits are worse, and trading goes on."""

    async def check() -> Finding:
        try:
            await redis.ping()
        except Exception as error:  # noqa: BLE001  # whatever it is, Redis is of no use now
            return Finding(state=State.DEGRADED, detail=f"Redis does not answer ({type(error).__name__})")
        return Finding(state=State.OK)

    return check


def projections_check(standings: Callable[[], Awaitable[Sequence[Standing]]]) -> Check:
    """How many events the slowest view is behind the journal, and which views are out of order."""

    async def check() -> Finding:
        views = await standings()
        parked = sorted(view.name for view in views if view.is_parked)
        lag = max((view.lag for view in views), default=0)
        state = State.DEGRADED if parked or lag > LAG_EVENTS_MAX else State.OK
        out_of_order = f"; out of order: {', '.join(parked)}" if parked else ""
        return Finding(state=state, detail=f"{lag} events behind{out_of_order}")

    return check


def venue_check(health: Callable[[], VenueHealth]) -> Check:
    """How a venue is. One that takes no orders makes the server no worse than degraded: orders are journaled
    and wait for it.
    """

    async def check() -> Finding:
        venue = health()
        state = State.OK if venue.state is VenueState.OK else State.DEGRADED
        shut = "takes no orders: " if venue.state is VenueState.FAILED else ""
        return Finding(state=state, detail=shut + venue.detail)

    return check


def feed_check(
    age_s: Callable[[], float | None], problem: Callable[[], str] = str, *, runs: bool = True
) -> Check:
    """Seconds since the market last moved, None while nothing was heard; or what is wrong with it."""

    async def check() -> Finding:
        if wrong := problem():
            return Finding(state=State.DEGRADED, detail=wrong)
        age = age_s()
        if age is None:
            return Finding(state=State.OK, detail="nothing heard yet" if runs else "no market source runs")
        state = State.OK if age <= FEED_AGE_S_MAX else State.DEGRADED
        return Finding(state=state, detail=f"last event {age:.1f} s ago")

    return check


async def examine(checks: Mapping[str, Check]) -> Report:
    """Ask every part at once; one that does not answer in time has failed."""
    findings = dict(zip(checks, await asyncio.gather(*map(_run, checks.values())), strict=True))
    states = {finding.state for finding in findings.values()}
    worst = next((state for state in (State.FAILED, State.DEGRADED) if state in states), State.OK)
    return Report(state=worst, parts=findings)


def health_routes(
    checks: Mapping[str, Check], authenticator: Authenticator, measure: Measure | None = None
) -> list[Route]:
    """The routes beside the API that operators and their machines ask."""

    async def live(_: Request) -> Response:
        return _json({"state": State.OK})

    async def ready(_: Request) -> Response:
        report = await examine(checks)
        return _json(report, status=503 if report.state is State.FAILED else 200)

    async def metrics(request: Request) -> Response:
        await _require_operator(request, authenticator)
        TASKS.set(len(asyncio.all_tasks()))
        if measure is not None:
            await _measure(measure)
        return Response(
            prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_PLAIN_0_0_4
        )

    return [
        Route("/health/live", live, include_in_schema=False),
        Route("/health/ready", ready, include_in_schema=False),
        Route("/metrics", metrics, include_in_schema=False),
    ]


async def _run(check: Check) -> Finding:
    try:
        async with asyncio.timeout(CHECK_S_MAX):
            return await check()
    except TimeoutError:
        return Finding(state=State.FAILED, detail=f"no answer within {CHECK_S_MAX:g} s")
    except Exception as error:  # noqa: BLE001  # a check that fails has found something
        return Finding(state=State.FAILED, detail=f"{type(error).__name__}")


async def _measure(measure: Measure) -> None:
    """Whoever looks at a server in trouble gets what there is."""
    try:
        async with asyncio.timeout(CHECK_S_MAX):
            await measure()
    except Exception as error:  # noqa: BLE001  # whatever is away
        log.warning("metrics_incomplete", reason=type(error).__name__)


async def _require_operator(request: Request, authenticator: Authenticator) -> None:
    """From this machine, or with the scope ``admin``."""
    if request.client is not None and ip_address(request.client.host).is_loopback:
        return
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("unauthenticated", "From another machine this needs a token.")
    (await authenticator.authenticate(token)).require(Scope.ADMIN)


def _json(document: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(document), status_code=status, media_type="application/json")
