"""Equity: what each account with open positions is worth now, so that loss limits know."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, multiply
from tradebook.market.ports import MarketData
from tradebook.trading.commands import MarkEquity
from tradebook.trading.events import (
    BalanceAdjusted,
    FundingSettled,
    OrderFilled,
    PositionBroughtForward,
    PositionClosedByVenue,
    UnmatchedFillAdopted,
)
from tradebook.trading.model.conditionals import EQUITY_STEP
from tradebook.trading.model.contracts import gain
from tradebook.trading.processes.follower import Change
from tradebook.trading.processes.holdings import Held, Holdings
from tradebook.trading.processes.recorder import CommandHandler, Recorder
from tradebook.trading.worth import mark_price, rate_for_limits

ROUND_S = 1
MOVING = (
    OrderFilled,
    UnmatchedFillAdopted,
    BalanceAdjusted,
    PositionBroughtForward,
    PositionClosedByVenue,
    FundingSettled,
)
"""What may leave an account with something whose worth changes by itself, or without."""
_YIELD_EVERY = 200


class Equity:
    """Marks accounts at the last prices, once a second at most and only when they moved a step."""

    def __init__(
        self,
        *,
        holdings: Holdings,
        writer: CommandHandler,
        market: MarketData,
        clock: Clock,
    ) -> None:
        self._holdings = holdings
        self._market = market
        self._clock = clock
        self._recorder = Recorder(writer, actor="system:equity", clock=clock)
        self._watched: dict[AccountId, None] = {}  # in order, so that every run is the same
        self._marks: dict[AccountId, tuple[date, Decimal]] = {}

    async def run(self) -> None:
        """Mark without end."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._recorder.run())
            tasks.create_task(self._rounds())

    async def recover(self) -> None:
        """Watch every account that holds a position."""
        for account_id, held in self._holdings.items():
            if held.has_positions:
                self._watched[account_id] = None

    async def react(self, changes: Sequence[Change]) -> None:
        """Watch accounts from their fills and adopted balances on."""
        for change in changes:
            if isinstance(change.event, MOVING):
                self._watched[change.event.account_id] = None

    async def _rounds(self) -> None:
        while True:
            await self._clock.sleep(ROUND_S)
            for number, account_id in enumerate(list(self._watched)):
                self._mark(account_id)
                if number % _YIELD_EVERY == _YIELD_EVERY - 1:
                    await asyncio.sleep(0)

    def _mark(self, account_id: AccountId) -> None:
        held = self._holdings[account_id]
        unrealised = self._unrealised(held)
        equity = None if unrealised is None else self._worth(held, unrealised)
        if equity is None or unrealised is None:
            return
        at = self._market.now()
        before = self._marks.get(account_id)
        if before is None or before[0] != at.date() or _is_a_step(before[1], equity):
            self._marks[account_id] = at.date(), equity
            self._recorder.take(
                MarkEquity(account_id=account_id, at=at, day=at.date(), equity=equity, unrealised=unrealised)
            )
        if not held.has_positions:  # its last fill is marked; nothing moves it any more
            del self._watched[account_id]

    def _unrealised(self, held: Held) -> dict[Asset, Decimal] | None:
        """What open contracts have gained at the last prices, by settle asset; None while one is to come."""
        gained: dict[Asset, Decimal] = {}
        for each in held.contracts.values():
            instrument = self._market.instrument(each.instrument_id)
            price = mark_price(self._market, each.instrument_id)
            if instrument is None or instrument.contract is None or price is None:
                return None
            more = gain(instrument.contract, each.quantity, each.cost, price)
            gained[each.settle_asset] = gained.get(each.settle_asset, ZERO) + more
        return gained

    def _worth(self, held: Held, unrealised: Mapping[Asset, Decimal]) -> Decimal | None:
        """All assets and gains in the base asset; None while a price is still to come."""
        equity = ZERO
        for asset in {**held.totals, **unrealised}:
            total = held.totals.get(asset, ZERO) + unrealised.get(asset, ZERO)
            rate = rate_for_limits(self._market, asset, held.base_asset)
            if rate is None:
                return None
            equity += multiply(total, rate)
        return equity


def _is_a_step(before: Decimal, now: Decimal) -> bool:
    return abs(now - before) >= abs(before) * EQUITY_STEP
