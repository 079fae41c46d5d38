"""Of which position a fill is: Bybit tells that of orders and positions, and not of fills.

Where an instrument is in one-way mode there is one position. In hedge mode there are a long and a short one,
and a fill either opens one of them or closes it: ``closedSize`` tells which
(https://bybit-exchange.github.io/docs/v5/websocket/private/execution, and of both modes
https://bybit-exchange.github.io/docs/v5/position/position-mode: a mode can only be switched while nothing is
open or working).
"""

from __future__ import annotations

from collections.abc import Callable

from tradebook.kernel.ids import InstrumentId
from tradebook.trading.orders import PositionSide, Side
from tradebook.venues.messages.account import ExecutionReport, Position

NO_SUCH_POSITION = "position idx not match position mode"
"""What Bybit refuses an order with, among other mistakes of the same code, where the mode is another one."""
MODES = {
    False: "has one position (one-way mode), neither a long nor a short one",
    True: "has a long and a short position (hedge mode): an order is of one of them",
}

OfFill = Callable[[InstrumentId, Side, bool], PositionSide | None]
"""The position of a fill, by its side and whether it closed anything; None where that is not known."""


def one_way(instrument_id: InstrumentId, side: Side, closes: bool) -> PositionSide:  # noqa: ARG001  # a OfFill
    """Where there is one position of each instrument, as on spot."""
    return PositionSide.NET


class PositionModes:
    """An account's, by instrument, as far as they are known."""

    def __init__(self) -> None:
        self._is_hedged: dict[InstrumentId, bool] = {}

    def __contains__(self, instrument_id: InstrumentId) -> bool:
        return instrument_id in self._is_hedged

    def take(self, told: ExecutionReport | Position) -> None:
        """An order and a position tell of which side they are."""
        self.learn(told.instrument_id, told.position_side)

    def learn(self, instrument_id: InstrumentId, side: PositionSide) -> None:
        """There is a position of this side: Bybit has told of it, or taken an order of it."""
        self._is_hedged[instrument_id] = side is not PositionSide.NET

    def doubt(self, instrument_id: InstrumentId, side: PositionSide) -> None:
        """An order of a position of this side is about to be sent: where there was none, the mode may have
        been switched since.
        """
        if self._is_hedged.get(instrument_id) is (side is PositionSide.NET):
            self.forget(instrument_id)

    def forget(self, instrument_id: InstrumentId) -> None:
        """It is another one."""
        self._is_hedged.pop(instrument_id, None)

    def told(self, instrument_id: InstrumentId) -> str:
        """Which positions there are, for people. Raises KeyError while it is not known."""
        return MODES[self._is_hedged[instrument_id]]

    def of_fill(self, instrument_id: InstrumentId, side: Side, closes: bool) -> PositionSide | None:
        """See ``OfFill``."""
        is_hedged = self._is_hedged.get(instrument_id)
        if is_hedged is None:
            return None
        if not is_hedged:
            return PositionSide.NET
        return PositionSide.LONG if (side is Side.BUY) is not closes else PositionSide.SHORT
