"""How positions are secured, as far as Bybit has told it: with each position, open or not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tradebook.kernel.ids import InstrumentId
from tradebook.trading.orders import MarginMode, PositionSide
from tradebook.venues.messages.account import LeverageSetting, Position


class ToldLeverages:
    """One account's."""

    def __init__(self) -> None:
        self._told: dict[InstrumentId, dict[PositionSide, Decimal]] = {}

    def take(self, position: Position) -> bool:
        """What a position says; whether it is news. In portfolio margin there is no leverage."""
        if position.leverage is None:
            return False
        before = self.of(position.instrument_id)
        told = self._told.setdefault(position.instrument_id, {})
        if (position.position_side is PositionSide.NET) is not (PositionSide.NET in told):
            told.clear()  # the mode is another one
        told[position.position_side] = position.leverage
        return self.of(position.instrument_id) != before

    def set(self, instrument_id: InstrumentId, leverage: Decimal) -> None:
        """It was changed, of both sides where there are two."""
        told = self._told.setdefault(instrument_id, {PositionSide.NET: leverage})
        told.update(dict.fromkeys(told, leverage))

    def of(self, instrument_id: InstrumentId) -> Decimal | None:
        """Where a long and a short position differ, what sets more aside."""
        return min(self._told.get(instrument_id, {}).values(), default=None)

    def settings(self, mode: MarginMode) -> Iterator[LeverageSetting]:
        """All that were told; ``mode`` is the account's."""
        for instrument_id in self._told:
            leverage = self.of(instrument_id)
            if leverage is not None:
                yield LeverageSetting(instrument_id=instrument_id, leverage=leverage, margin_mode=mode)
