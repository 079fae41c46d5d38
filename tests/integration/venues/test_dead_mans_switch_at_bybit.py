"""A dead man's switch at the simulated Bybit, which watches the account's stream."""

from __future__ import annotations

import asyncio

import pytest
from tests.support import bybit_account
from tests.support.bybit_contracts import ContractsDesk
from tests.support.bybit_contracts import tell as tell_of_contracts
from tests.support.core import ALICE
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

from tradebook.kernel.errors import Refused
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.orders import OrderType, Side
from tradebook.venues.messages.account import DEAD_MANS_SWITCH
from tradebook.venues.simulators.faults import NoFaults, RequestFate, RequestFault, ScriptedFaults

Desk, tell = bybit_account.Desk, bybit_account.tell


def test_orders_are_cancelled_when_the_server_is_gone_and_that_is_recorded_when_it_is_back() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        assert it.customer.protected_s == {"SPOT": AFTER_S, "DERIVATIVES": AFTER_S}
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"
        assert await reason_of(it, order_id) == DEAD_MANS_SWITCH

    tell(story)


def test_stops_that_protect_a_position_are_cancelled_too() -> None:
    async def story(it: ContractsDesk) -> None:
        await it.core.order("long", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        stop = await it.core.order(
            "stop",
            Side.SELL,
            quantity="2",
            type=OrderType.STOP,
            stop_price="90",
            price=None,
            reduce_only=True,
        )
        await asyncio.sleep(1)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await reason_of(it, stop) == DEAD_MANS_SWITCH
        assert await it.positions()

    tell_of_contracts(story)


def test_a_stream_that_breaks_and_comes_back_cancels_nothing() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        for _ in range(5):
            it.way.hang_up()
            await asyncio.sleep(AFTER_S)
        assert await last_of(it, order_id) == "Accepted"
        assert not problem_of(it)

    tell(story)


def test_a_server_that_is_back_in_time_is_watched_again() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=AFTER_S / 2)
        await asyncio.sleep(5 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"

    tell(story)


def test_stopping_on_purpose_ends_the_watch_first() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await it.crash()
        await come_back(it, after_s=10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story)


def test_stopping_ends_the_watch_also_where_nothing_else_was_said_of_it_since_the_start() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await it.crash()
        failing = [RequestFate(fault=RequestFault.FAILS_BEFORE)] * 100
        it.way.faults = ScriptedFaults(requests=failing, paths=["/v5/account/query-dcp-info"])
        await it.start()
        await asyncio.sleep(5)
        assert problem_of(it)
        await it.crash()
        it.way.faults = NoFaults()
        await come_back(it, after_s=10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story)


def test_stopping_on_purpose_leaves_it_where_its_owner_wants_that() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it, when_stopped=True)
        await it.crash()
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"

    tell(story)


def test_switched_off_nobody_watches() -> None:
    async def story(it: bybit_account.Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await switch_off(it)
        await die(it)
        await come_back(it, after_s=10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story)


def test_it_cannot_be_switched_off_while_the_stream_that_is_watched_is_away() -> None:
    async def story(it: bybit_account.Desk) -> None:
        await switch_on(it)
        it.way.cut()
        await asyncio.sleep(1)
        with pytest.raises(ConnectionError, match="the stream that the venue watches is away"):
            await it.venue.set_switch(ALICE, None)
        it.way.is_cut = False
        await asyncio.sleep(AFTER_S)

    tell(story)


def test_what_bybit_has_not_opened_to_the_account_is_refused_with_whom_to_ask() -> None:
    async def story(it: bybit_account.Desk) -> None:
        it.customer.protected_s.clear()
        with pytest.raises(Refused, match="ask its manager"):
            await it.venue.set_switch(ALICE, DeadMansSwitch(after_s=AFTER_S))
        assert it.venue.switch_standing(ALICE) is None

    tell(story)


def test_what_is_set_otherwise_at_the_venue_is_set_back() -> None:
    async def story(it: bybit_account.Desk) -> None:
        await switch_on(it)
        it.customer.protected_s["SPOT"] = 3
        await asyncio.sleep(AFTER_S)
        assert it.customer.protected_s["SPOT"] == AFTER_S

    tell(story)
