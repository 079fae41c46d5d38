"""What must hold of contracts between an account at a simulated venue and its journal."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tests.simulation.agreement import Agreement, Amounts
from tests.support.bybit_contracts import ContractsDesk
from tests.support.core import ALICE
from tradebook.trading.events import (
    DifferenceFound,
    FundingSettled,
    OrderFilled,
    PositionClosedByVenue,
    UnmatchedFillRecorded,
)
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.state import Account
from tradebook.trading.orders import Side
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.orders import ContractOrder


class ContractAgreement(Agreement):
    """What somebody else traded books nothing until it is adopted, so that money and positions differ by what
    was said. Where nobody did, and what we traded was booked in its order, they are equal to the last digit,
    with what positions cost and set aside; but for funding that was paid while we were not there, of which it
    was said by how much.
    """

    _desk: ContractsDesk

    def check_fills(self) -> Amounts:
        """Each fill of ours is booked as the venue has it, and each of its own closings as one."""
        booked = {each.fill_id: each for each in self.all(OrderFilled)}
        aside = {each.fill_id: each for each in self.all(UnmatchedFillRecorded)}
        closings = {each.fill_id: each for each in self.all(PositionClosedByVenue)}
        known = self._desk.fills_at_venue()
        assert booked.keys() | aside.keys() | closings.keys() <= known.keys()
        assert len(booked) + len(aside) + len(closings) == len({*booked, *aside, *closings})
        ours = set(self.names.values()) - self._doubled
        for fill_id, (order, told) in known.items():
            assert isinstance(order, ContractOrder)
            if order.cause is not Cause.ORDER:
                assert fill_id not in booked
                assert fill_id not in aside
            elif order.client_order_id in ours:
                assert fill_id in booked, told
            fill = booked.get(fill_id) or aside.get(fill_id) or closings.get(fill_id)
            if fill is not None:
                assert (fill.quantity, fill.price) == (told.quantity, told.price)
                assert (fill.fee, fill.fee_asset) == (told.fee, told.fee_asset)
                assert (fill.side is Side.BUY) == told.is_buyer
                assert fill.position_side == order.terms.position_side
        in_order = [each.fill_id for each in self.all((OrderFilled, PositionClosedByVenue))]
        self._is_all_ours = list(known) == in_order and not self._moved
        return {}

    async def check_balances(self, *_: Amounts) -> None:
        """And positions, funding and leverage."""
        account = await self._desk.core.writer.read(ALICE, lambda account: account)
        book, theirs = await self._desk.book(), self._desk.theirs()
        said = {asset: difference for asset, difference in account.differences.items() if difference}
        assert _difference(theirs, book) == said
        open_here = {key: each.quantity for key, each in account.contracts.items()}
        open_there = self._desk.their_positions()
        said_of = {key: each for key, each in account.position_differences.items() if each}
        assert _difference(open_there, open_here) == said_of
        missed = self._missed_funding()
        self._check_leverage(account)
        if self._is_all_ours:
            assert sum(said.values()) == missed, said
            assert not said_of, said_of
            costs = {key: (each.cost, each.margin) for key, each in account.contracts.items()}
            assert costs == {
                position_key(self._desk.here.instrument_id, each.side): (each.held.cost, each.held.margin)
                for each in self._desk.customer.positions()
            }

    def check_what_others_did(self) -> None:
        """And nothing is named where nobody was beside us."""
        is_alone = set(self._desk.orders_at_venue()) - {""} <= set(self.names.values())
        if self._is_all_ours and is_alone and not self._missed_funding():
            assert not self.all(DifferenceFound)

    def _missed_funding(self) -> Decimal:
        """Nothing is booked twice."""
        booked = Counter(each.amount for each in self.all(FundingSettled))
        paid = Counter(each.amount for each in self._desk.customer.fundings)
        assert booked <= paid
        return sum((paid - booked).elements(), Decimal(0))

    def _check_leverage(self, account: Account) -> None:
        if self._desk.customer.positions():
            known = account.leverages[self._desk.here.instrument_id]
            assert known == self._desk.customer.leverage(self._desk.their_instrument_id)


def _difference(theirs: Amounts, ours: Amounts) -> Amounts:
    both = {key: theirs.get(key, Decimal(0)) - ours.get(key, Decimal(0)) for key in {*theirs, *ours}}
    return {key: each for key, each in both.items() if each}
