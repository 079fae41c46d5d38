"""Invariants of what orders get, for any depth."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.money import ONE, is_multiple
from tradebook.market.values import Level
from tradebook.trading.orders import Side
from tradebook.venues.paper.rules import crosses, prints_through, spend, take, walk

LOT = Decimal("0.001")
FEE = Decimal("0.002")

sizes = st.integers(0, 5_000_000).map(lambda n: Decimal(n) / 1_000_000)
quantities = st.integers(1, 20_000).map(lambda n: n * LOT)
prices = st.integers(9_000, 11_000).map(lambda n: Decimal(n) / 100)
sides = st.sampled_from(Side)


@st.composite
def depths(draw: st.DrawFn, side: Side) -> list[Level]:
    """What is offered to ``side``, best first."""
    ladder = draw(st.lists(prices, min_size=1, max_size=6, unique=True))
    ladder.sort(reverse=side is Side.SELL)
    return [Level(price=price, size=draw(sizes)) for price in ladder]


@given(st.data(), sides, quantities)
def test_a_market_order_fills_whole_at_known_prices_in_whole_lots(
    data: st.DataObject, side: Side, quantity: Decimal
) -> None:
    levels = data.draw(depths(side))
    matches = walk(levels, quantity, lot=LOT)
    assert sum(match.quantity for match in matches) == quantity
    assert all(match.quantity > 0 and is_multiple(match.quantity, LOT) for match in matches)
    prices_of_levels = [level.price for level in levels]
    positions = [prices_of_levels.index(match.price) for match in matches]
    assert positions == sorted(set(positions))


@given(st.data(), sides, quantities, prices)
def test_a_limit_order_takes_no_more_than_is_displayed_within_its_limit(
    data: st.DataObject, side: Side, quantity: Decimal, limit: Decimal
) -> None:
    levels = data.draw(depths(side))
    matches = take(levels, quantity, side=side, limit=limit, lot=LOT)
    displayed = {level.price: level.size for level in levels}
    assert sum(match.quantity for match in matches) <= quantity
    assert all(0 < match.quantity <= displayed[match.price] for match in matches)
    assert all(crosses(side, limit, match.price) for match in matches)


@given(st.data(), sides, st.integers(1, 2_000_000).map(lambda n: Decimal(n) / 100))
def test_an_amount_of_money_is_never_overspent_and_nearly_used_up(
    data: st.DataObject, side: Side, budget: Decimal
) -> None:
    levels = data.draw(depths(side))
    factor = ONE + FEE if side is Side.BUY else ONE

    def cost(quantity: Decimal) -> Decimal:
        matches = walk(levels, quantity, lot=LOT) if quantity else []
        return sum((match.price * match.quantity * factor for match in matches), Decimal(0))

    quantity = spend(levels, budget, side=side, fee_rate=FEE, lot=LOT)
    assert is_multiple(quantity, LOT)
    assert cost(quantity) <= budget < cost(quantity + LOT)


@given(sides, prices, prices)
def test_a_trade_prints_through_an_order_only_beyond_its_price(
    side: Side, limit: Decimal, price: Decimal
) -> None:
    assert not prints_through(side, limit, limit)
    assert prints_through(side, limit, price) == (price < limit if side is Side.BUY else price > limit)
