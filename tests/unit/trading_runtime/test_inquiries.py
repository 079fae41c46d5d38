"""What the venue is asked about orders that it had, and when it is believed that it has them no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import cast

import msgspec
from tests.support.core import ALICE
from tests.support.market import BTC_USDT, HandMarket
from tests.support.virtual_time import VirtualClock, run

from tradebook.kernel.ids import AccountId, ClientOrderId, InstrumentId, OrderId
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.matching.deadlines import Deadlines
from tradebook.trading.commands import NoteDifference, RecordCancellation, TradingCommand
from tradebook.trading.orders import OrderStatus, OrderTerms, OrderType, RestsAt, Side
from tradebook.trading.ports import Capabilities, OrderNotThere, Venue, VenueOrder, VenueOrderState
from tradebook.trading.processes.departures import DELISTED_FOR_S, NOT_THERE_FOR_S
from tradebook.trading.processes.inquiries import Inquiries
from tradebook.trading.processes.open_orders import OpenOrder, OpenOrders
from tradebook.trading.processes.recorder import Recorder
from tradebook.trading.processes.requests import Requests

OTHER = msgspec.structs.replace(BTC_USDT, instrument_id=InstrumentId("ETH-USDT.SIM"))


class Forgetful:
    """A venue that lists nothing and knows of no order; what it lists takes a second."""

    name = BTC_USDT.venue
    capabilities = Capabilities(
        rests=frozenset(),
        times_in_force=frozenset(),
        post_only=False,
        reduce_only=False,
        replace=False,
        request_expiry_s=5,
    )

    def __init__(self) -> None:
        self.listed: list[VenueOrderState] = []
        self.asked = 0
        """How often it was asked what it lists."""
        self.queries = 0
        self.knows: VenueOrderState | None = None

    async def query(self, order: VenueOrder) -> VenueOrderState | OrderNotThere:
        self.queries += 1
        return self.knows or OrderNotThere(order_id=order.order_id)

    async def open_orders(self, account_id: AccountId) -> Sequence[VenueOrderState]:
        self.asked += 1
        await asyncio.sleep(1)
        return self.listed


class Taken:
    """Implements what is asked of a recorder; all is durable at once."""

    def __init__(self) -> None:
        self.commands: list[TradingCommand] = []

    def take(self, command: TradingCommand) -> Awaitable[None]:
        self.commands.append(command)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def ends(self) -> list[str]:
        return [each.reason for each in self.commands if isinstance(each, RecordCancellation)]

    def noted(self) -> list[str]:
        return [each.kind for each in self.commands if isinstance(each, NoteDifference)]


class Asking:
    """Inquiries about one order that rests."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.venue = Forgetful()
        self.market = HandMarket()
        self.orders = OpenOrders()
        self.order = _resting("ours")
        self.orders.restore(self.order)
        self.findings = Taken()
        answers = Deadlines()
        venue, recorder = cast("Venue", self.venue), cast("Recorder", self.findings)
        requests = Requests(venue, self.market, self.clock, findings=recorder, answers=answers)
        self.inquiries = Inquiries(
            venue,
            self.clock,
            orders=self.orders,
            serves=lambda _: True,
            requests=requests,
            reports=recorder,
            answers=answers,
        )

    async def compare(self) -> None:
        await self.inquiries.compare(ALICE)

    async def compare_in_vain(self) -> None:
        try:
            await self.compare()
        except ConnectionError:
            return
        raise AssertionError("the account is in step")

    def list_only(self, *instruments: Instrument) -> None:
        self.market._instruments = {each.instrument_id: each for each in instruments}


def _resting(name: str) -> OpenOrder:
    terms = OrderTerms(
        client_order_id=ClientOrderId(name),
        instrument_id=BTC_USDT.instrument_id,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=Decimal(1),
        price=Decimal(90),
    )
    return OpenOrder(
        account_id=ALICE,
        order_id=OrderId(name),
        terms=terms,
        placed_at=VirtualClock().now() - timedelta(days=100),
        rests_at=RestsAt.VENUE,
        status=OrderStatus.ACCEPTED,
        quantity=Decimal(1),
        price=Decimal(90),
        stop_price=None,
        anchor=None,
        filled=ZERO,
        attempt=1,
        venue_order_id="1",
        is_answered=True,
    )


def story(tell: Callable[[Asking], Awaitable[None]]) -> None:
    """In virtual time."""

    async def main() -> None:
        await tell(Asking())

    run(main())


def test_an_order_that_is_not_there_ends_once_it_was_said_for_long_enough() -> None:
    async def tell(it: Asking) -> None:
        await it.compare()
        await asyncio.sleep(NOT_THERE_FOR_S - 5)
        await it.compare()
        assert it.findings.ends() == []
        await asyncio.sleep(5)
        await it.compare()
        assert it.findings.ends() == ["no_longer_known"]

    story(tell)


def test_several_may_ask_about_it_at_the_same_time() -> None:
    async def tell(it: Asking) -> None:
        await it.compare()
        await asyncio.sleep(NOT_THERE_FOR_S)
        await asyncio.gather(it.compare(), it.compare())
        assert set(it.findings.ends()) == {"no_longer_known"}

    story(tell)


def test_what_is_listed_is_asked_for_once_however_many_are_not_there() -> None:
    async def tell(it: Asking) -> None:
        for number in range(50):
            it.orders.restore(_resting(f"order {number}"))
        await it.compare()
        await asyncio.sleep(NOT_THERE_FOR_S)
        await it.compare()
        assert len(it.findings.ends()) == 51
        assert it.venue.asked == 3

    story(tell)


def test_nothing_is_kept_of_an_order_that_ended_otherwise() -> None:
    async def tell(it: Asking) -> None:
        await it.compare()
        assert len(it.inquiries._departures.not_there) == 1
        it.orders.restore(msgspec.structs.replace(it.order, status=OrderStatus.FILLED, filled=Decimal(1)))
        await it.compare()
        assert len(it.inquiries._departures.not_there) == 0

    story(tell)


def test_what_was_listed_again_has_to_be_away_for_as_long_as_the_first_time() -> None:
    async def tell(it: Asking) -> None:
        it.list_only(OTHER)
        await it.compare_in_vain()
        it.list_only(BTC_USDT)
        await it.compare()
        await asyncio.sleep(DELISTED_FOR_S)
        it.list_only(OTHER)
        await it.compare_in_vain()
        assert it.findings.ends() == []

    story(tell)


def test_what_is_shown_without_being_asked_for_is_not_all_that_is_listed() -> None:
    async def tell(it: Asking) -> None:
        it.list_only(OTHER)
        it.market.show(set())
        await it.compare_in_vain()
        await asyncio.sleep(DELISTED_FOR_S)
        await it.compare()
        assert it.findings.ends() == ["delisted"]
        assert it.findings.noted() == ["order_of_delisted"]

    story(tell)


def test_an_ended_order_of_which_fills_stay_missing_is_asked_for_less_and_less() -> None:
    async def tell(it: Asking) -> None:
        ended = msgspec.structs.replace(it.order, status=OrderStatus.CANCELLED)
        it.orders.restore(ended)
        it.venue.knows = VenueOrderState(
            order_id=ended.order_id,
            venue_order_id="1",
            status=OrderStatus.CANCELLED,
            filled_quantity=Decimal("0.5"),
        )
        asking = asyncio.create_task(it.inquiries.run())
        it.inquiries.verify(ended)
        await asyncio.sleep(7)
        assert it.venue.queries == 2
        await asyncio.sleep(600)
        assert it.venue.queries <= 16
        it.venue.knows = msgspec.structs.replace(it.venue.knows, filled_quantity=ZERO)
        await asyncio.sleep(61)
        assert not it.orders.unverified
        assert not it.inquiries._verified
        asking.cancel()

    story(tell)
