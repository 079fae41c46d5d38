"""The market as the paper exchange reads it: what is displayed to an order now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.market.ports import MarketData
from tradebook.market.values import Level
from tradebook.trading.orders import Side
from tradebook.venues.paper.rules import crosses


class DisplayedMarket:
    """A reading of MarketData from the side of an order."""

    def __init__(self, market: MarketData) -> None:
        self._market = market

    def now(self) -> datetime:
        """The market's time."""
        return self._market.now()

    def sequence(self, instrument_id: InstrumentId) -> int:
        """The newest quote or trade of the instrument."""
        quote = self._market.quote(instrument_id)
        trade = self._market.last_trade(instrument_id)
        return max(quote.sequence if quote else 0, trade.sequence if trade else 0)

    def last_price(self, instrument_id: InstrumentId) -> Decimal | None:
        """The price of the last trade."""
        trade = self._market.last_trade(instrument_id)
        return trade.price if trade else None

    def offered_to(self, side: Side, instrument_id: InstrumentId) -> Sequence[Level]:
        """The opposite side: the known depth, else the quote, else the last trade, else nothing."""
        bids, asks = self._market.depth(instrument_id)
        levels = asks if side is Side.BUY else bids
        if levels and levels[0].price > ZERO:
            return levels
        last = self._market.last_trade(instrument_id)
        return (Level(price=last.price, size=last.quantity),) if last else ()

    def would_trade(self, side: Side, instrument_id: InstrumentId, limit: Decimal | None) -> bool:
        """Whether an order at ``limit`` would take from the last quote at once."""
        quote = self._market.quote(instrument_id)
        if quote is None or limit is None:
            return False
        opposite = quote.ask if side is Side.BUY else quote.bid
        return opposite > ZERO and crosses(side, limit, opposite)
