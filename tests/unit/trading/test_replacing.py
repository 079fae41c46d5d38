"""Changing an order: at once while it is ours, by request while a venue has it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.unit.trading.examples import (
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
    replace,
    sent,
    submit,
)

from tradebook.kernel.errors import Conflict, InvalidInput, NotFound
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.orders import Hold, OrderStatus, OrderTerms, TermsInForce

REFUSED = about(c.RecordReplaceRejection, "a", reason="no")


def usdt(amount: str) -> Hold:
    return Hold(asset=USDT, amount=Decimal(amount))


def working() -> Given:
    return funded("1000").after(place(order("a", quantity="2")), *sent("a"))


def replaced(quantity: str, price: str | None = None) -> c.RecordReplacement:
    report: c.RecordReplacement = about(c.RecordReplacement, "a", quantity=quantity, price=price)
    return report


def test_what_is_still_ours_changes_at_once() -> None:
    account = funded().after(place(order("a", quantity="2")))
    (event,) = account.when(replace("a", price="110", quantity="1"))
    assert isinstance(event, e.OrderReplaced)
    assert (event.held, event.released) == (usdt("0"), usdt("90.09"))
    changed = account.account.orders[oid("a")]
    assert (changed.price, changed.quantity) == (Decimal(110), Decimal(1))
    assert changed.status is OrderStatus.PENDING
    assert account.account.interests[order("a").instrument_id].bids == [Decimal(110)]


def test_a_parked_stop_moves_and_its_hold_with_it() -> None:
    account = funded().after(place(order("a", type_="stop", stop_price="100")))
    before = account.held(USDT)
    account.after(replace("a", stop_price="200"))
    assert account.held(USDT) == 2 * before
    assert account.account.orders[oid("a")].stop_price == 200


def test_the_venue_is_asked_and_the_dearer_of_old_and_new_is_held() -> None:
    account = working()
    (request,) = account.when(replace("a", price="110"))
    assert isinstance(request, e.OrderReplaceRequested)
    assert request.held == usdt("20.02")
    account.after(replaced("2", "110"))
    assert account.held(USDT) == Decimal("220.22")
    (cheaper,) = account.when(replace("a", price="50"))
    assert isinstance(cheaper, e.OrderReplaceRequested)
    assert cheaper.held == usdt("0")
    assert account.held(USDT) == Decimal("220.22")
    account.after(replaced("2", "50"))
    assert account.held(USDT) == Decimal("100.1")


def test_a_refused_change_gives_back_what_it_held() -> None:
    account = working().after(replace("a", price="110"))
    assert kinds(account.when(REFUSED)) == ["OrderReplaceRejected"]
    assert account.held(USDT) == Decimal("200.2")
    assert account.account.orders[oid("a")].status is OrderStatus.ACCEPTED
    assert account.when(REFUSED) == []


def test_a_fill_while_the_venue_thinks_keeps_enough_for_the_new_terms() -> None:
    account = working().after(replace("a", quantity="4"), fill("a", "1", "1"))
    assert account.held(USDT) == Decimal("300.3")
    account.after(replaced("4"))
    changed = account.account.orders[oid("a")]
    assert (changed.status, changed.remaining) == (OrderStatus.PARTIALLY_FILLED, Decimal(3))
    assert account.held(USDT) == Decimal("300.3")


def test_an_order_that_may_be_larger_by_now_is_not_taken_for_complete() -> None:
    account = working().after(replace("a", quantity="3"))
    assert kinds(account.when(fill("a", "1", "2"))) == ["OrderFilled"]
    assert account.account.orders[oid("a")].status is OrderStatus.PENDING_REPLACE
    assert kinds(account.when(fill("a", "2", "1"))) == ["OrderFilled"]
    assert oid("a") not in account.account.orders
    assert account.held(USDT) == 0


def test_what_goes_beyond_all_that_was_asked_for_is_an_overfill() -> None:
    account = working().after(replace("a", quantity="3"))
    assert kinds(account.when(fill("a", "1", "4"))) == ["OrderFilled", "DifferenceFound"]


def test_an_order_of_which_the_venue_says_that_nothing_is_left_is_complete() -> None:
    account = working().after(replace("a", quantity="3"), fill("a", "1", "2", leaves_nothing=True))
    assert oid("a") not in account.account.orders
    assert account.held(USDT) == 0


def test_an_order_that_was_filled_before_it_could_be_enlarged_is_over_with_the_refusal() -> None:
    account = working().after(replace("a", quantity="3"), fill("a", "1", "2"))
    assert kinds(account.when(REFUSED)) == ["OrderReplaceRejected", "OrderCancelled"]
    assert account.held(USDT) == 0


def test_a_repeated_confirmation_changes_nothing() -> None:
    account = working().after(replace("a", price="110"), replaced("2", "110"))
    assert account.when(replaced("2", "110")) == []


def test_a_change_that_nobody_asked_for_is_a_fact_all_the_same() -> None:
    account = working()
    assert kinds(account.when(replaced("3", "100"))) == ["OrderReplaced"]
    assert account.held(USDT) == Decimal("300.3")


def test_an_order_cut_to_what_was_filled_is_over() -> None:
    account = working().after(replace("a", quantity="1"), fill("a", "1", "1.5"))
    assert kinds(account.when(replaced("1"))) == ["OrderCancelled"]
    assert account.held(USDT) == 0


@pytest.mark.parametrize(
    ("terms", "changes", "field"),
    [
        (order("a"), {}, "quantity"),
        (order("a"), {"price": "0"}, "price"),
        (order("a"), {"quantity": "NaN"}, "quantity"),
        (order("a"), {"stop_price": "90"}, "stop_price"),
        (order("a", type_="market"), {"price": "90"}, "price"),
        (order("a", type_="market", quantity="0", quote_quantity="50"), {"quantity": "1"}, "quantity"),
        (order("a", type_="trailing_stop", trailing_offset="5"), {"stop_price": "90"}, "stop_price"),
    ],
)
def test_a_change_that_makes_no_sense_names_its_field(
    terms: OrderTerms, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as invalid:
        funded().after(place(terms)).when(replace("a", **changes))
    assert (invalid.value.code, invalid.value.field) == ("invalid_order", field)


def test_an_order_cannot_become_smaller_than_what_was_filled() -> None:
    account = working().after(fill("a", "1", "1"))
    with pytest.raises(InvalidInput):
        account.when(replace("a", quantity="1"))


def test_an_order_is_not_changed_while_its_fate_is_open() -> None:
    in_flight = funded().after(place(order("a")), submit("a"))
    changing = working().after(replace("a", price="90"))
    going = working().after(cancel("a"))
    for account, code in (
        (in_flight, "order_in_flight"),
        (changing, "order_changing"),
        (going, "order_changing"),
    ):
        with pytest.raises(Conflict) as conflict:
            account.when(replace("a", price="95"))
        assert conflict.value.code == code
    with pytest.raises(NotFound):
        in_flight.after(accept("a")).when(replace("b", price="95"))


def in_force(quantity: str | None = None, price: str | None = None) -> c.RecordTermsInForce:
    terms = TermsInForce(
        quantity=None if quantity is None else Decimal(quantity),
        price=None if price is None else Decimal(price),
    )
    report: c.RecordTermsInForce = about(c.RecordTermsInForce, "a", terms=terms)
    return report


def test_terms_that_somebody_changed_at_the_venue_are_taken_over_with_their_hold() -> None:
    account = working()
    (event,) = account.when(in_force("3", "110"))
    assert isinstance(event, e.OrderReplaced)
    assert (event.quantity, event.price, event.reason) == (Decimal(3), Decimal(110), e.AT_VENUE)
    assert account.held(USDT) == Decimal("330.33")


@pytest.mark.parametrize("told", [in_force(), in_force("2"), in_force("2", "100"), in_force(price="100")])
def test_terms_as_the_book_has_them_say_nothing(told: c.RecordTermsInForce) -> None:
    assert working().when(told) == []


def test_nor_do_the_old_ones_while_new_ones_are_asked_for() -> None:
    account = working().after(replace("a", price="110"))
    assert account.when(in_force("2", "100")) == []


def test_the_new_ones_answer_the_request() -> None:
    account = working().after(replace("a", price="110"))
    (event,) = account.when(in_force("2", "110"))
    assert isinstance(event, e.OrderReplaced)
    assert not event.reason
    assert account.account.orders[oid("a")].status is OrderStatus.ACCEPTED


def test_terms_of_an_order_that_is_over_say_nothing() -> None:
    account = working().after(about(c.RecordCancellation, "a", reason="requested"))
    assert account.when(in_force("3")) == []
