"""A dead man's switch at the simulated Hyperliquid: a time that is put off while we live."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.core import ALICE
from tests.support.hyperliquid_account import Desk, tell
from tests.support.switches import (
    AFTER_S,
    come_back,
    die,
    last_of,
    problem_of,
    reason_of,
    resting,
    switch_off,
    switch_on,
)

from tradebook.trading.limits import DeadMansSwitch
from tradebook.venues.errors import VenueRefusal
from tradebook.venues.messages.account import DEAD_MANS_SWITCH
from tradebook.venues.simulators.faults import RequestFate, RequestFault, ScriptedFaults
from tradebook.venues.simulators.hyperliquid.acting import DAY_MS, FIRES_A_DAY_MAX


def test_orders_are_cancelled_when_the_server_is_gone_and_that_is_recorded_when_it_is_back() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"
        assert await reason_of(it, order_id) == DEAD_MANS_SWITCH

    tell(story)


def test_a_server_that_is_back_in_time_goes_on_putting_it_off() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=AFTER_S / 2)
        await asyncio.sleep(10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story)


def test_nothing_is_cancelled_while_we_live_though_now_and_then_we_are_not_heard() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        lost = [RequestFate(fault=RequestFault.LOST)] * 2
        it.way.faults = ScriptedFaults(requests=lost, paths=["/exchange"])
        await asyncio.sleep(10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"
        assert not problem_of(it)

    tell(story)


def test_stopping_on_purpose_lifts_it() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await it.crash()
        await come_back(it, after_s=10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"
        assert it.person.cancels_at is not None

    tell(story)


def test_stopping_on_purpose_leaves_it_where_its_owner_wants_that() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it, when_stopped=True)
        await it.crash()
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"

    tell(story)


def test_switched_off_it_is_lifted_and_stays_off() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await switch_off(it)
        assert it.person.cancels_at is None
        await die(it)
        await come_back(it, after_s=10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"
        assert it.person.cancels_at is None

    tell(story)


def test_an_account_that_is_disconnected_keeps_its_orders() -> None:
    async def story(it: Desk) -> None:
        await resting(it)
        await switch_on(it)
        await it.venue.disconnect(ALICE)
        assert it.person.cancels_at is None
        await asyncio.sleep(10 * AFTER_S)
        assert it.person.open_orders()

    tell(story)


def test_what_the_venue_refuses_is_not_switched_on() -> None:
    async def story(it: Desk) -> None:
        it.person.switch_fired += [round(it.clock.now().timestamp() * 1000) // DAY_MS] * FIRES_A_DAY_MAX
        with pytest.raises(VenueRefusal, match="Too many"):
            await it.venue.set_switch(ALICE, DeadMansSwitch(after_s=AFTER_S))
        assert it.venue.switch_standing(ALICE) is None

    tell(story)


def test_that_it_cannot_be_put_off_is_told() -> None:
    async def story(it: Desk) -> None:
        await switch_on(it)
        it.person.switch_fired += [round(it.clock.now().timestamp() * 1000) // DAY_MS] * FIRES_A_DAY_MAX
        await asyncio.sleep(AFTER_S)
        assert "Too many" in problem_of(it)
        (account,) = it.venue.health().accounts
        assert account.switch_problem == problem_of(it)

    tell(story)
