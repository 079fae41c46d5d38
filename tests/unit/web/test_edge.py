from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.support.web import System, Tokens, asgi_client, principal

from tradebook.identity.principal import Role
from tradebook.kernel.errors import Refused
from tradebook.web import edge, static
from tradebook.web.app import create_app
from tradebook.web.edge import Edge

router = APIRouter()


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    size: int = 1


@router.post("/v1/things")
async def make(body: Body) -> dict[str, Any]:
    return {"name": body.name}


@router.get("/v1/things/{thing}")
async def find(thing: str, n: int = Query(1, le=10)) -> dict[str, Any]:
    return {"thing": thing, "n": n, "filler": "x" * 5000}


@router.get("/v1/slow")
async def slow() -> None:
    await asyncio.sleep(5)


@router.post("/v1/slow")
async def slow_change() -> None:
    await asyncio.sleep(5)


@router.get("/v1/away")
async def away() -> None:
    raise ConnectionRefusedError("postgres at /secret/socket")


@router.get("/v1/broken")
async def broken() -> None:
    raise KeyError("secret")


async def place(request: Request) -> Response:
    assert request.app.state.system is not None
    body = await request.json()
    if body.get("refuse"):
        raise Refused("price_stale", "Old.", {"age_s": "31"})
    if body.get("break"):
        raise KeyError("secret")
    return JSONResponse({"correlation_id": request.state.correlation_id}, status_code=201)


async def slow_list(_: Request) -> Response:
    await asyncio.sleep(5)
    return Response()


HOT = [Route("/v1/orders", place, methods=["POST"]), Route("/v1/orders", slow_list, methods=["GET"])]


@pytest.fixture
def app() -> Edge:
    tokens = Tokens(owner=principal(), viewer=principal(Role.VIEWER))
    return create_app(System(tokens), routers=[router], hot_routes=HOT)


@pytest.fixture
async def http(app: Edge) -> httpx.AsyncClient:
    return asgi_client(app)


async def test_a_hot_route_answers_with_the_caller_s_request_id(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/orders", json={}, headers={"x-request-id": "mine-1"})
    assert answer.status_code == 201
    assert answer.json() == {"correlation_id": "mine-1"}
    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("unfit", ["", "a b", "x" * 129, "evil\tline"])
async def test_an_unfit_request_id_is_replaced(http: httpx.AsyncClient, unfit: str) -> None:
    answer = await http.post("/v1/orders", json={}, headers={"x-request-id": unfit})
    assert len(answer.headers["x-request-id"]) == 36


async def test_a_refusal_on_a_hot_route_is_a_problem(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/orders", json={"refuse": True})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["age_s"]) == ("price_stale", "31")


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/orders"), ("GET", "/v1/broken")])
async def test_a_defect_is_told_without_details(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path, json={"break": True}, headers={"x-request-id": "r7"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["correlation_id"] == "r7"


async def test_a_part_that_is_away_is_a_503_without_details(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/away")
    assert (answer.status_code, answer.json()["code"]) == (503, "part_unavailable")
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/things"])
async def test_a_body_that_is_too_large_is_refused(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.post(path, content=b"x" * (edge.BODY_BYTES_MAX + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/things"])
async def test_a_body_without_a_length_is_bounded_too(http: httpx.AsyncClient, path: str) -> None:
    async def parts() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    answer = await http.post(path, content=parts(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_missing_field_is_named_with_its_remedy(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/things", json={"size": "big", "colour": "red"})
    assert answer.status_code == 422
    found = {error["field"]: error["remedy"] for error in answer.json()["errors"]}
    assert found["name"] == "add it"
    assert found["colour"] == "remove it"
    assert "size" in found


async def test_broken_json_is_malformed(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/things", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


async def test_a_bad_query_is_named(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/things/a?n=11")
    assert (answer.status_code, answer.json()["field"]) == (422, "n")


async def test_unknown_paths_and_methods_are_problems(http: httpx.AsyncClient) -> None:
    unknown = await http.get("/v1/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    method = await http.delete("/v1/things")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert method.headers["allow"] == "POST"


async def test_a_deadline_ends_a_read_and_leaves_a_change_unknown(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "REQUEST_S_MAX", 0.02)
    changed = await http.post("/v1/slow")
    for path in ("/v1/slow", "/v1/orders"):
        read = await http.get(path)
        assert (read.status_code, read.json()["title"]) == (503, "Temporarily unavailable")
    assert (changed.status_code, changed.json()["title"]) == (503, "Outcome unknown")


async def test_long_answers_are_compressed(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/things/a", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["thing"] == "a"


async def test_pages_load_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    answer = await http.get("/docs")
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["font-src"] == "'self'"
    allowed = {source for sources in policy.values() for source in sources.split()}
    assert allowed == {"'none'", "'self'", "'unsafe-inline'", "data:"}  # no other host, no eval
    assert [name for name, sources in policy.items() if "'unsafe-inline'" in sources] == ["style-src"]
    assert answer.headers["x-frame-options"] == "DENY"


async def test_metrics_are_for_this_machine_and_for_admins(app: Edge) -> None:
    async with asgi_client(app) as local:
        await local.get("/v1/things/abc")
        text = (await local.get("/metrics")).text
    assert 'route="/v1/things/{thing}"' in text
    assert "abc" not in text
    remote = httpx.ASGITransport(app=app, client=("10.0.0.9", 1))
    async with httpx.AsyncClient(transport=remote, base_url="http://test") as other:
        assert (await other.get("/metrics")).status_code == 401
        as_viewer = await other.get("/metrics", headers={"authorization": "Bearer viewer"})
        as_owner = await other.get("/metrics", headers={"authorization": "Bearer owner"})
    assert (as_viewer.status_code, as_owner.status_code) == (403, 200)


async def test_without_a_built_page_a_text_says_how_to_build_it(
    http: httpx.AsyncClient, tmp_path: Path
) -> None:
    async with asgi_client(_page(tmp_path)) as client:
        answer = await client.get("/")
    assert "make ui" in answer.text


def _page(directory: Path) -> Edge:
    app = create_app(System(Tokens()), routers=[])
    app.app.router.routes[-1] = static.page_route(directory)
    return app


async def test_the_page_is_served_for_its_own_addresses(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>page</p>")
    (tmp_path / "assets" / "main-abc.js").write_text("1")
    (tmp_path.parent / "outside.txt").write_text("secret")
    async with asgi_client(_page(tmp_path)) as client:
        page, script = await client.get("/orders/7"), await client.get("/assets/main-abc.js")
        gone, outside = await client.get("/assets/old.js"), await client.get("/..%2foutside.txt")
        api = await client.get("/v1/typo")
    assert (page.text, page.headers["cache-control"]) == ("<p>page</p>", "no-cache")
    assert "immutable" in script.headers["cache-control"]
    assert gone.status_code == api.status_code == 404
    assert "secret" not in outside.text


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"as br"),
        ("gzip", "gzip", b"as gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", b"as gzip"),
        ("identity", None, b"plain"),
    ],
)
async def test_assets_were_compressed_when_they_were_built(
    tmp_path: Path, accepted: str, encoding: str | None, body: bytes
) -> None:
    (tmp_path / "assets").mkdir()
    for suffix, content in (("", b"plain"), (".br", b"as br"), (".gz", b"as gzip")):
        (tmp_path / "assets" / f"main-abc.js{suffix}").write_bytes(content)
    async with (
        asgi_client(_page(tmp_path), **{"accept-encoding": accepted}) as client,
        client.stream("GET", "/assets/main-abc.js") as answer,
    ):
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert (answer.headers.get("content-encoding"), raw) == (encoding, body)
    assert answer.headers["content-type"].partition(";")[0] == "text/javascript"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]
