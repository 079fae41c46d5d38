from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.support.web import System, Tokens, asgi_client, principal

from tradebook.kernel.errors import Refused, Unavailable
from tradebook.web.app import create_app
from tradebook.web.idempotency import Idempotency

SECRET = b"s" * 32


class Counter:
    """A route that has an effect each time it runs."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.gate: asyncio.Event | None = None
        self.error: Exception | None = None

    async def __call__(self, request: Request) -> Response:
        self.runs.append(getattr(request.state, "command_id", ""))
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        body = await request.json()
        return JSONResponse(
            {"run": len(self.runs), "token": "sesame", **body}, status_code=201, headers={"x-own": "1"}
        )


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Any]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def start(pool: Any, counter: Counter) -> Callable[[], httpx.AsyncClient]:
    """Starts the edge, as after a restart."""

    def started() -> httpx.AsyncClient:
        tokens = Tokens(a=principal(user="a"), a_again=principal(user="a"), b=principal(user="b"))
        app = create_app(
            System(tokens),
            routers=[],
            hot_routes=[
                Route("/v1/orders", counter.__call__, methods=["POST"]),
                Route("/v1/other", counter.__call__, methods=["POST"]),
            ],
            idempotency=Idempotency(pool=pool, authenticator=tokens, secret=SECRET),
        )
        return asgi_client(app)

    return started


async def post(
    http: httpx.AsyncClient, key: str, body: Any = None, *, token: str | None = "a", path: str = "/v1/orders"
) -> httpx.Response:
    headers = {"idempotency-key": key, **({"authorization": f"Bearer {token}"} if token else {})}
    return await http.post(path, json=body or {}, headers=headers)


async def test_the_whole_answer_is_given_again(
    start: Callable[[], httpx.AsyncClient], counter: Counter
) -> None:
    first, second = await post(start(), "k"), await post(start(), "k", token="a_again")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second.headers["x-own"] == "1"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")
    assert len(counter.runs) == 1


async def test_without_a_key_nothing_is_kept(
    start: Callable[[], httpx.AsyncClient], counter: Counter
) -> None:
    http = start()
    for _ in range(2):
        await http.post("/v1/orders", json={})
    assert counter.runs == ["", ""]


async def test_the_same_key_with_another_request_is_refused(
    start: Callable[[], httpx.AsyncClient], counter: Counter
) -> None:
    http = start()
    await post(http, "k", {"n": 1})
    for again in (await post(http, "k", {"n": 2}), await post(http, "k", {"n": 1}, path="/v1/other")):
        assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")
    assert len(counter.runs) == 1


async def test_callers_do_not_share_keys(start: Callable[[], httpx.AsyncClient], counter: Counter) -> None:
    http = start()
    assert (await post(http, "k", {"n": 1})).status_code == 201
    assert (await post(http, "k", {"n": 2}, token="b")).status_code == 201
    assert (await post(http, "k", {"n": 3}, token=None)).status_code == 201
    assert (await post(http, "k", {"n": 4}, token=None)).status_code == 201
    assert len(set(counter.runs)) == 4


async def test_the_same_request_at_the_same_time_is_a_conflict(
    start: Callable[[], httpx.AsyncClient], counter: Counter
) -> None:
    http = start()
    counter.gate = asyncio.Event()
    first = asyncio.create_task(post(http, "k"))
    while not counter.runs:  # noqa: ASYNC110  # the route has no event to wait for
        await asyncio.sleep(0.002)
    second = await post(http, "k")
    counter.gate.set()
    assert (second.status_code, second.json()["code"]) == (409, "request_in_progress")
    assert (await first).status_code == 201
    assert (await post(http, "k")).headers["idempotent-replayed"] == "true"


async def test_after_a_crash_the_request_runs_again_under_the_same_command_id(
    start: Callable[[], httpx.AsyncClient], counter: Counter, pool: Any
) -> None:
    await post(start(), "k")
    await pool.execute(
        "update web.idempotent_answers set status = null, answer = null, taken_until = now() - interval '1 s'"
    )
    assert (await post(start(), "k")).status_code == 201
    first, second = counter.runs
    assert first == second != ""


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unavailable("journal_unavailable", "Away."), 503), (KeyError("defect"), 500)],
)
async def test_an_answer_that_another_attempt_may_change_is_not_kept(
    start: Callable[[], httpx.AsyncClient], counter: Counter, error: Exception, status: int
) -> None:
    http = start()
    counter.error = error
    assert (await post(http, "k")).status_code == status
    counter.error = None
    assert (await post(http, "k")).status_code == 201


async def test_a_refusal_is_kept(start: Callable[[], httpx.AsyncClient], counter: Counter) -> None:
    http = start()
    counter.error = Refused("price_stale", "Old.")
    first = await post(http, "k")
    counter.error = None
    second = await post(http, "k")
    assert first.status_code == second.status_code == 422
    assert first.json() == second.json()


async def test_what_is_kept_cannot_be_read_from_the_database(
    start: Callable[[], httpx.AsyncClient], pool: Any
) -> None:
    await post(start(), "k")
    row = await pool.fetchrow("select * from web.idempotent_answers")
    assert not any(b"sesame" in value for value in row.values() if isinstance(value, bytes))


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_an_unfit_key_is_refused(
    start: Callable[[], httpx.AsyncClient], counter: Counter, key: str
) -> None:
    answer = await post(start(), key)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert counter.runs == []


async def test_a_key_lives_for_a_day(
    start: Callable[[], httpx.AsyncClient], counter: Counter, pool: Any
) -> None:
    await post(start(), "k", {"n": 1})
    await pool.execute("update web.idempotent_answers set created_at = now() - interval '25 hours'")
    assert (await post(start(), "k", {"n": 2})).status_code == 201
    await pool.execute("update web.idempotent_answers set created_at = now() - interval '25 hours'")
    await Idempotency(pool=pool, authenticator=Tokens(), secret=SECRET).prune()
    assert await pool.fetchval("select count(*) from web.idempotent_answers") == 0


async def test_too_large_a_body_is_refused_with_a_key_too(start: Callable[[], httpx.AsyncClient]) -> None:
    async def parts() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    answer = await start().post("/v1/orders", content=parts(), headers={"idempotency-key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
