"""What execution does when the venue does not answer: in virtual time, so that nobody waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from tests.support import virtual_time
from tests.support.core import CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.raced_journal import RacedJournal
from tests.support.virtual_time import VirtualClock

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.ids import AccountId
from tradebook.trading.orders import Side
from tradebook.trading.ports import Attempt, Reconcile, ReportSink, VenueHealth, VenueOrder, VenueOrderState
from tradebook.venues.paper.venue import PaperVenue

BUY = Side.BUY


class DeafVenue:
    """A paper venue behind a line that breaks as told; it outlives the core."""

    name = "sim"

    def __init__(self, paper: PaperVenue) -> None:
        self.paper = paper
        self.capabilities = msgspec.structs.replace(paper.capabilities, forgets=False)
        self.submitted = 0
        self.loses_requests = False
        """Requests do not reach the venue, and whoever made them times out."""
        self.loses_answers = False
        """Requests reach the venue, and whoever made them times out; no report arrives."""
        self.is_away = False
        """Questions time out."""
        self._sink: ReportSink | None = None

    def health(self) -> VenueHealth:
        return self.paper.health()

    def remember(self, orders: Iterable[Attempt]) -> None:
        """It knows orders by our own ids."""

    async def start(self, reports: ReportSink, reconcile: Reconcile) -> None:
        self._sink = reports
        await self.paper.start(self._report, reconcile)

    async def stop(self) -> None:
        await self.paper.stop()

    async def _report(self, report: object) -> None:
        if self._sink is not None and not self.loses_answers:
            self._sink(report)  # type: ignore[arg-type]  # what comes from the paper venue is a report

    async def submit(self, order: VenueOrder, *, send_before: datetime) -> None:
        self.submitted += 1
        await self._request(lambda: self.paper.submit(order, send_before=send_before))

    async def cancel(self, order: VenueOrder) -> None:
        await self._request(lambda: self.paper.cancel(order))

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        await self._request(
            lambda: self.paper.replace(order, quantity=quantity, price=price, stop_price=stop_price)
        )

    async def query(self, order: VenueOrder) -> VenueOrderState | None:
        if self.is_away:
            raise TimeoutError
        return await self.paper.query(order)

    async def open_orders(self, account_id: AccountId) -> Sequence[VenueOrderState]:
        return await self.paper.open_orders(account_id)

    async def _request(self, forward: Callable[[], Awaitable[None]]) -> None:
        if self.loses_requests:
            raise TimeoutError
        await forward()
        if self.loses_answers:
            raise TimeoutError


Story = Callable[[Core, DeafVenue, HandMarket], Awaitable[None]]


def tell(story: Story, *, kind: type[MemoryJournal] = MemoryJournal) -> None:
    async def main() -> None:
        clock = VirtualClock()
        market = HandMarket()
        market.quote_at("99", "101")
        market.trade_at("100")
        venue = DeafVenue(PaperVenue("sim", market, run_id="run", clock=clock))
        core = Core(kind(CATALOGUE, clock), venue, market, clock)
        await core.start()
        await core.open_account(USDT="100000", BTC="10")
        await story(core, venue, market)
        await core.stop()

    virtual_time.run(main())


async def passing(seconds: float) -> None:
    await VirtualClock().sleep(seconds)


def test_a_timeout_is_not_a_rejection_and_nothing_is_sent_again() -> None:
    async def story(core: Core, venue: DeafVenue, _: HandMarket) -> None:
        venue.loses_answers = venue.is_away = True
        order_id = await core.order("buy", BUY, quantity="1")
        await passing(60)
        assert await core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown"]
        venue.loses_answers = venue.is_away = False
        await passing(5)
        assert await core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown", "Accepted", "Filled"]
        assert venue.submitted == 1

    tell(story)


def test_absence_is_concluded_only_after_the_order_could_last_be_sent() -> None:
    async def story(core: Core, venue: DeafVenue, _: HandMarket) -> None:
        venue.loses_requests = True
        order_id = await core.order("buy", BUY, quantity="1")
        await passing(4.9)
        assert await core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown"]
        await passing(10)
        assert await core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown", "Rejected"]
        assert (await core.history(order_id))[-1].reason == "not_received"  # type: ignore[attr-defined]  # a rejection
        assert venue.submitted == 1

    tell(story)


def test_an_answer_that_never_comes_is_asked_for() -> None:
    async def story(core: Core, venue: DeafVenue, _: HandMarket) -> None:
        order_id = await core.order("buy", BUY, quantity="1", price="90")
        await passing(1)
        venue.loses_answers = True
        await core.cancel(order_id)
        await passing(1)
        venue.loses_answers = False
        await passing(10)
        assert (await core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]

    tell(story)


def test_a_lost_cancel_request_is_made_again() -> None:
    async def story(core: Core, venue: DeafVenue, _: HandMarket) -> None:
        order_id = await core.order("buy", BUY, quantity="1", price="90")
        await passing(1)
        venue.loses_requests = True
        await core.cancel(order_id)
        await passing(20)
        assert (await core.life(order_id))[-1] == "CancelRequested"
        venue.loses_requests = False
        await passing(10)
        assert (await core.life(order_id))[-1] == "Cancelled"

    tell(story)


def test_an_order_that_was_filled_while_the_request_for_more_got_lost_ends() -> None:
    async def story(core: Core, venue: DeafVenue, market: HandMarket) -> None:
        order_id = await core.order("buy", BUY, quantity="1", price="90")
        await passing(1)
        venue.loses_requests = True
        await core.replace(order_id, quantity="2")
        market.trade_at("89", "5")
        await passing(1)
        venue.loses_requests = False
        await passing(10)
        assert (await core.life(order_id))[4:] == ["Filled", "ReplaceRejected", "Cancelled"]

    tell(story)


def test_a_fill_that_was_not_reported_is_found() -> None:
    async def story(core: Core, venue: DeafVenue, market: HandMarket) -> None:
        order_id = await core.order("buy", BUY, quantity="1", price="90")
        await passing(1)
        venue.loses_answers = True
        market.trade_at("89", "0.4")
        await passing(1)
        venue.loses_answers = False
        await core.cancel(order_id)
        await passing(10)
        assert (await core.life(order_id))[-1] == "Filled"

    tell(story)


def test_an_order_found_submitted_at_the_start_is_asked_about_and_not_sent() -> None:
    async def story(core: Core, venue: DeafVenue, market: HandMarket) -> None:
        venue.loses_requests = True
        order_id = await core.order("buy", BUY, quantity="1")
        await core.settle()
        await core.stop()
        clock = VirtualClock()
        again = DeafVenue(PaperVenue("sim", market, run_id="next", clock=clock))
        next_life = Core(core.journal, again, market, clock)
        await next_life.start()
        await passing(10)
        assert again.submitted == 0
        assert (await next_life.life(order_id))[-1] == "Rejected"
        await next_life.stop()

    tell(story)


def test_an_order_that_cannot_be_marked_for_a_while_is_sent_once_it_is() -> None:
    async def story(core: Core, venue: DeafVenue, _: HandMarket) -> None:
        order_id = await core.order("buy", BUY, quantity="1", price="90")
        assert isinstance(core.journal, RacedJournal)
        core.journal.races = 1_000_000
        await passing(7)
        assert await core.life(order_id) == ["Placed"]
        core.journal.races = 0
        await passing(1)
        assert await core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        assert venue.submitted == 1

    tell(story, kind=RacedJournal)


class OtherEnd(DeafVenue):
    """The line of another process to the same venue; what the venue reports goes to the first one."""

    async def start(self, reports: ReportSink, reconcile: Reconcile) -> None:
        pass

    async def stop(self) -> None:
        pass


def test_an_order_that_another_process_marks_is_not_sent_by_this_one() -> None:
    async def story(core: Core, venue: DeafVenue, market: HandMarket) -> None:
        other = OtherEnd(venue.paper)
        second = Core(core.journal, other, market, VirtualClock())
        await second.start()
        for n in range(5):
            order_id = await core.order(f"buy {n}", BUY, quantity="1", price="90")
            await passing(1)
            assert await core.life(order_id) == ["Placed", "Submitted", "Accepted"]
            assert venue.submitted + other.submitted == n + 1
        await second.stop()

    tell(story)
