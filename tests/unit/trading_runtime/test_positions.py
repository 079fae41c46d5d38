"""Positions by average cost."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.money import plain
from tradebook.trading.orders import Side
from tradebook.trading.views.positions import Position, apply_fill, position_document

BUY, SELL = Side.BUY, Side.SELL
amounts = st.decimals(min_value="0.001", max_value="1000", places=3)
fills = st.lists(st.tuples(st.sampled_from(Side), amounts, amounts), max_size=30)


def after(*trades: tuple[Side, str, str]) -> Position:
    position = Position()
    for side, quantity, price in trades:
        position = apply_fill(position, side, Decimal(quantity), Decimal(price))
    return position


def figures(position: Position) -> tuple[str, str, str]:
    return plain(position.quantity), plain(position.cost), plain(position.realised)


def test_buys_average_their_prices() -> None:
    position = after((BUY, "1", "100"), (BUY, "3", "200"))
    document = position_document("a", "BTC-USDT.SIM", position)
    assert (document.quantity, document.average_entry_price, document.cost) == ("4", "175", "700")


def test_a_sale_realises_the_difference_to_the_average() -> None:
    position = after((BUY, "1", "100"), (BUY, "1", "200"), (SELL, "1", "180"))
    assert figures(position) == ("1", "150", "30")


def test_a_closed_position_keeps_only_its_result() -> None:
    position = after((BUY, "3", "1"), (SELL, "1", "2"), (SELL, "2", "2"))
    assert figures(position) == ("0", "0", "3")
    assert position_document("a", "BTC-USDT.SIM", position).average_entry_price is None


def test_selling_more_than_is_held_opens_a_short_at_that_price() -> None:
    position = after((BUY, "1", "100"), (SELL, "3", "120"))
    assert figures(position) == ("-2", "240", "20")
    assert after((SELL, "2", "120"), (BUY, "2", "110")).realised == 20


def test_a_fee_in_the_base_asset_leaves_less_at_a_higher_average() -> None:
    position = apply_fill(Position(), BUY, Decimal(1), Decimal(90), base_fee=Decimal("0.1"))
    document = position_document("a", "BTC-USDT.SIM", position)
    assert (document.quantity, document.average_entry_price) == ("0.9", "100")


@given(fills)
def test_what_was_paid_is_cost_or_realised(trades: list[tuple[Side, Decimal, Decimal]]) -> None:
    position = Position()
    cash = quantity = Decimal(0)
    for side, amount, price in trades:
        position = apply_fill(position, side, amount, price)
        sign = 1 if side is BUY else -1
        quantity += sign * amount
        cash -= sign * amount * price
    invested = position.cost if position.quantity > 0 else -position.cost
    assert position.quantity == quantity
    assert position.cost >= 0
    assert abs(cash - (position.realised - invested)) < Decimal("1e-15")


@given(fills)
def test_a_row_read_back_folds_to_the_same_bytes(trades: list[tuple[Side, Decimal, Decimal]]) -> None:
    kept = read_back = Position()
    for side, amount, price in trades:
        kept = apply_fill(kept, side, amount, price)
        read_back = apply_fill(
            Position(
                quantity=Decimal(format(read_back.quantity, "f")),
                cost=Decimal(format(read_back.cost, "f")),
                realised=Decimal(format(read_back.realised, "f")),
            ),
            side,
            amount,
            price,
        )
    assert repr(kept) == repr(read_back)
