"""The index of stops finds what a plain loop over all of them would find."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradebook.matching.stops import Direction, StopIndex, Triggered

PRICES = st.integers(min_value=90, max_value=110).map(Decimal)
STEPS = st.one_of(
    st.tuples(st.just("trade"), PRICES),
    st.tuples(st.just("stop"), st.sampled_from(Direction), PRICES),
    st.tuples(st.just("trail"), st.sampled_from(Direction), PRICES, st.integers(1, 5), st.booleans()),
    st.tuples(st.just("discard"), st.integers(0, 30)),
)


def keys(triggered: list[Triggered]) -> list[str]:
    return [each.key for each in triggered]


class PlainStops:
    """The same meaning, one order after the other."""

    def __init__(self) -> None:
        self.fixed: dict[str, tuple[Direction, Decimal]] = {}
        self.trailing: dict[str, tuple[Direction, Decimal, Decimal, bool]] = {}

    def on_trade(self, price: Decimal) -> set[str]:
        triggered = set()
        for key, (direction, best, offset, is_fraction) in list(self.trailing.items()):
            better = max if direction is Direction.FALL else min
            anchor = better(best, price)
            self.trailing[key] = direction, anchor, offset, is_fraction
            reach = anchor * offset if is_fraction else offset
            stop = anchor - reach if direction is Direction.FALL else anchor + reach
            if price <= stop if direction is Direction.FALL else price >= stop:
                triggered.add(key)
        for key, (direction, stop) in self.fixed.items():
            if price <= stop if direction is Direction.FALL else price >= stop:
                triggered.add(key)
        for key in triggered:
            self.discard(key)
        return triggered

    def discard(self, key: str) -> None:
        self.fixed.pop(key, None)
        self.trailing.pop(key, None)


@given(st.lists(STEPS, max_size=60))
def test_the_index_agrees_with_a_plain_loop(steps: list[tuple]) -> None:  # type: ignore[type-arg]  # what hypothesis draws
    index, plain = StopIndex(), PlainStops()
    for number, step in enumerate(steps):
        key = str(number % 31)
        match step:
            case ("trade", price):
                triggered = keys(index.on_trade(price))
                assert len(triggered) == len(set(triggered))
                assert set(triggered) == plain.on_trade(price)
            case ("stop", direction, price):
                index.add(key, direction, price)
                plain.discard(key)
                plain.fixed[key] = direction, price
            case ("trail", direction, anchor, offset, is_fraction):
                reach = Decimal(offset) / 100 if is_fraction else Decimal(offset)
                index.add_trailing(key, direction, anchor=anchor, offset=reach, is_fraction=is_fraction)
                plain.discard(key)
                plain.trailing[key] = direction, anchor, reach, is_fraction
            case ("discard", other):
                index.discard(str(other))
                plain.discard(str(other))
        assert len(index) == len(plain.fixed) + len(plain.trailing)
        assert {k: index.anchor(k) for k in plain.trailing} == {k: v[1] for k, v in plain.trailing.items()}


def test_the_nearest_stop_goes_first_and_then_the_oldest() -> None:
    index = StopIndex()
    index.add("far", Direction.FALL, Decimal(95))
    index.add("near", Direction.FALL, Decimal(99))
    index.add("near, later", Direction.FALL, Decimal(99))
    assert keys(index.on_trade(Decimal(90))) == ["near", "near, later", "far"]


def test_a_stop_is_reached_at_its_price() -> None:
    index = StopIndex()
    index.add("buy stop", Direction.RISE, Decimal(100))
    assert index.on_trade(Decimal("99.99")) == []
    assert keys(index.on_trade(Decimal(100))) == ["buy stop"]
    assert index.on_trade(Decimal(101)) == []


def test_what_left_is_forgotten_even_when_many_come_and_go() -> None:
    index = StopIndex()
    for number in range(10_000):
        index.add_trailing(
            str(number), Direction.FALL, anchor=Decimal(100), offset=Decimal(1), is_fraction=False
        )
        index.discard(str(number))
    ladder = index._ladders[Direction.FALL]
    assert len(ladder._heap) < 200
    assert len(ladder._groups) < 200


def test_a_trailing_stop_tells_the_best_price_it_had_behind_it() -> None:
    index = StopIndex()
    index.add_trailing("trail", Direction.FALL, anchor=Decimal(100), offset=Decimal(2), is_fraction=False)
    assert index.on_trade(Decimal(105)) == []
    assert index.on_trade(Decimal(103)) == [Triggered("trail", Decimal(105))]
