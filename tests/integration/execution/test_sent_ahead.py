"""Orders to a venue that forgets everything with us: sent while the journal still writes that they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.support import virtual_time
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.virtual_time import VirtualClock

from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.memory import MemoryJournal
from tradebook.trading.orders import Side
from tradebook.venues.paper.venue import PaperVenue

Story = Callable[[Core, MemoryJournal, PaperVenue], Awaitable[None]]


def tell(story: Story) -> None:
    async def main() -> None:
        clock = VirtualClock()
        market = HandMarket()
        market.quote_at("99", "101")
        market.trade_at("100")
        venue = PaperVenue("sim", market, run_id="run", clock=clock)
        journal = MemoryJournal(CATALOGUE, clock)
        core = Core(journal, venue, market, clock)
        await core.start()
        await core.open_account(USDT="100000", BTC="10")
        await story(core, journal, venue)
        await core.stop()

    virtual_time.run(main())


def test_the_journal_tells_of_the_submission_before_what_the_venue_says() -> None:
    async def story(core: Core, journal: MemoryJournal, _: PaperVenue) -> None:
        order_id = await core.order("a", Side.BUY, quantity="1")
        await asyncio.sleep(1)
        assert await core.life(order_id) == ["Placed", "Submitted", "Accepted", "Filled"]

    tell(story)


def test_an_order_whose_submission_got_lost_works_at_the_venue_once() -> None:
    async def story(core: Core, journal: MemoryJournal, venue: PaperVenue) -> None:
        order_id = await core.order("a", Side.BUY, quantity="1", price="90")
        journal.fail_next(JournalUnavailable("away"), recorded=False)
        await asyncio.sleep(1)
        assert [each.order_id for each in await venue.open_orders(ALICE)] == [order_id]
        assert (await core.life(order_id))[-1] == "Accepted"

    tell(story)


def test_an_order_that_was_cancelled_while_its_submission_got_lost_is_taken_back_from_the_venue() -> None:
    async def story(core: Core, journal: MemoryJournal, venue: PaperVenue) -> None:
        order_id = await core.order("a", Side.BUY, quantity="1", price="90")
        journal.fail_next(JournalUnavailable("away"), recorded=False)
        while not await venue.open_orders(ALICE):  # noqa: ASYNC110 - nothing tells when an order arrives
            await asyncio.sleep(0)
        with pytest.raises(JournalUnavailable):
            await core.cancel(order_id)  # it rested on the submission
        await core.cancel(order_id)
        await asyncio.sleep(1)
        assert await core.life(order_id) == ["Placed", "Cancelled", "Accepted"]
        assert await venue.open_orders(ALICE) == []

    tell(story)
