"""The journal over HTTP."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
import pytest
from tests.support.journal_events import CATALOGUE, CoinsOrdered, CoinsRemoved, append_of, coins
from tests.support.scripts import run_script

from tradebook.audit.api import ROUTERS
from tradebook.identity.guard import caller
from tradebook.identity.principal import Scope
from tradebook.journal.checkpointer import Checkpointer
from tradebook.journal.checkpoints import CheckpointFile
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Append, Metadata
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import new_id
from tradebook.web.app import api

VERIFY_PROOF = Path(__file__).parents[3] / "docs/reference/verify_proof.py"


class Client:
    """An auditor's client of a server with a journal of its own."""

    def __init__(self, http: httpx.AsyncClient, journal: PostgresJournal, checkpointer: Checkpointer) -> None:
        self.http, self.journal, self.checkpointer = http, journal, checkpointer

    async def get(self, path: str, *, status: int = 200, **params: Any) -> Any:
        answer = await self.http.get(path, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def positions(self, **params: Any) -> list[int]:
        """Positions of all matches, page by page."""
        page = await self.get("/v1/journal", **params)
        found = [int(item["position"]) for item in page["items"]]
        while page["next_cursor"]:
            page = await self.get("/v1/journal", **{**params, "cursor": page["next_cursor"]})
            found += [int(item["position"]) for item in page["items"]]
        return found


@pytest.fixture
async def client(database_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        key = SigningKey.load_or_create(tmp_path / "key.pem")
        file = CheckpointFile(tmp_path / "checkpoints.jsonl")
        checkpointer = Checkpointer(pool, journal, SystemClock(), key, file)
        app = api(ROUTERS)
        app.state.system = SimpleNamespace(pool=pool, journal=journal, checkpointer=checkpointer)
        app.dependency_overrides[caller(Scope.AUDIT)] = lambda: None
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield Client(http, journal, checkpointer)


async def test_events_are_listed_and_shown(client: Client) -> None:
    await client.journal.append(append_of("a", 1, 2))
    page = await client.get("/v1/journal")
    assert [item["position"] for item in page["items"]] == ["1", "2"]
    assert page["next_cursor"] is None
    event = await client.get("/v1/journal/2")
    assert event == page["items"][1]
    assert event["data"] == {"amount": "2", "purse": "a"}
    assert (event["stream"], event["version"], event["type"]) == ("a", "2", "purse.CoinsAdded")


async def test_events_are_found_by_stream_type_actor_and_correlation(client: Client) -> None:
    await client.journal.append(append_of("a", 1, 2))
    await client.journal.append(append_of("b", 3, actor='user:"quoted" ü'))
    await client.journal.append(
        Append(
            stream="a",
            expected_version=2,
            events=[CoinsRemoved(purse="a", amount=coins("a", 1).amount)],
            metadata=Metadata(actor="user:1", command_id=new_id(), correlation_id="request-9"),
        )
    )
    assert await client.positions(stream="a") == [1, 2, 4]
    assert await client.positions(stream="a", limit=1) == [1, 2, 4]
    assert await client.positions(stream="a", after=1) == [2, 4]
    assert await client.positions(type="purse.CoinsRemoved") == [4]
    assert await client.positions(type="purse.CoinsRemoved,purse.CoinsAdded", stream="a") == [1, 2, 4]
    assert await client.positions(type="purse.CoinsRemoved,purse.Other") == [4]
    assert await client.positions(actor='user:"quoted" ü') == [3]
    assert await client.positions(actor="user:1", type="purse.CoinsAdded") == [1, 2]
    assert await client.positions(correlation="request-9") == [4]
    assert await client.positions(correlation="request") == []
    assert await client.positions(limit=3) == [1, 2, 3, 4]
    assert await client.positions(after=4) == []


async def test_a_stream_between_any_two_positions_is_what_the_whole_journal_has_of_it_there(
    client: Client,
) -> None:
    versions = {"a": 0, "b": 0}
    draw = random.Random(5)
    for amount in range(1, 25):
        stream = draw.choice("aab")
        await client.journal.append(append_of(stream, amount, after=versions[stream]))
        versions[stream] += 1
    of_a = await client.positions(stream="a")
    assert len(of_a) == versions["a"]
    for after in range(0, 26, 3):
        for before in range(1, 27, 4):
            between = [position for position in of_a if after < position < before]
            assert await client.positions(stream="a", after=after, before=before) == between
            newest_first = await client.positions(
                stream="a", after=after, before=before, order="desc", limit=2
            )
            assert newest_first == between[::-1]
    assert await client.positions(stream="nobody's") == []


async def test_an_order_is_followed_through_its_events_and_those_of_its_parts(client: Client) -> None:
    parts = [
        CoinsOrdered(order_id="whole"),
        CoinsOrdered(order_id="part", parent_order_id="whole"),
        CoinsOrdered(order_id="whole-other"),
        CoinsOrdered(order_id="whole"),
    ]
    metadata = Metadata(actor="user:1", command_id=new_id())
    await client.journal.append(Append(stream="a", expected_version=0, events=parts, metadata=metadata))
    assert await client.positions(order_id="whole") == [1, 2, 4]
    assert await client.positions(order_id="part", stream="a") == [2]
    assert await client.positions(order_id="whole", order="desc", limit=1) == [4, 2, 1]


async def test_the_newest_events_come_first_where_that_is_asked_for(client: Client) -> None:
    await client.journal.append(append_of("a", 1, 2, 3))
    await client.journal.append(append_of("b", 4, actor="user:2"))
    assert await client.positions(order="desc") == [4, 3, 2, 1]
    assert await client.positions(order="desc", limit=1) == [4, 3, 2, 1]
    assert await client.positions(order="desc", limit=2, before=4) == [3, 2, 1]
    assert await client.positions(order="desc", after=1, before=4) == [3, 2]
    assert await client.positions(order="desc", stream="a", limit=2) == [3, 2, 1]
    assert await client.positions(order="desc", actor="user:2") == [4]
    assert await client.positions(order="desc", before=1) == []
    assert await client.positions(before=3) == [1, 2]


async def test_events_are_found_by_the_time_of_their_recording(client: Client) -> None:
    for amount in range(1, 4):
        await client.journal.append(append_of(f"purse-{amount}", amount))
    times = [item["recorded_at"] for item in (await client.get("/v1/journal"))["items"]]
    assert times == sorted(set(times))
    assert await client.positions(since=times[1]) == [2, 3]
    assert await client.positions(until=times[1]) == [1]
    assert await client.positions(since=times[1], until=times[2], order="desc") == [2]
    assert await client.positions(since=times[1], stream="purse-1") == []
    assert await client.positions(since="0001-01-01T00:00:00Z", until="9999-12-31T23:59:59Z") == [1, 2, 3]
    naive = await client.get("/v1/journal", since="2026-01-01T00:00:00", status=422)
    assert naive


async def test_a_rare_match_is_found_a_bounded_stretch_at_a_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradebook.audit.reading.STRETCH_EVENTS", 10)
    await client.journal.append(append_of("a", *range(95)))
    await client.journal.append(append_of("b", 1, actor="user:rare"))
    first = await client.get("/v1/journal", actor="user:rare")
    assert (first["items"], first["next_cursor"]) == ([], "10")
    assert await client.positions(actor="user:rare") == [96]
    assert await client.positions(actor="user:1", type="purse.CoinsRemoved", order="desc") == []
    newest = await client.get("/v1/journal", actor="user:nobody", order="desc")
    assert (newest["items"], newest["next_cursor"]) == ([], "87")


async def test_a_proof_from_the_server_holds_offline(client: Client, tmp_path: Path) -> None:
    await client.journal.append(append_of("a", *range(30)))
    problem = await client.get("/v1/journal/7/proof", status=409)
    assert problem["code"] == "not_checkpointed"
    await client.checkpointer.checkpoint()
    key = await client.get("/.well-known/tradebook-checkpoint-key")
    assert base64.b64decode(key["public_key"]) == client.checkpointer.public_key.raw
    (tmp_path / "proof.json").write_text(json.dumps(await client.get("/v1/journal/7/proof")))
    (tmp_path / "key.pub").write_text(key["pem"])
    assert run_script(VERIFY_PROOF, tmp_path / "proof.json", tmp_path / "key.pub") == "The proof holds.\n"


async def test_the_head_names_the_newest_event_and_checkpoint(client: Client) -> None:
    empty = await client.get("/v1/journal/head")
    assert empty == {"position": "0", "hash": "00" * 32, "recorded_at": None, "checkpoint": None}
    await client.journal.append(append_of("a", 1))
    await client.checkpointer.checkpoint()
    head = await client.get("/v1/journal/head")
    assert (head["position"], json.loads(head["checkpoint"]["text"])["size"]) == ("1", "1")


@pytest.mark.parametrize("path", ["/v1/journal/1", "/v1/journal/1/proof", f"/v1/journal/{2**63 - 1}"])
async def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert (await client.get(path, status=404))["code"] == "not_found"


@pytest.mark.parametrize(
    "query",
    [
        {"after": -1},
        {"after": 2**63},
        {"limit": 0},
        {"limit": 501},
        {"cursor": "x"},
        {"cursor": "9" * 19},
        {"stream": "a\x00b"},
        {"type": ""},
        {"actor": "x" * 201},
        {"correlation": "\x00"},
    ],
)
async def test_bad_queries_are_refused(client: Client, query: dict[str, Any]) -> None:
    await client.get("/v1/journal", status=422, **query)
