"""Whose and where each account is, what it owns in total, per asset, and whether its orders are to end with
us, folded from the journal.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.kernel.ids import AccountId, Asset, InstrumentId, PartyId
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, multiply
from tradebook.trading.events import (
    AccountOpened,
    BalanceAdjusted,
    DeadMansSwitchSet,
    FundingSettled,
    FundsDeposited,
    FundsWithdrawn,
    OrderFilled,
    PositionBroughtForward,
    PositionClosedByVenue,
    UnmatchedFillAdopted,
)
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.trades import Traded
from tradebook.trading.orders import Settled, Side


class OpenContract(msgspec.Struct, frozen=True, kw_only=True):
    """A position in a contract."""

    instrument_id: InstrumentId
    quantity: Decimal
    """Negative when short."""
    cost: Decimal
    """What it was opened for, in the settle asset."""
    settle_asset: Asset


class Held(msgspec.Struct, kw_only=True):
    """The assets of one account."""

    party_id: PartyId
    venue: str
    base_asset: Asset
    totals: dict[Asset, Decimal] = {}
    contracts: dict[str, OpenContract] = {}
    """By position."""
    switch: DeadMansSwitch | None = None

    def add(self, asset: Asset, amount: Decimal) -> None:
        """Gain or lose an amount; an asset of which nothing is left is dropped."""
        total = self.totals.get(asset, ZERO) + amount
        if total:
            self.totals[asset] = total
        else:
            self.totals.pop(asset, None)

    @property
    def has_positions(self) -> bool:
        """Whether it has anything whose worth changes by itself."""
        return bool(self.contracts) or any(asset != self.base_asset for asset in self.totals)


class Holdings(dict[AccountId, Held]):
    """Every account's totals."""

    def fold(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case AccountOpened():
                self[event.account_id] = Held(
                    party_id=event.party_id, venue=event.venue, base_asset=event.base_asset
                )
            case FundsDeposited() | BalanceAdjusted():
                self[event.account_id].add(event.asset, event.amount)
            case FundsWithdrawn():
                self[event.account_id].add(event.asset, -event.amount)
            case DeadMansSwitchSet():
                self[event.account_id].switch = event.switch
            case FundingSettled():
                self[event.account_id].add(event.asset, event.amount)
            case PositionBroughtForward():
                self._settle(self[event.account_id], event, event.settled)
            case OrderFilled() | UnmatchedFillAdopted() | PositionClosedByVenue():
                self._fill(event)
            case _:
                pass

    def _fill(self, fill: Traded) -> None:
        held = self[fill.account_id]
        held.add(fill.fee_asset, -fill.fee)
        if fill.settled is not None:
            self._settle(held, fill, fill.settled)
            return
        sign = 1 if fill.side is Side.BUY else -1
        held.add(fill.base_asset, sign * fill.quantity)
        held.add(fill.quote_asset, -sign * multiply(fill.quantity, fill.price))

    @staticmethod
    def _settle(held: Held, fill: Traded | PositionBroughtForward, settled: Settled) -> None:
        held.add(settled.asset, settled.realised)
        key = position_key(fill.instrument_id, fill.position_side)
        held.contracts.pop(key, None)
        if settled.quantity:
            held.contracts[key] = OpenContract(
                instrument_id=fill.instrument_id,
                quantity=settled.quantity,
                cost=settled.cost,
                settle_asset=settled.asset,
            )

    def dump(self) -> msgspec.Raw:
        """All of it as JSON."""
        return msgspec.Raw(msgspec.json.encode(dict(self)))

    def load(self, data: msgspec.Raw) -> None:
        """Take over what was dumped."""
        self.update(msgspec.json.decode(data, type=dict[AccountId, Held]))
