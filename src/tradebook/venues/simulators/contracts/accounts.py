"""Accounts of a simulated market of contracts: wallets, positions, leverage, and the funding they paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ONE
from tradebook.market.values import Contract, Instrument
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.state import ContractPosition, Leverage
from tradebook.trading.orders import MarginMode, PositionSide
from tradebook.venues.simulators.contracts.orders import ContractOrder
from tradebook.venues.simulators.contracts.wallets import Wallets
from tradebook.venues.simulators.spot.accounts import ApiKey, SpotAccount

UNLEVERAGED = Leverage(ONE, MarginMode.CROSS)
OrderT = TypeVar("OrderT", bound=ContractOrder)


class OpenPosition(NamedTuple):
    """One that an account has."""

    instrument: Instrument
    side: PositionSide
    held: ContractPosition

    @property
    def contract(self) -> Contract:
        """How it is settled."""
        assert self.instrument.contract is not None
        return self.instrument.contract

    @property
    def entry_price(self) -> Decimal:
        """What it was opened at on the average, to 28 digits."""
        return self.contract.price_of(abs(self.held.quantity), self.held.cost)


class Funding(Value, frozen=True, kw_only=True):
    """What one position has paid (negative) or received."""

    payment_id: int
    """Unique within the venue."""
    instrument: Instrument
    side: PositionSide
    quantity: Decimal
    """Of the position; negative when short."""
    rate: Decimal
    amount: Decimal
    """In the settle asset."""
    at: datetime


class ContractAccount(SpotAccount[OrderT]):
    """One customer. ``balances`` are wallets: what positions have gained is not in them."""

    def __init__(
        self,
        uid: int,
        *,
        keys: Iterable[ApiKey],
        balances: Mapping[str, Decimal],
        leverage: Leverage = UNLEVERAGED,
    ) -> None:
        """``leverage`` is what positions have where nobody has set another."""
        super().__init__(uid, keys=keys, balances={})
        self._default = leverage
        self.balances: Wallets = Wallets(balances)
        self.fundings: list[Funding] = []
        """Oldest first."""
        self._positions: dict[str, OpenPosition] = {}
        self._leverages: dict[InstrumentId, Leverage] = {}

    def positions(self) -> list[OpenPosition]:
        """All that are open, of both sides."""
        return list(self._positions.values())

    def position(
        self, instrument_id: InstrumentId, side: PositionSide = PositionSide.NET
    ) -> ContractPosition:
        """What is open; a flat one where nothing is."""
        found = self._positions.get(position_key(instrument_id, side))
        return ContractPosition() if found is None else found.held

    def hold(self, instrument: Instrument, side: PositionSide, held: ContractPosition) -> None:
        """The position is this from now on."""
        key = position_key(instrument.instrument_id, side)
        if held.quantity:
            self._positions[key] = OpenPosition(instrument, side, held)
        else:
            self._positions.pop(key, None)

    def leverage(self, instrument_id: InstrumentId) -> Leverage:
        """How positions are secured."""
        return self._leverages.get(instrument_id, self._default)

    def secure(self, instrument_id: InstrumentId, leverage: Leverage) -> None:
        """They are secured so from now on."""
        self._leverages[instrument_id] = leverage
