"""What must hold between an account at a simulated venue and its journal, once everything is at rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

from tests.support.core import ALICE
from tests.support.desk import VenueDesk
from tradebook.kernel.ids import OrderId
from tradebook.kernel.messages import Event
from tradebook.trading.events import (
    OPENING,
    DifferenceFound,
    FundsDeposited,
    FundsWithdrawn,
    OrderFilled,
    OrderSubmitted,
    UnmatchedFillRecorded,
)
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, Side
from tradebook.venues.simulators.spot.orders import SpotFill

Amounts = dict[str, Decimal]


class Agreement:
    """Of one run."""

    def __init__(
        self,
        desk: VenueDesk,
        *,
        moved: Sequence[tuple[str, Decimal]],
        sent: Mapping[str, int],
        doubled: Set[str],
    ) -> None:
        """``moved`` came beside trading, ``sent`` counts sendings by us, ``doubled`` are those that somebody
        else made two of.
        """
        self._desk = desk
        self._moved = moved
        self._sent = sent
        self._doubled = doubled
        self._facts: list[Event] = []
        self._names: dict[OrderId, str] = {}
        """What the venue calls each order that was to be sent."""

    async def check(self) -> None:
        """Raises AssertionError."""
        self._facts = await self._desk.core.history()
        side = self._desk.venue.side_of(ALICE)
        self._names = {each.order_id: side.client_order_id_of(each) for each in self._all(OrderSubmitted)}
        self._check_sendings()
        await self._check_orders()
        trades = self._check_fills()
        transfers = self._check_transfers()
        await self._check_balances(trades, transfers)
        self._check_what_others_did()

    def _check_sendings(self) -> None:
        assert set(self._sent.values()) <= {1}, self._sent
        there = Counter(self._desk.orders_at_venue())
        twice = {name for name in self._names.values() if there[name] > 1}
        assert twice <= self._doubled, twice

    async def _check_orders(self) -> None:
        """What works works on both sides; nothing is left open that has an answer."""
        statuses = await self._desk.core.writer.read(
            ALICE, lambda account: {each.order_id: each.status for each in account.orders.values()}
        )
        there = {each.client_order_id: each for each in self._desk.customer.orders(self._desk.symbol)}
        for order_id, name in self._names.items():
            ours, at_venue = statuses.get(order_id), there.get(name)
            works = ours is not None and ours not in TERMINAL
            works_there = at_venue is not None and at_venue.is_open
            assert works_there == works, (order_id, ours, at_venue)
            assert ours not in (OrderStatus.UNKNOWN, OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL)

    def _check_fills(self) -> Amounts:
        """Each fill of ours is booked as the venue has it, with its fee; what the others amount to."""
        booked = {each.fill_id: each for each in self._all(OrderFilled)}
        aside = {each.fill_id: each for each in self._all(UnmatchedFillRecorded)}
        ours = set(self._names.values()) - self._doubled
        known = self._desk.fills_at_venue()
        assert booked.keys() | aside.keys() <= known.keys()
        assert not booked.keys() & aside.keys()
        others: defaultdict[str, Decimal] = defaultdict(Decimal)
        for fill_id, (order, told) in known.items():
            if order.client_order_id in ours:
                assert fill_id in booked, told
            fill = booked.get(fill_id) or aside.get(fill_id)
            if fill is not None:
                assert (fill.quantity, fill.price) == (told.quantity, told.price)
                assert (fill.fee, fill.fee_asset) == (told.fee, told.fee_asset)
                assert (fill.side is Side.BUY) == told.is_buyer
            if fill_id not in booked:
                self._count(others, order, told)
        return others

    def _check_transfers(self) -> Amounts:
        """What came and went beside trading is booked once; what of it was missed."""
        came = [each for each in self._all(FundsDeposited) if each.reference != OPENING]
        booked = Counter((each.asset, each.amount) for each in came)
        booked += Counter((each.asset, -each.amount) for each in self._all(FundsWithdrawn))
        moved = Counter(self._moved)
        assert booked <= moved, booked - moved
        missed: defaultdict[str, Decimal] = defaultdict(Decimal)
        for (asset, amount), count in (moved - booked).items():
            missed[asset] += amount * count
        return missed

    async def _check_balances(self, *missing: Amounts) -> None:
        """The difference is what is not booked, and the last that was said of it."""
        book, theirs = await self._desk.book(), self._desk.theirs()
        said: Amounts = {}
        for each in self._all(DifferenceFound):
            if each.kind == "balance":
                said[each.figures["asset"]] = Decimal(each.figures["difference"])
        for asset in {*book, *theirs}:
            difference = theirs.get(asset, Decimal(0)) - book.get(asset, Decimal(0))
            assert difference == sum((each.get(asset, Decimal(0)) for each in missing), Decimal(0)), asset
            assert difference == said.get(asset, 0), (asset, difference, said)

    def _check_what_others_did(self) -> None:
        """Orders beside us are named; and nothing is named where nobody was beside us."""
        differences = self._all(DifferenceFound)
        named = {each.figures["venue_order_id"] for each in differences if each.kind == "outside_order"}
        names = set(self._names.values())
        works = self._desk.customer.open_orders(self._desk.symbol)
        assert {self._desk.order_id_of(each) for each in works if each.client_order_id not in names} <= named
        if self._others() <= names and not self._moved and not self._doubled:
            assert not differences, differences

    def _count(self, others: defaultdict[str, Decimal], order: Any, told: SpotFill) -> None:
        """What a trade that is not booked did to the account."""
        del order  # it says all by itself
        sign = 1 if told.is_buyer else -1
        others[self._desk.here.base_asset] += sign * told.quantity
        others[self._desk.here.quote_asset] -= sign * told.quantity * told.price
        others[told.fee_asset] -= told.fee

    def _others(self) -> set[str]:
        """Whoever may have made the book differ, and we, by client order ids."""
        return set(self._desk.orders_at_venue())

    def _all(self, kind: type[Any] | tuple[type[Any], ...]) -> list[Any]:
        return [each for each in self._facts if isinstance(each, kind)]
