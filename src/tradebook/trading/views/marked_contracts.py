"""What open contracts are at the market: now at the last prices, of the past at recorded ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import AccountId, InstrumentId
from tradebook.market.ports import MarketData
from tradebook.market.recorded import RecordedPrices
from tradebook.market.values import Contract
from tradebook.trading.model.contracts import gain
from tradebook.trading.model.liquidation import maintenance_margin
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


class AtMark(NamedTuple):
    """What an open contract is at a price, in its settle asset."""

    price: Decimal
    value: Decimal
    """Above zero whichever way it is held."""
    gained: Decimal
    """Negative for a loss; before fees."""
    maintenance_margin: Decimal


class MarkedContract(NamedTuple):
    """An open contract and what it is at a price."""

    held: OpenContract
    contract: Contract | None
    """None where its market does not know it."""
    at_mark: AtMark | None
    """None where there is no price."""

    @property
    def of(self) -> str:
        """Which position it is, as figures are named."""
        return self.held.key

    @property
    def gained(self) -> Decimal | None:
        """In its settle asset, before fees; None where there is no price."""
        return None if self.at_mark is None else self.at_mark.gained


class MarkedContracts:
    """Marks open contracts. Access is checked by the caller."""

    def __init__(self, pool: Pool, market: MarketData, recorded: RecordedPrices) -> None:
        self._pool = pool
        self._market = market
        self._recorded = recorded

    async def now(self, account_id: AccountId) -> Sequence[MarkedContract]:
        """At the last prices."""
        held = [open_contract(row) for row in await self._pool.fetch(SELECT_OPEN, account_id)]
        return [self._marked(each, mark_price(self._market, InstrumentId(each.instrument))) for each in held]

    async def as_of(self, account_id: AccountId, position: int, at: datetime) -> Sequence[MarkedContract]:
        """What was open after ``position``, at the prices recorded by ``at``."""
        rows = await self._pool.fetch(SELECT_OPEN_THEN, account_id, position)
        found = []
        for held in map(open_contract, rows):
            close = await self._recorded.close(InstrumentId(held.instrument), at)
            found.append(self._marked(held, None if close is None else close[1]))
        return found

    def _marked(self, held: OpenContract, price: Decimal | None) -> MarkedContract:
        instrument = self._market.instrument(InstrumentId(held.instrument))
        contract = None if instrument is None else instrument.contract
        if contract is None or not price:
            return MarkedContract(held, contract, None)
        at_mark = AtMark(
            price=price,
            value=contract.value(abs(held.quantity), price),
            gained=gain(contract, held.quantity, held.cost, price),
            maintenance_margin=maintenance_margin(contract, held.quantity, price),
        )
        return MarkedContract(held, contract, at_mark)
