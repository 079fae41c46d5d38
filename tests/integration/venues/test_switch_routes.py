"""The routes of the dead man's switch: who may, what is told of it, and what is refused."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support import binance_account, hyperliquid_account
from tests.support.core import ALICE
from tests.support.deciding import PERSON
from tests.support.web import Tokens, principal

from tradebook.identity.principal import Role
from tradebook.kernel.errors import Forbidden, InvalidInput, Unavailable
from tradebook.trading.api.endpoint import Served
from tradebook.trading.api.switches import ENDPOINTS
from tradebook.trading.events import DeadMansSwitchSet
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.services.switches import Switches
from tradebook.venues.errors import NotConnected
from tradebook.venues.simulators.faults import RequestFate, RequestFault, ScriptedFaults

ANSWER_LOST = RequestFate(fault=RequestFault.ANSWER_LOST)
ROUTES = {each.method: Served(each) for each in ENDPOINTS}
Desk = hyperliquid_account.Desk | binance_account.Desk


async def ask(it: Desk, method: str, *, who: str = "alice", **body: object) -> Any:
    switches = Switches(
        writer=it.core.writer,
        market=it.market,
        accounts=KnownAccounts(it.core.writer, it.core.processes.accounts),
        venues=[it.venue],
    )
    authenticator = Tokens(alice=PERSON, viewer=principal(Role.VIEWER))
    reply = await ROUTES[method].answer(
        SimpleNamespace(authenticator=authenticator, switches=switches),
        [(b"authorization", b"Bearer " + who.encode())],
        json.dumps(body).encode() if method == "PUT" else b"",
        correlation_id="request",
        path={"account_id": ALICE},
    )
    return json.loads(reply.body)


def fires(it: hyperliquid_account.Desk) -> bool:
    """Whether the venue would cancel, if it heard nothing more."""
    return it.person.cancels_at is not None


async def recorded(it: Desk) -> list[DeadMansSwitch | None]:
    return [each.switch for each in await it.core.history() if isinstance(each, DeadMansSwitchSet)]


def test_it_is_switched_on_at_the_venue_and_recorded_and_off_again() -> None:
    async def story(it: hyperliquid_account.Desk) -> None:
        before = await ask(it, "GET", who="viewer")
        assert (before["after_s"], before["put_off_at"]) == (None, None)
        assert "ten times a day" in before["terms"]["caution"]
        answer = await ask(it, "PUT", after_s=60, when_stopped=True)
        assert (answer["after_s"], answer["when_stopped"]) == (60, True)
        assert fires(it)
        state = await ask(it, "GET", who="viewer")
        assert (state["after_s"], state["when_stopped"], state["problem"]) == (60, True, "")
        assert state["put_off_at"] is not None
        await ask(it, "PUT", after_s=None)
        assert not fires(it)
        assert await recorded(it) == [DeadMansSwitch(after_s=60, when_stopped=True), None]

    hyperliquid_account.tell(story)


def test_who_may_only_look_switches_nothing() -> None:
    async def story(it: hyperliquid_account.Desk) -> None:
        with pytest.raises(Forbidden):
            await ask(it, "PUT", who="viewer", after_s=60)

    hyperliquid_account.tell(story)


def test_where_the_venue_has_none_the_answer_names_the_field_and_what_to_do() -> None:
    async def story(it: binance_account.Desk) -> None:
        assert (await ask(it, "GET"))["terms"] is None
        with pytest.raises(InvalidInput, match=r"after_s: binance cannot cancel orders .*; leave it null"):
            await ask(it, "PUT", after_s=60)
        assert (await ask(it, "PUT", after_s=None))["journal_position"] == "0"

    binance_account.tell(story)


def test_nothing_is_asked_of_the_venue_for_a_time_that_it_does_not_take() -> None:
    async def story(it: hyperliquid_account.Desk) -> None:
        with pytest.raises(InvalidInput, match="not from 20 to 3600 seconds"):
            await ask(it, "PUT", after_s=5)
        assert not fires(it)

    hyperliquid_account.tell(story)


def test_a_venue_that_does_not_answer_leaves_it_as_it_was() -> None:
    async def story(it: hyperliquid_account.Desk) -> None:
        it.way.faults = ScriptedFaults(requests=[ANSWER_LOST], paths=["/exchange"])
        with pytest.raises(Unavailable, match="did not answer"):
            await ask(it, "PUT", after_s=60)
        await asyncio.sleep(5)
        assert it.way.asked.count(("POST", "/exchange")) == 2
        assert not fires(it)
        assert await recorded(it) == []

    hyperliquid_account.tell(story)


def test_an_account_that_is_not_connected_has_none_to_be_switched_on() -> None:
    async def story(it: hyperliquid_account.Desk) -> None:
        await it.venue.disconnect(ALICE)
        with pytest.raises(NotConnected):
            await ask(it, "PUT", after_s=60)

    hyperliquid_account.tell(story)
