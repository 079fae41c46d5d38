"""The routes by which people decide: scopes, bodies, and answers that say where they stand."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.binance_account import Desk, tell
from tests.support.core import ALICE
from tests.support.deciding import PERSON, missed, open_balances, services
from tests.support.web import Tokens, principal

from tradebook.identity.principal import Role
from tradebook.kernel.errors import Forbidden, InvalidInput
from tradebook.trading.api.differences import ENDPOINTS
from tradebook.trading.api.endpoint import Reply, Served

ROUTES = {(each.method, each.path.rpartition("/")[2]): Served(each) for each in ENDPOINTS}


async def ask(
    it: Desk, method: str, name: str, difference_id: str = "", *, who: str = "alice", **body: str
) -> Reply:
    system = SimpleNamespace(
        authenticator=Tokens(alice=PERSON, viewer=principal(Role.VIEWER)), differences=services(it)
    )
    return await ROUTES[method, name].answer(
        system,
        [(b"authorization", b"Bearer " + who.encode())],
        json.dumps(body).encode(),
        correlation_id="request",
        path={"account_id": ALICE, "difference_id": difference_id},
    )


def told(reply: Reply) -> Any:
    return json.loads(reply.body)


def test_a_difference_is_looked_at_planned_and_adopted() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "-40")
        [difference_id] = await open_balances(it)
        report = told(await ask(it, "GET", "reconciliation", who="viewer"))
        assert report["balances"] == [
            {"asset": "USDT", "venue": "9960", "book": "10000", "difference": "-40"}
        ]
        assert report["compared_at"].endswith("Z")
        planned = told(await ask(it, "GET", "adoption", difference_id, who="viewer"))
        reply = await ask(it, "POST", "adopt", difference_id, reason="by hand")
        assert told(reply)["postings"] == planned["postings"]
        newest = (await it.journal.read(limit=1_000_000))[-1]
        assert dict(reply.headers)[b"tradebook-position"] == str(newest.position).encode()
        assert newest.metadata.correlation_id == "request"

    tell(story)


def test_who_may_only_look_decides_nothing() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "-40")
        [difference_id] = await open_balances(it)
        for name in ("adopt", "explain"):
            with pytest.raises(Forbidden):
                await ask(it, "POST", name, difference_id, who="viewer", reason="x")
        assert await open_balances(it) == [difference_id]

    tell(story)


def test_an_explanation_without_words_is_refused_by_its_field() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "-40")
        [difference_id] = await open_balances(it)
        wrong: list[dict[str, str]] = [{}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}]
        for body in wrong:
            with pytest.raises(InvalidInput, match="reason"):
                await ask(it, "POST", "explain", difference_id, **body)
        assert told(await ask(it, "POST", "explain", difference_id, reason="a gift"))["postings"] == []

    tell(story)
