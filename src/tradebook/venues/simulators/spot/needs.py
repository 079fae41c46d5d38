"""What has to be set aside for an order before it is taken."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import ZERO, multiply
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, Side
from tradebook.venues.paper.displayed import DisplayedMarket
from tradebook.venues.paper.rules import spend, walk
from tradebook.venues.simulators.spot.orders import worst_price_of


class Needs:
    """Of orders at the market: what they would cost at the prices that are displayed."""

    def __init__(self, market: DisplayedMarket) -> None:
        self._market = market

    def of(self, terms: OrderTerms, instrument: Instrument) -> Decimal:
        """In the asset that the order gives away; zero where there is no price: then it is not taken."""
        price = terms.price or worst_price_of(terms, terms.stop_price)
        is_buy = terms.side is Side.BUY
        if is_buy and price is not None:
            return multiply(price, terms.quantity)
        if is_buy and terms.quote_quantity:
            return terms.quote_quantity
        if not is_buy and terms.quantity:
            return terms.quantity
        levels, lot = self._market.offered_to(terms.side, instrument.instrument_id), instrument.lot_size
        if not levels:
            return ZERO
        if terms.quote_quantity:
            return spend(levels, terms.quote_quantity, side=terms.side, fee_rate=ZERO, lot=lot)
        matches = walk(levels, terms.quantity, lot=lot)
        return sum((multiply(each.price, each.quantity) for each in matches), ZERO)
