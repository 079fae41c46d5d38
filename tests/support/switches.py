"""Stories of a dead man's switch that are the same at every venue that has one."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tests.support.core import ALICE, Core
from tests.support.desk import Way
from tradebook.kernel.ids import OrderId
from tradebook.trading.commands import SetDeadMansSwitch
from tradebook.trading.events import OrderCancelled
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.orders import Side
from tradebook.venues.accounts.real_venue import RealVenue

AFTER_S = 60


class SwitchDesk(Protocol):
    """What a desk has to have for them."""

    core: Core
    venue: RealVenue
    way: Way

    async def start(self) -> None: ...

    async def crash(self) -> None: ...


async def switch_on(it: SwitchDesk, *, when_stopped: bool = False) -> None:
    """As its owner does it: at the venue first, then in the book."""
    switch = DeadMansSwitch(after_s=AFTER_S, when_stopped=when_stopped)
    await it.venue.set_switch(ALICE, switch)
    await _record(it, switch)


async def switch_off(it: SwitchDesk) -> None:
    """The same."""
    await it.venue.set_switch(ALICE, None)
    await _record(it, None)


async def _record(it: SwitchDesk, switch: DeadMansSwitch | None) -> None:
    terms = it.venue.capabilities.dead_mans_switch
    await it.core.handle(
        SetDeadMansSwitch(account_id=ALICE, at=it.core.market.now(), switch=switch, terms=terms)
    )


async def resting(it: SwitchDesk, name: str = "rests") -> OrderId:
    """An order that waits far from the market."""
    order_id = await it.core.order(name, Side.BUY, quantity="1", price="90")
    await asyncio.sleep(1)
    assert (await it.core.life(order_id))[-1] == "Accepted"
    return order_id


async def die(it: SwitchDesk) -> None:
    """Without a word to the venue."""
    it.way.cut()
    await it.crash()


async def come_back(it: SwitchDesk, *, after_s: float) -> None:
    """Another process, later."""
    await asyncio.sleep(after_s)
    it.way.is_cut = False
    await it.start()
    await asyncio.sleep(5)


async def last_of(it: SwitchDesk, order_id: OrderId) -> str:
    """The last that happened to it."""
    return (await it.core.life(order_id))[-1]


async def reason_of(it: SwitchDesk, order_id: OrderId) -> str:
    """Why it was cancelled."""
    found = [
        each
        for each in await it.core.history()
        if isinstance(each, OrderCancelled) and each.order_id == order_id
    ]
    return found[-1].reason


def problem_of(it: SwitchDesk) -> str:
    """Why the venue could not be told that we are here."""
    standing = it.venue.switch_standing(ALICE)
    assert standing is not None
    return standing.problem
