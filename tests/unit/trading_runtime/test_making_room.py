"""Where a venue locks funds for each order, siblings leave before a triggered order goes out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.support.market import BTC_USDT, HandMarket

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import AccountId, ClientOrderId, OrderId
from tradebook.market.values import Contract, Instrument
from tradebook.trading.orders import LegTerms, OrderStatus, OrderTerms, OrderType, RestsAt, Side
from tradebook.trading.processes.making_room import MakingRoom
from tradebook.trading.processes.open_orders import OpenOrder
from tradebook.trading.processes.recorder import Recorder
from tradebook.venues.binance.capabilities import FUTURES, SPOT

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def order(name: str, *, group: str = "exit", **state: Any) -> OpenOrder:
    facts: dict[str, Any] = {
        "account_id": AccountId("main"),
        "order_id": OrderId(name),
        "terms": OrderTerms(
            client_order_id=ClientOrderId(name),
            instrument_id=BTC_USDT.instrument_id,
            side=Side.SELL,
            type=OrderType.STOP,
            oco_group=group,
        ),
        "placed_at": AT,
        "rests_at": RestsAt.TRADING,
        "status": OrderStatus.ACCEPTED,
        "quantity": Decimal(1),
        "price": None,
        "stop_price": Decimal(90),
        "anchor": None,
    }
    return OpenOrder(**(facts | state))


def triggered(name: str = "stop", **state: Any) -> OpenOrder:
    return order(name, status=OrderStatus.PENDING, is_triggered=True, **state)


class Room:
    """With these orders open, at a venue that locks funds for each unless the test says otherwise."""

    def __init__(
        self, *orders: OpenOrder, locks_each: bool = True, instrument: Instrument = BTC_USDT
    ) -> None:
        self.orders = {each.order_id: each for each in orders}
        self.wishes = Recorder(_Nobody(), actor="test", clock=SystemClock())
        capabilities = msgspec.structs.replace(SPOT, locks_each=locks_each, of_contracts=FUTURES)
        self.making = MakingRoom(self.orders, capabilities, HandMarket(instrument), wishes=self.wishes)

    def must_wait(self, waiting: OpenOrder) -> bool:
        return self.making.must_wait(waiting)


class _Nobody:
    async def handle_many(self, *_: Any, **__: Any) -> Any:
        raise AssertionError


async def _wait(room: Room, waiting: OpenOrder) -> tuple[bool, int]:
    return room.must_wait(waiting), room.wishes.waiting


@pytest.mark.parametrize(
    ("sibling", "waits", "wishes"),
    [
        (order("limit"), True, 1),
        (order("limit", status=OrderStatus.UNKNOWN), True, 1),
        (order("limit", status=OrderStatus.PENDING_CANCEL), True, 0),
        (order("limit", status=OrderStatus.PARKED), False, 0),
        (order("limit", group="another"), False, 0),
        (order("limit", account_id=AccountId("another")), False, 0),
    ],
)
def test_a_triggered_order_waits_for_siblings_at_the_venue_and_has_them_cancelled(
    sibling: OpenOrder, waits: bool, wishes: int
) -> None:
    stop = triggered()
    assert asyncio.run(_wait(Room(stop, sibling), stop)) == (waits, wishes)


def test_what_was_not_triggered_or_shares_nothing_goes_at_once() -> None:
    stop, new, alone = triggered(), order("new", status=OrderStatus.PENDING), triggered(group="")
    sibling = order("limit")
    for going, room in (
        (new, Room(new, sibling)),
        (alone, Room(alone, order("limit", group=""))),
        (stop, Room(stop, sibling, locks_each=False)),
    ):
        assert asyncio.run(_wait(room, going)) == (False, 0)


def test_who_waited_goes_when_the_sibling_is_gone_and_only_once() -> None:
    async def main() -> None:
        stop, limit = triggered(), order("limit")
        room = Room(stop, limit)
        room.must_wait(stop)
        assert room.making.made_by(order("stranger", group="another")) == []
        assert room.making.made_by(order("loner", group="")) == ()
        assert room.making.made_by(limit) == [stop.order_id]
        assert room.making.made_by(limit) == []

    asyncio.run(main())


def test_who_ended_while_waiting_does_not_go() -> None:
    async def main() -> None:
        stop, limit = triggered(), order("limit")
        room = Room(stop, limit)
        room.must_wait(stop)
        del room.orders[stop.order_id]
        assert room.making.made_by(limit) == []

    asyncio.run(main())


LEG = LegTerms(stop_price=Decimal(90))


@pytest.mark.parametrize(
    ("terms", "spot", "futures"),
    [
        ({}, RestsAt.VENUE, RestsAt.VENUE),
        ({"oco_group": "exit"}, RestsAt.TRADING, RestsAt.VENUE),
        ({"stop_loss": LEG}, RestsAt.VENUE, RestsAt.VENUE),
        ({"stop_loss": LEG, "take_profit": LEG}, RestsAt.TRADING, RestsAt.VENUE),
        ({"type": OrderType.LIMIT}, RestsAt.TRADING, RestsAt.TRADING),
        ({"type": OrderType.TRAILING_STOP}, RestsAt.TRADING, RestsAt.TRADING),
    ],
)
def test_who_watches_an_order(terms: dict[str, Any], spot: RestsAt, futures: RestsAt) -> None:
    wanted = msgspec.structs.replace(order("one", group="").terms, **terms)
    assert (SPOT.rests_at(wanted), FUTURES.rests_at(wanted)) == (spot, futures)


def test_a_venue_may_hold_something_else_of_contracts() -> None:
    both = msgspec.structs.replace(SPOT, of_contracts=FUTURES)
    contract = msgspec.structs.replace(BTC_USDT, contract=Contract(settle_asset=BTC_USDT.quote_asset))
    assert (both.of(BTC_USDT), both.of(contract)) == (both, FUTURES)
    assert SPOT.of(contract) is SPOT


def test_who_need_not_make_room_for_a_contract_does_not() -> None:
    async def main() -> None:
        stop, limit = triggered(), order("limit")
        assert Room(stop, limit).must_wait(stop)
        contract = Contract(settle_asset=BTC_USDT.quote_asset)
        room = Room(stop, limit, instrument=msgspec.structs.replace(BTC_USDT, contract=contract))
        assert not room.must_wait(stop)

    asyncio.run(main())
