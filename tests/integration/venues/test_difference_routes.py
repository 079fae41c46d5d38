"""The routes by which people decide: scopes, bodies, and answers that say where they stand."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.binance_account import Desk, tell
from tests.support.core import ALICE
from tests.support.deciding import PERSON, missed, open_balances, reconciliations, services
from tests.support.web import Tokens, principal

from tradebook.identity.principal import Role
from tradebook.kernel.errors import Forbidden, InvalidInput, Unavailable
from tradebook.trading.api.differences import ENDPOINTS
from tradebook.trading.api.endpoint import Reply, Served
from tradebook.venues.simulators.faults import NoFaults, RequestFate, RequestFault, ScriptedFaults

LOST = RequestFate(fault=RequestFault.LOST)
ROUTES = {(each.method, each.path.rpartition("/")[2]): Served(each) for each in ENDPOINTS}


async def ask(
    it: Desk, method: str, name: str, difference_id: str = "", *, who: str = "alice", **body: str
) -> Reply:
    system = SimpleNamespace(
        authenticator=Tokens(alice=PERSON, viewer=principal(Role.VIEWER)),
        differences=services(it),
        reconciliations=reconciliations(it),
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


def test_it_is_compared_when_somebody_asks() -> None:
    async def story(it: Desk) -> None:
        await asyncio.sleep(5)
        it.exchange.deposit(it.customer, "USDT", Decimal(7))
        asked_at = it.clock.now()
        report = told(await ask(it, "POST", "reconciliation"))
        assert report["compared_at"] >= asked_at.isoformat().replace("+00:00", "Z")
        assert (it.clock.now() - asked_at).total_seconds() < 5
        assert [each["venue"] for each in report["balances"]] == ["10007"]

    tell(story)


def test_who_may_only_look_has_nothing_compared() -> None:
    async def story(it: Desk) -> None:
        with pytest.raises(Forbidden):
            await ask(it, "POST", "reconciliation", who="viewer")

    tell(story)


def test_a_venue_that_cannot_be_reached_is_not_compared_and_it_is_told_why() -> None:
    async def story(it: Desk) -> None:
        it.way.cut()
        await asyncio.sleep(1)
        with pytest.raises(Unavailable, match="binance was not compared: closed by us"):
            await ask(it, "POST", "reconciliation")
        it.way.is_cut = False

    tell(story)


def test_a_venue_that_says_nothing_is_waited_for_within_bounds() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(requests=[LOST] * 50, paths=["/api/v3/account"])
        asked_at = it.clock.now()
        with pytest.raises(Unavailable, match="binance was not compared") as refused:
            await ask(it, "POST", "reconciliation")
        assert refused.value.code == "not_compared"
        assert (it.clock.now() - asked_at).total_seconds() <= 30
        it.way.faults = NoFaults()

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
