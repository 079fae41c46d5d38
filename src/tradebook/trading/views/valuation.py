"""What an account is worth: each of its balances in its base asset.

Now it is valued at the last prices, as the loss limits see it. As of a moment of the past it is valued at
recorded prices, see ``RecordedPrices``, so that whoever computes it again gets the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, multiply, plain
from tradebook.market.ports import MarketData
from tradebook.market.recorded import Rate, RecordedPrices, Wish
from tradebook.trading.views.contract_gains import ContractGains, Gained, gained_in
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.ledger import BalanceDocument, balance_document
from tradebook.trading.views.moments import Moment, Moments

if TYPE_CHECKING:
    from asyncpg import Pool

SELECT_BASE_ASSET = "select document::jsonb ->> 'base_asset' from trading.accounts where account_id = $1"
SELECT_BALANCES = """
select asset, available, held, last_position from trading.balances where account_id = $1 order by asset
"""


class AssetValueDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One balance and what it is worth; ``price`` and ``value`` are null where no price is known."""

    asset: str
    total: str
    available: str
    held: str
    unrealised: str | None
    """What open contracts that settle in it have gained (negative: lost); null where one has no price."""
    price: str | None
    """Of one unit, in the account's base asset."""
    price_at: datetime | None
    """When that price was made, by the market's time."""
    price_source: str | None
    """The instrument it was taken from; null for the base asset itself."""
    value: str | None
    """(total + unrealised) × price, in the base asset."""


class ValuationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What an account is worth."""

    account_id: str
    base_asset: str
    at: datetime
    """The market's time that prices are as of."""
    journal_position: str
    """Everything up to here is in the balances."""
    equity: str
    """The sum of the values that are known."""
    is_complete: bool
    """Whether everything that is owned has a price."""
    items: list[AssetValueDocument]


class Valued(NamedTuple):
    """A balance with its rate."""

    balance: BalanceDocument
    rate: Rate | None
    gains: Sequence[Gained] = ()
    """Of open contracts that settle in the asset."""

    @property
    def unrealised(self) -> Decimal | None:
        """What these have gained; None where one has no price."""
        return gained_in(self.balance.asset, self.gains)

    @property
    def value(self) -> Decimal | None:
        """In the base asset; nothing is worth nothing, whatever its price."""
        unrealised = self.unrealised
        if unrealised is None:
            return None
        total = Decimal(self.balance.total) + unrealised
        if not total:
            return ZERO
        return None if self.rate is None else multiply(total, self.rate.value)


class Valuation(NamedTuple):
    """All balances of an account, valued."""

    account_id: AccountId
    base_asset: Asset
    at: datetime
    position: int
    items: Sequence[Valued]

    @property
    def equity(self) -> Decimal:
        """The sum of the values that are known."""
        return sum((each.value or ZERO for each in self.items), ZERO)

    @property
    def is_complete(self) -> bool:
        """Whether that is all."""
        return all(each.value is not None for each in self.items)


def valuation_document(valuation: Valuation) -> ValuationDocument:
    """The valuation in its wire form."""
    return ValuationDocument(
        account_id=valuation.account_id,
        base_asset=valuation.base_asset,
        at=valuation.at,
        journal_position=str(valuation.position),
        equity=plain(valuation.equity),
        is_complete=valuation.is_complete,
        items=[_item(each) for each in valuation.items],
    )


def _item(valued: Valued) -> AssetValueDocument:
    balance, rate, value, unrealised = valued.balance, valued.rate, valued.value, valued.unrealised
    return AssetValueDocument(
        asset=balance.asset,
        total=balance.total,
        available=balance.available,
        held=balance.held,
        unrealised=None if unrealised is None else plain(unrealised),
        price=None if rate is None else plain(rate.value),
        price_at=None if rate is None else rate.at,
        price_source=None if rate is None else rate.instrument_id,
        value=None if value is None else plain(value),
    )


class Valuer:
    """Values accounts. Access is checked by the caller, who thereby knows that the account is there."""

    def __init__(
        self, pool: Pool, history: TradingHistory, market: MarketData, recorded: RecordedPrices
    ) -> None:
        self._pool = pool
        self._history = history
        self._market = market
        self._recorded = recorded
        self._moments = Moments(pool)
        self._gains = ContractGains(pool, market, recorded)

    async def now(self, account_id: AccountId) -> Valuation:
        """Its balances at the last prices."""
        base_asset = await self.base_asset(account_id)
        rows = await self._pool.fetch(SELECT_BALANCES, account_id)
        gains = await self._gains.now(account_id)
        return Valuation(
            account_id=account_id,
            base_asset=base_asset,
            at=self._market.now(),
            position=max((row["last_position"] for row in rows), default=0),
            items=[
                Valued(
                    balance_document(account_id, asset, available=available, held=held),
                    self._market.priced(asset, base_asset),
                    _of_asset(asset, gains),
                )
                for asset, available, held, _ in rows
            ],
        )

    async def as_of(self, account_id: AccountId, moment: Moment) -> Valuation:
        """Its balances then at the prices recorded then. Raises as ``TradingHistory.balances`` does."""
        base_asset = await self.base_asset(account_id)
        instant = await self._moments.instant(moment)
        balances = (await self._history.balances(account_id, instant.position)).items
        rates = await self._recorded.rates(
            [Wish(Asset(balance.asset), base_asset, instant.at) for balance in balances]
        )
        gains = await self._gains.as_of(account_id, instant.position, instant.at)
        items = [
            Valued(balance, rate, _of_asset(balance.asset, gains))
            for balance, rate in zip(balances, rates, strict=True)
        ]
        return Valuation(account_id, base_asset, instant.at, instant.position, items)

    async def flow_rates(
        self, base_asset: Asset, amounts: Sequence[tuple[Asset, datetime, Decimal | None]]
    ) -> list[Rate | None]:
        """What one of an asset was worth in the base asset when some of it moved: at the rate it was recorded
        with, else at recorded prices."""
        wishes = [Wish(asset, base_asset, at) for asset, at, rate in amounts if rate is None]
        looked_up = iter(await self._recorded.rates(wishes))
        return [next(looked_up) if rate is None else Rate(rate, at, None, rate) for _, at, rate in amounts]

    async def base_asset(self, account_id: AccountId) -> Asset:
        """What the account's equity is counted in; it never changes."""
        return Asset(await self._pool.fetchval(SELECT_BASE_ASSET, account_id))


def _of_asset(asset: str, gains: Sequence[Gained]) -> Sequence[Gained]:
    return [each for each in gains if each.held.asset == asset]
