"""What an account is worth: each of its balances in its base asset.

Now it is valued at the last prices, as the loss limits see it. As of a moment of the past it is valued at
recorded prices, see ``RecordedPrices``, so that whoever computes it again gets the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, divide, multiply, plain
from tradebook.market.ports import MarketData
from tradebook.market.recorded import Rate, RecordedPrices, Wish
from tradebook.trading.model.liquidation import liquidation_price
from tradebook.trading.orders import PositionSide
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.ledger import BalanceDocument, balance_document
from tradebook.trading.views.marked_contracts import MarkedContract, MarkedContracts
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
    maintenance_margin: str | None
    """What of it must be left to secure the contracts that settle in it; null where one has no price."""
    margin_ratio: str | None
    """maintenance_margin / (total + unrealised): at 1 they are liquidated. Null where it secures nothing."""


class ContractValueDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An open contract at its mark price; what follows from that is null where there is none. All amounts are
    in its settle asset."""

    instrument: str
    position_side: PositionSide
    settle_asset: str
    quantity: str
    """Below zero for what is short."""
    mark_price: str | None
    value: str | None
    """Of the whole position, above zero whichever way it is held."""
    base_value: str | None
    """The same in the account's base asset."""
    unrealised: str | None
    """What it has gained (negative: lost), before fees."""
    maintenance_margin: str | None
    liquidation_price: str | None
    """Where all that secures it is down to the maintenance margin, while everything else stays as it is; null
    too where no price is. By the smallest positions' rate: venues may liquidate large ones earlier."""


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
    contracts: list[ContractValueDocument]


class Valued(NamedTuple):
    """A balance with its rate."""

    balance: BalanceDocument
    rate: Rate | None
    contracts: Sequence[MarkedContract] = ()
    """Those open that settle in the asset."""

    @property
    def unrealised(self) -> Decimal | None:
        """What these have gained; None where one has no price."""
        return _sum(each.gained for each in self.contracts)

    @property
    def total(self) -> Decimal | None:
        """With what is unrealised."""
        unrealised = self.unrealised
        return None if unrealised is None else Decimal(self.balance.total) + unrealised

    @property
    def value(self) -> Decimal | None:
        """In the base asset; nothing is worth nothing, whatever its price."""
        total = self.total
        return total if not total else self.in_base(total)

    @property
    def maintenance_margin(self) -> Decimal | None:
        """What must be left of the asset to secure these; None where one has no price."""
        return _sum(each.at_mark and each.at_mark.maintenance_margin for each in self.contracts)

    @property
    def margin_ratio(self) -> Decimal | None:
        """How much of what there is must be left; None where it secures nothing, or there is nothing."""
        margin, total = self.maintenance_margin, self.total
        return divide(margin, total) if margin and total and total > 0 else None

    def backing(self, contract: MarkedContract) -> Decimal | None:
        """What secures one of them besides its own gain; None where another has no price."""
        others = [each for each in self.contracts if each is not contract]
        free = _sum(each.at_mark and each.at_mark.gained - each.at_mark.maintenance_margin for each in others)
        return None if free is None else Decimal(self.balance.total) + free

    def liquidation_price(self, contract: MarkedContract) -> Decimal | None:
        """Of one of them, while everything else stays as it is; None where there is none."""
        backing, held = self.backing(contract), contract.held
        if contract.contract is None or backing is None:
            return None
        return liquidation_price(contract.contract, held.quantity, held.cost, backing=backing)

    def in_base(self, amount: Decimal) -> Decimal | None:
        """So much of the asset in the base asset."""
        return None if self.rate is None else multiply(amount, self.rate.value)


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
        contracts=[_contract(valued, each) for valued in valuation.items for each in valued.contracts],
    )


def _item(valued: Valued) -> AssetValueDocument:
    balance, rate = valued.balance, valued.rate
    return AssetValueDocument(
        asset=balance.asset,
        total=balance.total,
        available=balance.available,
        held=balance.held,
        unrealised=_shown(valued.unrealised),
        price=None if rate is None else plain(rate.value),
        price_at=None if rate is None else rate.at,
        price_source=None if rate is None else rate.instrument_id,
        value=_shown(valued.value),
        maintenance_margin=_shown(valued.maintenance_margin),
        margin_ratio=_shown(valued.margin_ratio),
    )


def _contract(valued: Valued, contract: MarkedContract) -> ContractValueDocument:
    held, at_mark = contract.held, contract.at_mark
    return ContractValueDocument(
        instrument=held.instrument,
        position_side=held.side,
        settle_asset=held.asset,
        quantity=plain(held.quantity),
        mark_price=_shown(at_mark and at_mark.price),
        value=_shown(at_mark and at_mark.value),
        base_value=_shown(at_mark and valued.in_base(at_mark.value)),
        unrealised=_shown(contract.gained),
        maintenance_margin=_shown(at_mark and at_mark.maintenance_margin),
        liquidation_price=_shown(valued.liquidation_price(contract)),
    )


def _shown(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """None where one of them is not known."""
    known = list(amounts)
    return None if None in known else sum((each for each in known if each is not None), ZERO)


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
        self._contracts = MarkedContracts(pool, market, recorded)

    async def now(self, account_id: AccountId) -> Valuation:
        """Its balances at the last prices."""
        base_asset = await self.base_asset(account_id)
        rows = await self._pool.fetch(SELECT_BALANCES, account_id)
        contracts = await self._contracts.now(account_id)
        return Valuation(
            account_id=account_id,
            base_asset=base_asset,
            at=self._market.now(),
            position=max((row["last_position"] for row in rows), default=0),
            items=[
                Valued(
                    balance_document(account_id, asset, available=available, held=held),
                    self._market.priced(asset, base_asset),
                    _of_asset(asset, contracts),
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
        contracts = await self._contracts.as_of(account_id, instant.position, instant.at)
        items = [
            Valued(balance, rate, _of_asset(balance.asset, contracts))
            for balance, rate in zip(balances, rates, strict=True)
        ]
        return Valuation(account_id, base_asset, instant.at, instant.position, items)

    async def position(self, moment: Moment) -> int:
        """The newest position that is part of the moment. Raises as ``Moments.position`` does."""
        return await self._moments.position(moment)

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


def _of_asset(asset: str, contracts: Sequence[MarkedContract]) -> Sequence[MarkedContract]:
    return [each for each in contracts if each.held.asset == asset]
