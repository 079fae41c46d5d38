"""What a trade costs where it is taken from what comes in."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from tradebook.kernel.money import multiply
from tradebook.venues.simulators.spot.orders import Fee, SpotOrder

STEP = Decimal("0.00000001")
"""The smallest part of anything that the simulated spot markets count."""


def fee_of_received(order: SpotOrder, *, is_maker: bool, quantity: Decimal, price: Decimal) -> Fee:
    """Of what a trade brings."""
    instrument = order.instrument
    rate = instrument.maker_fee_rate if is_maker else instrument.taker_fee_rate
    received = quantity if order.is_buy else multiply(price, quantity)
    return Fee(cut(multiply(received, rate)), order.receives)


def cut(value: Decimal) -> Decimal:
    """To what is counted; what is less than that is left out."""
    return value.quantize(STEP, ROUND_DOWN)
