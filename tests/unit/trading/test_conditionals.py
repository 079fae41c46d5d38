"""Orders that wait for a price, orders that run out of time, and marks of equity."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.unit.trading.examples import (
    AT,
    BTC,
    MAIN,
    USDT,
    Given,
    about,
    accept,
    cancel,
    deposit,
    fill,
    funded,
    kinds,
    oid,
    order,
    place,
    sent,
    submit,
)

from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.orders import OffsetType, OrderStatus, OrderTerms, RestsAt, TimeInForce

MIDNIGHT = datetime(2026, 1, 3, tzinfo=UTC)


def trigger(name: str, price: str) -> c.TriggerOrder:
    return c.TriggerOrder(
        account_id=MAIN, at=AT, order_id=oid(name), trigger_price=Decimal(price), market_sequence=7
    )


def trail(name: str, anchor: str) -> c.MoveTrailingStop:
    return c.MoveTrailingStop(account_id=MAIN, at=AT, order_id=oid(name), anchor=Decimal(anchor))


def status(account: Given, name: str) -> OrderStatus:
    found = account.account.find(oid(name))
    assert found is not None
    return found.status


def test_a_stop_is_parked_until_its_price_comes_and_then_sent_once() -> None:
    account = funded(btc="1").after(place(order("a", "sell", "stop", stop_price="90")))
    assert status(account, "a") is OrderStatus.PARKED
    assert account.when(submit("a")) == []
    assert account.when(trigger("a", "90.01")) == []
    assert kinds(account.when(trigger("a", "89"))) == ["OrderTriggered"]
    assert status(account, "a") is OrderStatus.PENDING
    assert account.when(trigger("a", "89")) == []
    assert kinds(account.when(submit("a"))) == ["OrderSubmitted"]


@pytest.mark.parametrize(
    ("terms", "before", "reached"),
    [
        (order("a", "sell", "stop", stop_price="90"), "90.01", "90"),
        (order("a", "buy", "stop", stop_price="110"), "109.99", "110"),
        (order("a", "sell", "stop_limit", stop_price="90", price="89"), "90.01", "90"),
        (order("a", "sell", "take_profit", stop_price="110"), "109.99", "110"),
        (order("a", "buy", "take_profit", stop_price="90"), "90.01", "90"),
    ],
)
def test_stops_trigger_against_and_take_profits_in_favour(
    terms: OrderTerms, before: str, reached: str
) -> None:
    account = funded(btc="1").after(place(terms))
    assert account.when(trigger("a", before)) == []
    assert kinds(account.when(trigger("a", reached))) == ["OrderTriggered"]


def test_a_stop_at_the_venue_is_sent_as_it_is_and_triggers_there() -> None:
    stop = order("a", "sell", "stop", stop_price="90")
    account = funded(btc="1").after(place(stop, rests_at=RestsAt.VENUE), *sent("a"))
    assert status(account, "a") is OrderStatus.ACCEPTED
    assert account.when(trigger("a", "80")) == []
    report = about(c.RecordTrigger, "a", trigger_price="90", market_sequence=7)
    assert kinds(account.when(report)) == ["OrderTriggered"]
    assert account.when(report) == []
    assert status(account, "a") is OrderStatus.ACCEPTED


def test_a_venue_that_triggers_what_it_does_not_have_is_a_difference() -> None:
    account = funded(btc="1").after(place(order("a", "sell", "stop", stop_price="90")))
    report = about(c.RecordTrigger, "a", trigger_price="90")
    assert kinds(account.when(report)) == ["DifferenceFound"]
    assert status(account, "a") is OrderStatus.PARKED


def test_a_triggered_stop_limit_rests_in_the_book() -> None:
    account = funded(btc="1").after(place(order("a", "sell", "stop_limit", stop_price="90", price="89")))
    interest = account.account.interests[order("a").instrument_id]
    assert interest.asks == []
    account.after(trigger("a", "90"), *sent("a"))
    assert interest.asks == [Decimal(89)]
    account.after(fill("a", "1", "1", "89", side="sell"))
    assert interest.asks == []


def test_a_trailing_stop_follows_in_steps_and_only_in_favour() -> None:
    account = funded(btc="1").after(place(order("a", "sell", "trailing_stop", trailing_offset="10")))
    placed = account.account.orders[oid("a")]
    assert (placed.anchor, placed.stop_price) == (Decimal(100), Decimal(90))
    assert account.when(trail("a", "100.49")) == []
    assert account.when(trail("a", "99")) == []
    (moved,) = account.when(trail("a", "100.5"))
    assert isinstance(moved, e.TrailingStopMoved)
    assert moved.stop_price == Decimal("90.5")
    assert account.when(trail("a", "100.5")) == []
    account.after(trigger("a", "90.5"))
    assert account.when(trail("a", "200")) == []


def test_a_buys_trailing_stop_comes_down_and_may_trail_by_percent() -> None:
    terms = order("a", type_="trailing_stop", trailing_offset="5", trailing_offset_type=OffsetType.PERCENT)
    account = funded().after(place(terms))
    assert account.account.orders[oid("a")].stop_price == 105
    assert account.when(trail("a", "101")) == []
    account.after(trail("a", "80"))
    assert account.account.orders[oid("a")].stop_price == 84
    assert account.held(USDT) == 105 * Decimal("1.05") * Decimal("1.001")


def test_a_day_order_ends_at_midnight_utc_and_not_before() -> None:
    account = funded().after(place(order("a", time_in_force=TimeInForce.DAY)))
    assert account.when(about(c.ExpireOrder, "a", at=MIDNIGHT - timedelta(microseconds=1))) == []
    assert kinds(account.when(about(c.ExpireOrder, "a", at=MIDNIGHT))) == ["OrderExpired"]
    assert account.held(USDT) == 0
    assert account.when(about(c.ExpireOrder, "a", at=MIDNIGHT)) == []


def test_an_order_without_an_end_never_expires() -> None:
    account = funded().after(place(order("a")))
    assert account.when(about(c.ExpireOrder, "a", at=AT + timedelta(days=999))) == []


def test_a_gtd_order_at_the_venue_is_cancelled_there_and_has_expired() -> None:
    end = AT + timedelta(hours=1)
    account = funded().after(
        place(order("a", time_in_force=TimeInForce.GTD, expires_at=end)), submit("a"), accept("a")
    )
    assert kinds(account.when(about(c.ExpireOrder, "a", at=end))) == ["OrderCancelRequested"]
    assert account.when(about(c.ExpireOrder, "a", at=end)) == []
    account.after(about(c.RecordCancellation, "a", reason="requested"))
    assert status(account, "a") is OrderStatus.EXPIRED


def test_a_cancel_that_was_refused_forgets_that_the_order_was_expiring() -> None:
    end = AT + timedelta(hours=1)
    account = funded().after(
        place(order("a", time_in_force=TimeInForce.GTD, expires_at=end)), submit("a"), accept("a")
    )
    account.after(about(c.ExpireOrder, "a", at=end), about(c.RecordCancelRejection, "a", reason="busy"))
    account.after(cancel("a"), about(c.RecordCancellation, "a", reason="requested"))
    assert status(account, "a") is OrderStatus.CANCELLED


def test_equity_is_recorded_in_steps_by_day() -> None:
    def mark(equity: str, day: int = 2) -> c.MarkEquity:
        return c.MarkEquity(account_id=MAIN, at=AT, day=date(2026, 1, day), equity=Decimal(equity))

    account = funded("1000")
    assert kinds(account.when(mark("1000"))) == ["EquityMarked"]
    assert account.when(mark("1002.49")) == []
    (up,) = account.when(mark("1002.5"))
    assert isinstance(up, e.EquityMarked)
    assert (up.day_open, up.peak) == (Decimal(1000), Decimal("1002.5"))
    assert account.when(mark("500", day=1)) == []
    (next_day,) = account.when(mark("1002.5", day=3))
    assert isinstance(next_day, e.EquityMarked)
    assert (next_day.day_open, next_day.peak) == (Decimal("1002.5"), Decimal("1002.5"))


def first_mark(account: Given, equity: str) -> tuple[Decimal, Decimal]:
    """What the account's first mark says that the day opened with, and its peak."""
    [mark] = account.when(c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(equity)))
    assert isinstance(mark, e.EquityMarked)
    return mark.day_open, mark.peak


def of_bitcoin(
    command: type[c.DepositFunds | c.WithdrawFunds], amount: str, *, days: int = 0
) -> c.DepositFunds | c.WithdrawFunds:
    return command(
        account_id=MAIN,
        at=AT - timedelta(days=days),
        asset=BTC,
        amount=Decimal(amount),
        rates={BTC: Decimal(100)},
    )


def test_the_first_mark_measures_from_what_was_paid_in() -> None:
    assert first_mark(funded(), "99981.5") == (Decimal(100_000), Decimal(100_000))
    assert first_mark(funded(), "100019") == (Decimal(100_000), Decimal(100_019))


def test_what_was_paid_in_counts_other_assets_at_the_rates_of_the_day() -> None:
    account = funded().after(of_bitcoin(c.DepositFunds, "3"), of_bitcoin(c.WithdrawFunds, "1"))
    assert first_mark(account, "100150") == (Decimal(100_200), Decimal(100_200))


def test_of_other_assets_paid_in_on_an_earlier_day_only_the_mark_tells_the_worth() -> None:
    account = funded().after(of_bitcoin(c.DepositFunds, "3", days=1), deposit("500"))
    assert first_mark(account, "100150") == (Decimal(100_150), Decimal(100_150))


def test_of_assets_paid_in_without_a_rate_only_the_mark_tells_the_worth() -> None:
    account = funded(btc="1").after(deposit("500"))
    assert first_mark(account, "100150") == (Decimal(100_150), Decimal(100_150))
