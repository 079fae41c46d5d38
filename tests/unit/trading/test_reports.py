"""What venues report is never refused: late, twice, out of order, or about orders that nobody knows."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from tests.unit.trading.examples import (
    BTC,
    USDT,
    Given,
    about,
    accept,
    cancel,
    fill,
    funded,
    kinds,
    oid,
    order,
    place,
    sent,
    submit,
)

from tradebook.kernel.ids import ClientOrderId
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model import Order
from tradebook.trading.model.state import NOTED_MAX, RECENT_ORDERS_MAX
from tradebook.trading.orders import OrderStatus

LOST = about(c.MarkUnknown, "a", reason="timeout")
CANCELLED = about(c.RecordCancellation, "a", reason="requested")
REJECTED = about(c.RecordRejection, "a", reason="not_received")
EXPIRED = about(c.RecordExpiry, "a", reason="day")
CANCEL_REFUSED = about(c.RecordCancelRejection, "a", reason="no")


def placed(quantity: str = "2") -> Given:
    return funded("1000").after(place(order("a", quantity=quantity)))


def a(account: Given) -> Order:
    found = account.account.find(oid("a"))
    assert found is not None
    return found


def test_a_repeated_fill_changes_nothing() -> None:
    account = placed().after(*sent("a"), fill("a", "1", "1"))
    assert account.when(fill("a", "1", "1")) == []
    account.after(fill("a", "2", "1"))
    assert account.when(fill("a", "2", "1")) == []
    assert account.total(BTC) == 2


def test_a_repeated_acceptance_changes_nothing() -> None:
    account = placed().after(*sent("a"))
    assert account.when(accept("a")) == []


@pytest.mark.parametrize("end", [CANCELLED, REJECTED, EXPIRED])
def test_an_end_releases_everything_once(end: c.TradingCommand) -> None:
    account = placed().after(*sent("a"), fill("a", "1", "0.5"))
    account.after(end)
    assert account.held(USDT) == 0
    for report in (end, CANCELLED, CANCEL_REFUSED, about(c.RecordReplaceRejection, "a", reason="no")):
        assert account.when(report) == []
    assert account.when(about(c.RecordReplacement, "a", quantity="3")) == []
    assert account.when(about(c.RecordTrigger, "a", trigger_price="3")) == []


def test_an_acceptance_after_the_fill_says_only_how_the_venue_calls_it() -> None:
    account = placed().after(submit("a"), fill("a", "1", "2"))
    assert kinds(account.when(accept("a"))) == ["OrderAccepted"]
    assert (a(account).status, a(account).venue_order_id) == (OrderStatus.FILLED, "v-a")


def test_a_fill_before_the_acceptance_leaves_the_order_partially_filled() -> None:
    account = placed().after(submit("a"), fill("a", "1", "1"), accept("a"))
    assert a(account).status is OrderStatus.PARTIALLY_FILLED


def test_a_cancellation_after_the_last_fill_changes_nothing() -> None:
    account = placed().after(*sent("a"), cancel("a"), fill("a", "1", "2"))
    assert a(account).status is OrderStatus.FILLED
    assert account.when(CANCELLED) == []


def test_a_fill_of_a_cancelled_order_is_booked_from_what_is_available() -> None:
    account = placed().after(*sent("a"), CANCELLED, fill("a", "1", "1.5"))
    assert account.total(BTC) == Decimal("1.5")
    assert account.total(USDT) == account.available(USDT) == 850
    assert (a(account).status, a(account).filled) == (OrderStatus.CANCELLED, Decimal("1.5"))
    account.after(fill("a", "2", "0.5"))
    assert a(account).status is OrderStatus.FILLED


def test_a_fill_may_cost_more_than_there_is() -> None:
    account = funded("101").after(place(order("a")), *sent("a"), fill("a", "1", "1", "150"))
    assert account.available(USDT) == -49
    assert account.held(USDT) == 0


def test_more_than_was_ordered_is_booked_and_named() -> None:
    account = placed("1").after(*sent("a"))
    filled, difference = account.when(fill("a", "1", "1.5"))
    assert isinstance(filled, e.OrderFilled)
    assert isinstance(difference, e.DifferenceFound)
    assert filled.is_complete
    assert difference.kind == "overfill"
    assert difference.figures == {"order_id": oid("a"), "quantity": "1", "filled_quantity": "1.5"}


def test_an_unanswered_order_keeps_its_hold_until_the_venue_was_asked() -> None:
    account = placed().after(submit("a"))
    assert kinds(account.when(LOST)) == ["OrderOutcomeUnknown"]
    assert account.when(LOST) == []
    assert account.held(USDT) == Decimal("200.2")
    assert account.when(submit("a")) == []
    account.after(REJECTED)
    assert account.held(USDT) == 0


def test_an_unknown_order_that_the_venue_has_works_on() -> None:
    assert a(placed().after(submit("a"), LOST, accept("a"))).status is OrderStatus.ACCEPTED
    assert a(placed().after(submit("a"), LOST, fill("a", "1", "1"))).status is OrderStatus.PARTIALLY_FILLED


def test_what_has_been_answered_is_not_unknown() -> None:
    account = placed().after(*sent("a"))
    assert account.when(LOST) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([submit("a")], OrderStatus.SUBMITTED),
        (sent("a"), OrderStatus.ACCEPTED),
        ([*sent("a"), fill("a", "1", "1")], OrderStatus.PARTIALLY_FILLED),
    ],
)
def test_a_refused_cancel_leads_back_to_where_the_order_was(
    before: list[c.TradingCommand], after: OrderStatus
) -> None:
    account = placed().after(*before, cancel("a"))
    assert a(account).status is OrderStatus.PENDING_CANCEL
    assert kinds(account.when(CANCEL_REFUSED)) == ["OrderCancelRejected"]
    assert account.when(CANCEL_REFUSED) == []
    assert a(account).status is after


def test_an_acceptance_after_we_concluded_absence_is_a_difference() -> None:
    account = placed().after(submit("a"), REJECTED)
    assert kinds(account.when(accept("a"))) == ["OrderAccepted", "DifferenceFound"]


def test_a_trade_made_by_hand_goes_to_suspense_once() -> None:
    account = funded()
    report = msgspec.structs.replace(fill("x", "1", "1"), order_id=None)
    assert kinds(account.when(report)) == ["UnmatchedFillRecorded", "DifferenceFound"]
    assert account.when(report) == []
    assert account.total(BTC) == 0


def test_a_fill_is_found_by_our_client_order_id_too() -> None:
    report = msgspec.structs.replace(fill("a", "1", "1"), order_id=None, client_order_id=ClientOrderId("a"))
    assert kinds(placed().after(*sent("a")).when(report)) == ["OrderFilled"]


def test_a_fill_of_the_wrong_side_or_of_a_denied_order_fits_nothing() -> None:
    account = placed().after(*sent("a"))
    assert kinds(account.when(fill("a", "1", "1", side="sell")))[0] == "UnmatchedFillRecorded"
    denied = funded("1").after(place(order("a")))
    assert kinds(denied.when(fill("a", "2", "1")))[0] == "UnmatchedFillRecorded"


def test_news_of_orders_that_nobody_knows_are_differences_once() -> None:
    account = funded("1").after(place(order("a")))
    news = [
        accept("a"),
        CANCELLED,
        REJECTED,
        EXPIRED,
        CANCEL_REFUSED,
        about(c.RecordTrigger, "a", trigger_price="1"),
        about(c.RecordReplacement, "a", quantity="1"),
        about(c.RecordReplaceRejection, "a", reason="no"),
    ]
    for report in news:
        assert kinds(account.when(report)) == ["DifferenceFound"], report
        assert account.when(report) == []


def test_what_is_remembered_is_bounded() -> None:
    account = funded()
    for number in range(NOTED_MAX + 1):
        account.after(fill("x", str(number), "1"))
    assert len(account.account.noted) == NOTED_MAX
    for number in range(RECENT_ORDERS_MAX + 1):
        account.after(place(order(str(number))), cancel(str(number)))
    assert len(account.account.recent) == RECENT_ORDERS_MAX
    assert account.account.find(oid("0")) is None
