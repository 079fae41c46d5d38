"""What must hold between an account that trades contracts at a simulated venue and its journal, at rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.simulation.agreement import Agreement, Amounts
from tests.support.contract_desk import ContractDesk
from tests.support.core import ALICE
from tradebook.trading.events import DifferenceFound, FundingSettled, OrderFilled, PositionClosedByVenue
from tradebook.trading.model.contracts import position_key
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.orders import ContractOrder
from tradebook.venues.simulators.spot.orders import SpotFill

UNIT = Decimal("0.00000001")
"""That costs are rounded to."""


class ContractAgreement(Agreement):
    """Of one run: positions and what they settle, besides orders and their fills."""

    _desk: ContractDesk

    def _check_fills(self) -> Amounts:
        self._closed = {each.fill_id: each for each in self._all(PositionClosedByVenue)}
        known: Mapping[str, tuple[Any, SpotFill]] = self._desk.fills_at_venue()
        assert self._closed.keys() <= known.keys()
        for fill_id, each in self._closed.items():
            order, told = known[fill_id]
            assert isinstance(order, ContractOrder)
            assert (each.quantity, each.price, each.fee) == (told.quantity, told.price, told.fee)
            assert each.reason == order.cause.value
            assert each.position_side is order.terms.position_side
        for each in self._all(OrderFilled):
            order, _ = known[each.fill_id]
            assert each.position_side is order.terms.position_side
        self._check_funding()
        return super()._check_fills()

    def _check_funding(self) -> None:
        booked = Counter(each.amount for each in self._all(FundingSettled))
        assert booked == Counter(each.amount for each in self._desk.customer.fundings)

    def _count(self, others: defaultdict[str, Decimal], order: Any, told: SpotFill) -> None:
        if self._desk.fill_id_of(order, told) not in self._closed:
            others[self._desk.settle_asset] += order.settled[told.trade_id].realised - told.fee

    async def _check_balances(self, *missing: Amounts) -> None:
        await super()._check_balances(*missing)
        said: Amounts = {}
        for each in self._all(DifferenceFound):
            if each.kind == "position":
                said[each.figures["position"]] = Decimal(each.figures["difference"])
        ours, theirs = await self._desk.positions(), self._desk.their_positions()
        for key in {*ours, *theirs}:
            difference = theirs.get(key, Decimal(0)) - ours.get(key, Decimal(0))
            assert difference == said.get(key, 0), (key, difference, said)

        booked = {each.fill_id for each in self._all((OrderFilled, PositionClosedByVenue))}
        if self._desk.fills_at_venue().keys() <= booked:
            await self._check_costs()

    async def _check_costs(self) -> None:
        """Where every trade is booked, positions cost what they cost there, and set as much aside.

        What is closed of a position takes a rounded part of its cost along: trades that were found again in
        another order leave a unit more or less of it, each.
        """
        account = await self._desk.core.writer.read(ALICE, lambda account: account)
        ours = {key: (each.cost, each.margin) for key, each in account.contracts.items()}
        held = self._desk.customer.positions()
        keys = (position_key(self._desk.here.instrument_id, each.side) for each in held)
        theirs = {key: (each.held.cost, each.held.margin) for key, each in zip(keys, held, strict=True)}
        assert ours.keys() == theirs.keys()
        most = UNIT * len(self._desk.fills_at_venue())
        for key, figures in ours.items():
            for here, there in zip(figures, theirs[key], strict=True):
                assert abs(here - there) <= most, (key, ours, theirs)
        if held:
            known = account.leverages[self._desk.here.instrument_id]
            assert known == self._desk.customer.leverage(held[0].instrument.instrument_id)

    def _others(self) -> set[str]:
        forced = {
            each.client_order_id for each in self._desk.customer.orders() if each.cause is not Cause.ORDER
        }
        return super()._others() - forced
