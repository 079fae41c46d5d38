from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.web import System, Tokens, asgi_client

from tradebook.trading.ports import VenueHealth, VenueState
from tradebook.trading.views.progress import Standing
from tradebook.web import health
from tradebook.web.app import create_app
from tradebook.web.health import Check, feed_check, projections_check, redis_check, venue_check


async def ready(checks: Mapping[str, Check]) -> tuple[int, dict[str, Any]]:
    app = create_app(System(Tokens()), routers=[], checks=checks)
    async with asgi_client(app) as client:
        answer = await client.get("/health/ready")
        assert (await client.get("/health/live")).json() == {"state": "ok"}
    return answer.status_code, answer.json()


def views(*, lag: int = 0, is_parked: bool = False) -> Check:
    async def standings() -> list[Standing]:
        return [Standing("trading.orders", lag, is_parked=False), Standing("trading.fills", 0, is_parked)]

    return projections_check(standings)


async def test_it_is_ready_when_every_part_is() -> None:
    well = VenueHealth(state=VenueState.OK)
    checks = {"projections": views(), "feed": feed_check(lambda: None), "paper": venue_check(lambda: well)}
    status, body = await ready(checks)
    assert (status, body["state"]) == (200, "ok")


async def test_a_market_that_says_nothing_yet_is_told_from_none() -> None:
    checks = {"live": feed_check(lambda: None), "none": feed_check(lambda: None, runs=False)}
    _, body = await ready(checks)
    details = {name: part["detail"] for name, part in body["parts"].items()}
    assert details == {"live": "nothing heard yet", "none": "no market source runs"}


async def test_it_stays_ready_while_something_is_only_worse() -> None:
    class Away:
        async def ping(self) -> None:
            raise ConnectionRefusedError

    checks = {
        "redis": redis_check(Away()),
        "projections": views(lag=health.LAG_EVENTS_MAX + 1),
        "feed": feed_check(lambda: 31.0),
        "paper": venue_check(lambda: VenueHealth(state=VenueState.DEGRADED, detail="slow")),
    }
    status, body = await ready(checks)
    assert (status, body["state"]) == (200, "degraded")
    assert all(part["state"] == "degraded" and part["detail"] for part in body["parts"].values())


async def test_a_part_that_is_dead_does_not_look_healthy() -> None:
    shut = VenueHealth(state=VenueState.FAILED, detail="it does not run")
    checks = {
        "projections": views(is_parked=True),
        "feed": feed_check(lambda: 0.1, lambda: "the source can be read no further"),
        "paper": venue_check(lambda: shut),
    }
    status, body = await ready(checks)
    assert (status, body["state"]) == (200, "degraded")
    assert {name: part["detail"] for name, part in body["parts"].items()} == {
        "projections": "0 events behind; out of order: trading.fills",
        "feed": "the source can be read no further",
        "paper": "takes no orders: it does not run",
    }


async def test_it_is_not_ready_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_S_MAX", 0.01)

    class Gone:
        async def fetchval(self, *_: object, **__: object) -> None:
            raise OSError("at /secret/socket")

    class Hanging:
        async def fetchval(self, *_: object, **__: object) -> None:
            await asyncio.sleep(5)

    for pool in (Gone(), Hanging()):
        status, body = await ready({"database": health.database_check(pool)})
        assert (status, body["parts"]["database"]["state"]) == (503, "failed")
        assert "secret" not in body["parts"]["database"]["detail"]


async def test_metrics_are_answered_whatever_cannot_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_S_MAX", 0.01)

    async def failing() -> None:
        raise OSError("the database is away")

    async def hanging() -> None:
        await asyncio.sleep(5)

    for measure in (failing, hanging):
        app = create_app(System(Tokens()), routers=[], measure=measure)
        async with asgi_client(app) as client:
            answer = await client.get("/metrics")
        assert answer.status_code == 200
        assert "tradebook_http_request_seconds" in answer.text
