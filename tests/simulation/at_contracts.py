"""One seeded run of an account that trades contracts at a simulated venue, as ``at_venue`` does on spot.

Beside us a person trades and moves money in every second run, and the venue funds positions and closes some
against somebody else's liquidation. In every third run long and short are two positions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.simulation.agreement_of_contracts import ContractAgreement
from tests.simulation.at_venue import Run, Trace, live
from tests.support.binance_futures_account import Desk as BinanceFuturesDesk
from tests.support.bybit_contracts import ContractsDesk as BybitLinearDesk
from tests.support.bybit_contracts import InverseDesk as BybitInverseDesk
from tests.support.contract_desk import ContractDesk
from tests.support.core import ALICE
from tests.support.hyperliquid_perpetuals import TwoWalletsDesk
from tradebook.kernel.errors import TradebookError
from tradebook.trading.orders import MarginMode, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.messages.account import Cause

_TYPES = (OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.TRAILING_STOP)
_WEIGHTS = (4, 6, 2, 1)
HEDGED = (PositionSide.LONG, PositionSide.SHORT)


class ContractRun(Run):
    """Everything of one run."""

    desk: ContractDesk
    agreement = ContractAgreement
    _funded_at = datetime.min.replace(tzinfo=UTC)
    """Nobody pays twice at one moment, and some venues have no other name for a payment."""

    async def run(self) -> None:
        """With a leverage that the account may have."""
        self.desk.lever_by_hand("5")
        await super().run()

    async def _step(self) -> None:
        await super()._step()
        positions = self.desk.customer.positions()
        if self.random.random() < 0.05 and self.desk.clock.now() > self._funded_at:
            self.trace("the venue: funding")
            self._funded_at = self.desk.clock.now()
            self.desk.clearing.fund()
        if positions and self.random.random() < 0.02:
            self.trace("the venue: deleveraging")
            self.desk.clearing.close(self.desk.customer, self.random.choice(positions), Cause.DELEVERAGING)
        if self.random.random() < 0.03:
            await self._set_leverage()

    async def _place(self) -> None:
        random = self.random
        side, type_ = random.choice(list(Side)), random.choices(_TYPES, _WEIGHTS)[0]
        terms: dict[str, Any] = {"type": type_, "quantity": self._quantity(6)}
        if type_ is OrderType.LIMIT:
            terms["price"] = self._price + Decimal(random.randint(-300, 300)) / 100
            terms["time_in_force"] = random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC))
        if type_ is OrderType.STOP:
            away = Decimal(random.randint(50, 300)) / 100
            terms["stop_price"] = self._price + 1 + away if side is Side.BUY else self._price - away
        if type_ is OrderType.TRAILING_STOP:
            terms["trailing_offset"] = Decimal(random.randint(50, 300)) / 100
        if self.desk.is_hedged:
            terms["position_side"] = random.choice(HEDGED)
            terms["reduce_only"] = (side is Side.BUY) is (terms["position_side"] is PositionSide.SHORT)
        elif random.random() < 0.25:
            terms["reduce_only"] = True
        command = self.desk.core.place(f"order {len(self.placed)}", side, **terms)
        self.placed.append(command)
        self.trace(f"place {command.order_id[:8]} {side} {terms}")
        await self.desk.core.handle(command)

    async def _set_leverage(self) -> None:
        leverage = Decimal(self.random.randint(2, 10))
        self.trace(f"leverage {leverage}")
        with suppress(TradebookError, OSError):
            await self.desk.venue.set_leverage(
                ALICE, self.desk.here.instrument_id, leverage, MarginMode.CROSS
            )


DESKS: Mapping[str, Callable[[bool], ContractDesk]] = {
    "binance-usdm": lambda is_hedged: BinanceFuturesDesk(is_hedged=is_hedged, USDT="5000"),
    "bybit-linear": lambda is_hedged: BybitLinearDesk(is_hedged=is_hedged, USDT="5000"),
    # Inverse perpetuals have one position each there.
    "bybit-inverse": lambda _: BybitInverseDesk(BTC="40"),
    # So has a wallet there.
    "hyperliquid-perps": lambda _: TwoWalletsDesk(USDC="5000"),
}


def run(venue: str, seed: int, trace: Trace = lambda _: None) -> Run:
    """Live one run in virtual time."""
    return live(lambda: ContractRun(seed, trace, DESKS[venue](seed % 3 == 2)))
