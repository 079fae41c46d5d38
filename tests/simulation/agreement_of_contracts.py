"""What must hold between an account that trades contracts at a simulated venue and its journal, at rest."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tests.simulation.agreement import Agreement, Amounts
from tests.support.binance_futures_account import Desk
from tradebook.trading.events import DifferenceFound, FundingSettled, PositionClosedByVenue
from tradebook.venues.messages.account import Cause


class ContractAgreement(Agreement):
    """Of one run: positions and what they settle, besides orders and their fills.

    What a trade settles depends on all that were before it, so where a person trades beside us the balance
    differs by what only the venue's position explains: then it is enough that the difference was said.
    """

    _desk: Desk

    def _check_fills(self) -> Amounts:
        closed = {each.fill_id: each for each in self._all(PositionClosedByVenue)}
        for fill_id, (order, told) in self._desk.fills_at_venue().items():
            each = closed.pop(fill_id, None)  # not where the one frame that told of it was lost
            if each is not None:
                assert (each.quantity, each.price, each.fee) == (told.quantity, told.price, told.fee)
                assert each.reason == order.cause.value
        assert not closed
        self._check_funding()
        return super()._check_fills()

    def _check_funding(self) -> None:
        booked = Counter(each.amount for each in self._all(FundingSettled))
        assert booked == Counter(each.amount for each in self._desk.customer.fundings)

    async def _check_balances(self, *missing: Amounts) -> None:
        del missing
        said: Amounts = {}
        for each in self._all(DifferenceFound):
            if each.kind in {"balance", "position"}:
                subject = each.figures.get("asset") or each.figures["position"]
                said[subject] = Decimal(each.figures["difference"])
        ours = {**await self._desk.book(), **await self._desk.positions()}
        theirs = {**self._desk.theirs(), **self._desk.their_positions()}
        for subject in {*ours, *theirs}:
            difference = theirs.get(subject, Decimal(0)) - ours.get(subject, Decimal(0))
            assert difference == said.get(subject, 0), (subject, difference, said)

    def _others(self) -> set[str]:
        forced = {
            each.client_order_id for each in self._desk.customer.orders() if each.cause is not Cause.ORDER
        }
        return super()._others() - forced
