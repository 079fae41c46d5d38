"""Runs of an account that trades contracts at a simulated venue (see ``at_venue``).

It may be hedged, leverage changes, funding is paid, and the venue closes positions by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from tests.simulation.agreement_on_contracts import ContractAgreement
from tests.simulation.at_venue import Run, Trace, live
from tests.support.bybit_contracts import ContractsDesk, InverseDesk
from tests.support.core import ALICE
from tradebook.kernel.errors import TradebookError
from tradebook.trading.orders import MarginMode, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.messages.account import Cause

_TYPES = (OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.TRAILING_STOP)
_WEIGHTS = (4, 6, 2, 1)
_BOTH = (PositionSide.LONG, PositionSide.SHORT)


class ContractRun(Run):
    """Every third account is hedged."""

    agreement = ContractAgreement

    def __init__(self, seed: int, trace: Trace, desk: ContractsDesk) -> None:
        super().__init__(seed, trace, desk)
        self.contracts = desk
        self.is_hedged = desk.can_hedge and seed % 3 == 0

    async def run(self) -> None:
        if self.is_hedged:
            self.contracts.hedge_by_hand()
        await super().run()

    async def step(self) -> None:
        await super().step()
        kind = self.random.random()
        if kind < 0.03:
            self.trace("funding")
            self.contracts.clearing.fund()
        elif kind < 0.06 and self.has_a_person:
            self._close_by_venue()
        elif kind < 0.1:
            await self._set_leverage()

    async def place(self) -> None:
        random = self.random
        side, type_ = random.choice(list(Side)), random.choices(_TYPES, _WEIGHTS)[0]
        terms: dict[str, Any] = {"type": type_, "quantity": self.quantity()}
        if type_ is OrderType.LIMIT:
            terms["price"] = self.price + Decimal(random.randint(-300, 300)) / 100
            terms["time_in_force"] = random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC))
        if type_ is OrderType.STOP:
            away = Decimal(random.randint(50, 300)) / 100
            terms["stop_price"] = self.price + 1 + away if side is Side.BUY else self.price - away
        if type_ is OrderType.TRAILING_STOP:
            terms["trailing_offset"] = Decimal(random.randint(50, 300)) / 100
        if self.is_hedged:
            terms["position_side"] = random.choice(_BOTH)
            terms["reduce_only"] = (terms["position_side"] is PositionSide.LONG) is (side is Side.SELL)
        elif random.random() < 0.2:
            terms["reduce_only"] = True
        command = self.desk.core.place(f"order {len(self.placed)}", side, **terms)
        self.placed.append(command)
        self.trace(f"place {command.order_id[:8]} {side} {terms}")
        await self.desk.core.handle(command)

    async def _set_leverage(self) -> None:
        leverage = Decimal(self.random.randint(1, 10))
        self.trace(f"leverage {leverage}")
        with suppress(TradebookError, OSError):
            await self.desk.venue.set_leverage(
                ALICE, self.desk.here.instrument_id, leverage, MarginMode.CROSS
            )

    def _close_by_venue(self) -> None:
        for each in self.contracts.customer.positions()[:1]:
            cause = self.random.choice((Cause.LIQUIDATION, Cause.DELEVERAGING))
            self.trace(f"the venue closes {each.held.quantity}: {cause}")
            self.contracts.clearing.close(self.contracts.customer, each, cause)


DESKS: Mapping[str, Callable[..., ContractsDesk]] = {
    "bybit-linear": ContractsDesk,
    "bybit-inverse": InverseDesk,
}


def run(venue: str, seed: int, trace: Trace = lambda _: None) -> Run:
    """Live one run in virtual time."""
    return live(lambda: ContractRun(seed, trace, DESKS[venue](USDT="5000", BTC="40")))
