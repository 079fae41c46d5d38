"""Reports about orders that closed so long ago that their account has forgotten them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket

from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Metadata
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import Asset, OrderId
from tradebook.kernel.messages import Event
from tradebook.kernel.money import plain
from tradebook.trading.commands import CancelOrder, RecordAcceptance, RecordCancellation
from tradebook.trading.events import DifferenceFound, OrderFilled, OrderPlaced, UnmatchedFillRecorded
from tradebook.trading.model import Account, dump
from tradebook.trading.model.state import RECENT_ORDERS_MAX
from tradebook.trading.orders import LegTerms, Side
from tradebook.venues.paper.venue import PaperVenue

METADATA = Metadata(actor="venue:sim", command_id="")
BTC, USDT = Asset("BTC"), Asset("USDT")


class AskedJournal(MemoryJournal):
    """Counts how often a stream was gone through."""

    asked = 0

    async def events_mentioning(self, stream: str, text: str, *, after_version: int = 0) -> Sequence[Event]:
        self.asked += 1
        return await super().events_mentioning(stream, text, after_version=after_version)


@pytest.fixture
def journal() -> AskedJournal:
    return AskedJournal(CATALOGUE, SystemClock())


async def cancel(core: Core, order_id: OrderId) -> None:
    await core.handle(CancelOrder(account_id=ALICE, at=core.market.now(), order_id=order_id))


async def forget(core: Core, name: str = "denied") -> None:
    """A bot is denied often enough."""
    commands = [core.place(f"{name} {n}", Side.BUY, quantity="999", price="90") for n in range(300)]
    assert len(commands) > RECENT_ORDERS_MAX
    await core.writer.handle_many(commands, metadata=METADATA)


async def a_forgotten_order(core: Core, **terms: Any) -> OrderId:
    order_id = await core.order("old", Side.BUY, quantity="3", price="90", **terms)
    await cancel(core, order_id)
    await forget(core)
    assert await core.writer.read(ALICE, lambda account: account.find(order_id)) is None
    return order_id


def balances(account: Account) -> list[str]:
    """What there is of both assets, and what of it is held."""
    both = account.balance(BTC), account.balance(USDT)
    return [plain(amount) for each in both for amount in (each.total, each.held)]


async def fills(core: Core) -> list[OrderFilled]:
    return [fact for fact in await core.history() if isinstance(fact, OrderFilled)]


async def assert_folds_alike(core: Core, market: HandMarket) -> None:
    """Who loads the account from the journal sees what this writer sees."""
    again = Core(core.journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    assert await again.writer.read(ALICE, dump) == await core.writer.read(ALICE, dump)


async def test_a_fill_of_a_forgotten_order_is_booked(core: Core, market: HandMarket) -> None:
    order_id = await a_forgotten_order(core)
    await core.handle(core.fill(order_id))
    assert [(fact.order_id, int(fact.cumulative_quantity)) for fact in await fills(core)] == [(order_id, 1)]
    assert await core.writer.read(ALICE, balances) == ["1", "0", "910", "0"]
    assert not [fact for fact in await core.history() if isinstance(fact, UnmatchedFillRecorded)]
    await assert_folds_alike(core, market)


async def test_fills_of_a_forgotten_order_add_up(core: Core, market: HandMarket) -> None:
    order_id = await a_forgotten_order(core)
    handled = core.writer.handle_many([core.fill(order_id, "1"), core.fill(order_id, "2")], metadata=METADATA)
    await asyncio.gather(handled, *(core.handle(core.fill(order_id, name)) for name in ("3", "3", "4")))
    found = await fills(core)
    assert sorted(fact.fill_id for fact in found) == ["1", "2", "3", "4"]
    assert [(int(fact.cumulative_quantity), fact.is_complete) for fact in found] == [
        (1, False),
        (2, False),
        (3, True),
        (4, True),
    ]
    kinds = [fact.kind for fact in await core.history() if isinstance(fact, DifferenceFound)]
    assert kinds == ["overfill"]
    await assert_folds_alike(core, market)


async def test_what_was_filled_before_counts(core: Core) -> None:
    order_id = await core.order("old", Side.BUY, quantity="3", price="90")
    await core.handle(core.fill(order_id, "1"))
    await cancel(core, order_id)
    await forget(core)
    await core.handle(core.fill(order_id, "2"))
    await core.handle(core.fill(order_id, "1"))
    assert [int(fact.cumulative_quantity) for fact in await fills(core)] == [1, 2]


async def test_a_forgotten_entry_brings_its_exits_and_a_forgotten_exit_is_one(
    core: Core, market: HandMarket
) -> None:
    order_id = await a_forgotten_order(
        core, take_profit=LegTerms(stop_price=Decimal(120)), stop_loss=LegTerms(stop_price=Decimal(80))
    )
    await core.handle(core.fill(order_id))
    exits = [fact for fact in await core.history() if isinstance(fact, OrderPlaced)][1:]
    assert [(exit_.parent_order_id, int(exit_.terms.quantity)) for exit_ in exits] == [(order_id, 1)] * 2
    await cancel(core, exits[0].order_id)
    await forget(core, "denied again")
    await core.handle(core.fill(exits[0].order_id, "exit", side=Side.SELL, price="120"))
    assert (await fills(core))[-1].order_id == exits[0].order_id
    await assert_folds_alike(core, market)


async def test_the_oco_group_of_a_forgotten_order_is_over(core: Core, market: HandMarket) -> None:
    order_id = await a_forgotten_order(core, oco_group="g")
    other = await core.order("new", Side.BUY, quantity="3", price="90", oco_group="g")
    await core.handle(core.fill(order_id))
    assert await core.life(other) == ["Placed"]
    assert await core.writer.read(ALICE, balances) == ["1", "0", "910", "270.54"]
    await assert_folds_alike(core, market)


async def test_late_news_of_a_forgotten_order_is_no_difference(core: Core) -> None:
    order_id = await a_forgotten_order(core)
    told: dict[str, Any] = {"account_id": ALICE, "at": core.market.now(), "order_id": order_id}
    await core.handle(RecordCancellation(**told, reason="requested"))
    await core.handle(RecordAcceptance(**told, venue_order_id="v"))
    assert await core.life(order_id) == ["Placed", "Cancelled", "Accepted"]
    assert not [fact for fact in await core.history() if isinstance(fact, DifferenceFound)]


async def test_what_closed_a_moment_ago_is_awaited(core: Core) -> None:
    order_id = await core.order("old", Side.BUY, quantity="3", price="90")
    closing = asyncio.create_task(cancel(core, order_id))
    await asyncio.sleep(0)
    forgetting = asyncio.create_task(forget(core))
    await asyncio.sleep(0)
    outcome = await core.handle(core.fill(order_id))
    await asyncio.gather(closing, forgetting)
    assert [type(event) for event in outcome.events] == [OrderFilled]


async def test_an_order_of_nobody_is_looked_for_once(core: Core, journal: AskedJournal) -> None:
    for name in ("1", "2", "3"):
        await core.handle(core.fill(OrderId("whose"), name))
    assert journal.asked == 1
    unmatched = [fact for fact in await core.history() if isinstance(fact, UnmatchedFillRecorded)]
    assert len(unmatched) == 3


async def test_who_asks_while_the_append_in_front_fails_is_told(core: Core, journal: AskedJournal) -> None:
    order_id = await a_forgotten_order(core)
    journal.fail_next(JournalUnavailable("away"))
    placing = asyncio.create_task(core.order("b", Side.BUY, quantity="1", price="90"))
    await asyncio.sleep(0)
    with pytest.raises(JournalUnavailable):
        await core.handle(core.fill(order_id))
    with pytest.raises(JournalUnavailable):
        await placing
    assert (await core.handle(core.fill(order_id))).events
