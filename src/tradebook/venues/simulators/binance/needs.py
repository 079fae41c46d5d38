"""What has to be set aside for an order before it is taken."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import ZERO, multiply
from tradebook.market.values import Instrument
from tradebook.venues.paper.displayed import DisplayedMarket
from tradebook.venues.paper.rules import spend, walk
from tradebook.venues.simulators.binance.orders import OrderRequest
from tradebook.venues.simulators.binance.translation import side_of


class Needs:
    """Of orders at the market: what they would cost at the prices that are displayed."""

    def __init__(self, market: DisplayedMarket) -> None:
        self._market = market

    def of(self, request: OrderRequest, instrument: Instrument) -> Decimal:
        """In the asset that the order gives away; zero where there is no price: then it is not taken."""
        price = request.price or request.worst_price
        if request.is_buy and price is not None:
            return multiply(price, request.quantity)
        if request.is_buy and request.quote_quantity:
            return request.quote_quantity
        if not request.is_buy and request.quantity:
            return request.quantity
        side, lot = side_of(request), instrument.lot_size
        levels = self._market.offered_to(side, instrument.instrument_id)
        if not levels:
            return ZERO
        if request.quote_quantity:
            return spend(levels, request.quote_quantity, side=side, fee_rate=ZERO, lot=lot)
        matches = walk(levels, request.quantity, lot=lot)
        return sum((multiply(each.price, each.quantity) for each in matches), ZERO)
