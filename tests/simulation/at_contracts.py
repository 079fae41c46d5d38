"""One seeded run of an account that trades contracts at a simulated venue, as ``at_venue`` does on spot.

Beside us a person trades and moves money in every second run, and the venue funds positions and closes some
against somebody else's liquidation. In every third run long and short are two positions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.simulation.agreement_of_contracts import ContractAgreement
from tests.simulation.at_venue import Run, Trace
from tests.support import virtual_time
from tests.support.binance_futures_account import Desk
from tests.support.desk import SYMBOL
from tradebook.trading.orders import OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.messages.account import Cause

_TYPES = (OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.TRAILING_STOP)
_WEIGHTS = (4, 6, 2, 1)
HEDGED = (PositionSide.LONG, PositionSide.SHORT)


class ContractRun(Run):
    """Everything of one run."""

    desk: Desk
    agreement = ContractAgreement

    async def run(self) -> None:
        """With a leverage that the account may have."""
        self.desk.by_hand("POST", "/fapi/v1/leverage", symbol=SYMBOL, leverage="5")
        await super().run()

    async def _step(self) -> None:
        await super()._step()
        clearing, positions = self.desk.exchange.exchange.clearing, self.desk.customer.positions()
        if self.random.random() < 0.05:
            self.trace("the venue: funding")
            clearing.fund()
        if positions and self.random.random() < 0.02:
            self.trace("the venue: deleveraging")
            clearing.close(self.desk.customer, self.random.choice(positions), Cause.DELEVERAGING)

    async def _place(self) -> None:
        random = self.random
        side, type_ = random.choice(list(Side)), random.choices(_TYPES, _WEIGHTS)[0]
        terms: dict[str, Any] = {"type": type_, "quantity": Decimal(random.randint(6, 300)) / 100}
        if type_ is OrderType.LIMIT:
            terms["price"] = self._price + Decimal(random.randint(-300, 300)) / 100
            terms["time_in_force"] = random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC))
        if type_ is OrderType.STOP:
            away = Decimal(random.randint(50, 300)) / 100
            terms["stop_price"] = self._price + 1 + away if side is Side.BUY else self._price - away
        if type_ is OrderType.TRAILING_STOP:
            terms["trailing_offset"] = Decimal(random.randint(50, 300)) / 100
        if self.desk.customer.is_hedged:
            terms["position_side"] = random.choice(HEDGED)
            terms["reduce_only"] = (side is Side.BUY) is (terms["position_side"] is PositionSide.SHORT)
        elif random.random() < 0.25:
            terms["reduce_only"] = True
        command = self.desk.core.place(f"order {len(self.placed)}", side, **terms)
        self.placed.append(command)
        self.trace(f"place {command.order_id[:8]} {side} {terms}")
        await self.desk.core.handle(command)


def run(seed: int, trace: Trace = lambda _: None) -> ContractRun:
    """Live one run in virtual time."""

    async def main() -> ContractRun:
        it = ContractRun(seed, trace, Desk(is_hedged=seed % 3 == 2, USDT="5000"))
        await it.run()
        return it

    return virtual_time.run(main())
