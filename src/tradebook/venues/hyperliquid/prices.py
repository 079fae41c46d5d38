"""Which prices Hyperliquid takes: whole ones, else five significant figures, on the tick.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/tick-and-lot-size
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from tradebook.kernel.money import is_multiple
from tradebook.market.values import Instrument
from tradebook.trading.orders import Side

FIGURES_MAX = 5
ONE = Decimal(1)


def step_at(price: Decimal, instrument: Instrument) -> Decimal:
    """What prices around this one are multiples of."""
    of_figures = price.adjusted() - FIGURES_MAX + 1
    return max(min(ONE, ONE.scaleb(of_figures)), instrument.tick_size)


def is_price(price: Decimal, instrument: Instrument) -> bool:
    """Whether the venue takes it."""
    return is_multiple(price, step_at(price, instrument))


def bounded_price(side: Side, price: Decimal, instrument: Instrument) -> Decimal:
    """The nearest price that the venue takes and that is no worse than this one."""
    rounding = ROUND_FLOOR if side is Side.BUY else ROUND_CEILING
    return price.quantize(step_at(price, instrument), rounding)
