"""What a paper order gets: pure functions of the market's displayed state.

Displayed size is taken at face value: orders of the paper venue do not move the market, so two orders at the
same quote may both take its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ONE, ZERO, multiply, round_down, round_half_even
from tradebook.market.values import Instrument, Level
from tradebook.trading.orders import Liquidity, Side


class Match(NamedTuple):
    """A quantity at a price."""

    price: Decimal
    quantity: Decimal


def walk(levels: Sequence[Level], quantity: Decimal, *, lot: Decimal) -> list[Match]:
    """A market order's fills: level by level; what exceeds the known depth fills at the worst known price."""
    matches: list[Match] = []
    left = quantity
    for level in levels[:-1]:
        taken = min(left, round_down(level.size, lot))
        if taken:
            matches.append(Match(level.price, taken))
            left -= taken
        if not left:
            return matches
    matches.append(Match(levels[-1].price, left))
    return matches


def take(
    levels: Sequence[Level], quantity: Decimal, *, side: Side, limit: Decimal, lot: Decimal
) -> list[Match]:
    """An aggressive limit order's fills: the displayed sizes at its limit or better, and no more."""
    matches: list[Match] = []
    left = quantity
    for level in levels:
        if not left or not crosses(side, limit, level.price):
            break
        taken = min(left, round_down(level.size, lot))
        if taken:
            matches.append(Match(level.price, taken))
            left -= taken
    return matches


def spend(
    levels: Sequence[Level], budget: Decimal, *, side: Side, fee_rate: Decimal, lot: Decimal
) -> Decimal:
    """The quantity that a market order for ``budget`` of the quote asset gets, cut to the lot.

    A buy pays cost and fee out of the budget. A sell's proceeds before the fee stay within it.
    """
    factor = ONE + fee_rate if side is Side.BUY else ONE
    left = budget
    quantity = ZERO
    for level in levels[:-1]:
        size = round_down(level.size, lot)
        cost = multiply(multiply(level.price, size), factor)
        if cost >= left:
            return quantity + round_down(left / (level.price * factor), lot)
        left -= cost
        quantity += size
    return quantity + round_down(left / (levels[-1].price * factor), lot)


def crosses(side: Side, limit: Decimal, opposite: Decimal) -> bool:
    """Whether a limit order would trade at once against ``opposite``, the best price of the other side."""
    return limit >= opposite if side is Side.BUY else limit <= opposite


def prints_through(side: Side, limit: Decimal, price: Decimal) -> bool:
    """Whether a trade at ``price`` proves that a resting order was reached: beyond its limit, not at it."""
    return price < limit if side is Side.BUY else price > limit


class Fee(NamedTuple):
    """An amount of an asset."""

    amount: Decimal
    asset: Asset


def fee_of(instrument: Instrument, side: Side, match: Match, liquidity: Liquidity) -> Fee:
    """The fee of a fill as the instrument's market charges it.

    Taken out of what is received it is cut to that asset's smallest unit; always in the quote asset, and of a
    contract in its settle asset, it is rounded half to even.
    """
    rate = instrument.maker_fee_rate if liquidity is Liquidity.MAKER else instrument.taker_fee_rate
    if instrument.contract is not None:
        contract = instrument.contract
        fee = multiply(contract.value(match.quantity, match.price), rate)
        return Fee(round_half_even(fee, contract.settle_step), contract.settle_asset)
    notional = multiply(match.price, match.quantity)
    if instrument.base_fee_step is None:
        return Fee(round_half_even(multiply(notional, rate), instrument.quote_step), instrument.quote_asset)
    if side is Side.BUY:
        cut = round_down(multiply(match.quantity, rate), instrument.base_fee_step)
        return Fee(cut, instrument.base_asset)
    return Fee(round_down(multiply(notional, rate), instrument.quote_step), instrument.quote_asset)


def fee_within(instrument: Instrument, side: Side) -> Decimal:
    """The rate of the fee that is paid out of the same money as the cost."""
    return instrument.fee_rate_on_cost if side is Side.BUY else instrument.taker_fee_rate


def latency_of(seed: int, order_id: str, attempt: int, *, range_ms: tuple[int, int]) -> timedelta:
    """How long a request is on its way: even over the range, the same for the same request."""
    low, high = range_ms
    if high <= 0:
        return timedelta()
    digest = hashlib.sha256(f"{seed}:{order_id}:{attempt}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return timedelta(microseconds=round(1000 * (low + (high - low) * share)))
