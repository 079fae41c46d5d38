"""Which instruments are kept alive: what anybody needs, and for a while what nobody does any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support.simulated_binance import HandClock

from tradebook.kernel.ids import InstrumentId
from tradebook.market.needs import GRACE_S, ORDERS, SETTINGS, URGENCY, WATCHERS, Needs

BTC, ETH, SOL = (InstrumentId(f"{each}-USDT.BINANCE") for each in ("BTC", "ETH", "SOL"))
AFTER_GRACE = timedelta(seconds=GRACE_S)
SETS = st.frozensets(st.sampled_from([BTC, ETH, SOL]))


def test_what_two_need_stays_when_one_lets_go() -> None:
    clock = HandClock()
    needs = Needs(clock)
    needs.state(WATCHERS, {BTC, ETH})
    needs.state(ORDERS, {BTC})
    needs.state(WATCHERS, ())
    clock.at += AFTER_GRACE
    assert list(needs.wanted()) == [BTC]


def test_what_nobody_needs_any_more_stays_for_the_time_of_grace() -> None:
    clock = HandClock()
    needs = Needs(clock)
    needs.state(WATCHERS, {ETH})
    clock.at += AFTER_GRACE
    needs.state(WATCHERS, ())
    clock.at += AFTER_GRACE - timedelta(seconds=1)
    assert list(needs.wanted()) == [ETH]
    clock.at += timedelta(seconds=1)
    assert list(needs.wanted()) == []


def test_what_is_needed_in_passing_is_let_go_by_itself() -> None:
    clock = HandClock()
    needs = Needs(clock)
    needs.touch(SOL)
    assert list(needs.wanted()) == [SOL]
    clock.at += AFTER_GRACE
    assert list(needs.wanted()) == []


def test_open_orders_come_before_those_who_only_watch() -> None:
    needs = Needs(HandClock())
    needs.state(WATCHERS, {BTC})
    needs.state(SETTINGS, {SOL})
    needs.state(ORDERS, {ETH})
    assert list(needs.wanted()) == [ETH, SOL, BTC]
    assert needs.desk() == {ETH, SOL}, "what somebody watches is nobody else's"


@given(st.lists(st.tuples(st.sampled_from(URGENCY), SETS, st.integers(0, 90)), max_size=20))
def test_nothing_needed_is_missing_and_nothing_unneeded_outlives_its_grace(
    statements: list[tuple[str, frozenset[InstrumentId], int]],
) -> None:
    clock = HandClock()
    needs = Needs(clock)
    stated: dict[str, frozenset[InstrumentId]] = {}
    last_needed: dict[InstrumentId, datetime | None] = {}
    for who, instruments, seconds in statements:
        needs.state(who, instruments)
        stated[who] = instruments
        needed = frozenset().union(*stated.values())
        last_needed |= dict.fromkeys((*needed, *last_needed.keys() & needed), None)
        for each in last_needed:
            if each in needed:
                last_needed[each] = None  # still needed
            elif last_needed[each] is None:
                last_needed[each] = clock.at  # let go now
        clock.at += timedelta(seconds=seconds)
        kept = {each for each, at in last_needed.items() if at is None or clock.at < at + AFTER_GRACE}
        assert set(needs.wanted()) == kept
