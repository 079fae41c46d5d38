"""What open contracts have gained: now at the last prices, of a moment of the past at recorded ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import AccountId, InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.market.ports import MarketData
from tradebook.market.recorded import RecordedPrices
from tradebook.trading.model.contracts import gain
from tradebook.trading.views.contracts import OpenContract, open_contract
from tradebook.trading.worth import mark_price

if TYPE_CHECKING:
    from asyncpg import Pool

SELECT_OPEN = """
select instrument, position_side, settle_asset, quantity, cost, average_price, margin, realised
from trading.contract_positions where account_id = $1 and quantity <> 0 order by instrument, position_side
"""

SELECT_OPEN_THEN = """
select * from (
    select distinct on (instrument, position_side)
        instrument, position_side, settle_asset, quantity, cost, average_price, margin, realised
    from trading.contract_position_history
    where account_id = $1 and position <= $2
    order by instrument, position_side, position desc
) newest where quantity <> 0
"""


class Gained(NamedTuple):
    """An open contract at a price."""

    held: OpenContract
    price: Decimal | None
    amount: Decimal | None
    """In its settle asset, negative for a loss, before fees; None where there is no price."""

    @property
    def of(self) -> str:
        """Which position it is, as figures are named."""
        return self.held.key


class ContractGains:
    """Measures open contracts. Access is checked by the caller."""

    def __init__(self, pool: Pool, market: MarketData, recorded: RecordedPrices) -> None:
        self._pool = pool
        self._market = market
        self._recorded = recorded

    async def now(self, account_id: AccountId) -> Sequence[Gained]:
        """At the last prices."""
        held = [open_contract(row) for row in await self._pool.fetch(SELECT_OPEN, account_id)]
        return [self._gained(each, mark_price(self._market, InstrumentId(each.instrument))) for each in held]

    async def as_of(self, account_id: AccountId, position: int, at: datetime) -> Sequence[Gained]:
        """What was open after ``position``, at the prices recorded by ``at``."""
        rows = await self._pool.fetch(SELECT_OPEN_THEN, account_id, position)
        found = []
        for held in map(open_contract, rows):
            close = await self._recorded.close(InstrumentId(held.instrument), at)
            found.append(self._gained(held, None if close is None else close[1]))
        return found

    def _gained(self, held: OpenContract, price: Decimal | None) -> Gained:
        instrument = self._market.instrument(InstrumentId(held.instrument))
        contract = None if instrument is None else instrument.contract
        if contract is None or price is None:
            return Gained(held, price, None)
        return Gained(held, price, gain(contract, held.quantity, held.cost, price))


def gained_in(asset: str, gains: Sequence[Gained]) -> Decimal | None:
    """What all of them that settle in the asset have gained; None where one of them has no price."""
    amounts = [each.amount for each in gains if each.held.asset == asset]
    return None if None in amounts else sum((each for each in amounts if each is not None), ZERO)
