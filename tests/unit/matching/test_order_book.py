"""Price–time priority, conservation, and a book that never crosses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.money import ZERO
from tradebook.matching.order_book import BookSide, OrderBook

BID, ASK = BookSide.BID, BookSide.ASK


def one(text: str) -> Decimal:
    return Decimal(text)


def test_the_better_price_trades_first_and_then_the_earlier_order() -> None:
    book = OrderBook()
    for key, price in (("late", "101"), ("first", "100"), ("second", "100")):
        book.place(key, ASK, one("1"), one(price))
    fills = book.match("taker", BID, one("2.5"), one("101"))
    assert [(f.maker, f.price, f.quantity) for f in fills] == [
        ("first", one("100"), one("1")),
        ("second", one("100"), one("1")),
        ("late", one("101"), one("0.5")),
    ]
    assert book.size_at(ASK, one("101")) == one("0.5")


def test_what_does_not_cross_rests_and_can_be_cancelled_once() -> None:
    book = OrderBook()
    assert book.place("a", BID, one("1"), one("99")) == []
    assert book.best(BID) == one("99")
    assert book.keys_at(BID, one("99")) == ["a"]
    assert book.cancel("a")
    assert not book.cancel("a")
    assert book.best(BID) is None
    assert len(book) == 0


def test_a_key_rests_only_once() -> None:
    book = OrderBook()
    book.place("a", BID, one("1"), one("99"))
    with pytest.raises(ValueError, match="rests already"):
        book.place("a", BID, one("1"), one("98"))


def test_a_market_order_takes_what_there_is() -> None:
    book = OrderBook()
    book.place("a", ASK, one("1"), one("100"))
    assert sum(f.quantity for f in book.match("t", BID, one("5"), None)) == one("1")


Placed = tuple[BookSide, Decimal, Decimal, bool]
"""Side, quantity, price, and whether it is cancelled at once."""

orders = st.lists(
    st.tuples(
        st.sampled_from([BID, ASK]),
        st.integers(1, 20).map(Decimal),
        st.integers(90, 110).map(Decimal),
        st.booleans(),
    ),
    max_size=60,
)


@given(orders)
def test_nothing_is_made_or_lost_and_the_book_never_crosses(
    given_orders: list[tuple[BookSide, Decimal, Decimal, bool]],
) -> None:
    book, placed, traded, cancelled = OrderBook(), ZERO, ZERO, ZERO
    for n, (side, quantity, price, cancels) in enumerate(given_orders):
        placed += quantity
        traded += 2 * sum((f.quantity for f in book.place(str(n), side, quantity, price)), ZERO)
        if cancels and str(n) in book:
            before = _resting(book)
            book.cancel(str(n))
            cancelled += before - _resting(book)
        best_bid, best_ask = book.best(BID), book.best(ASK)
        assert best_bid is None or best_ask is None or best_bid < best_ask
    assert placed == traded + cancelled + _resting(book)


def _resting(book: OrderBook) -> Decimal:
    return sum((level.size for side in BookSide for level in book.depth(side, 1000)), ZERO)
