"""Orders of which one cancels the others, and entries with their exits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

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

from tradebook.kernel.errors import Conflict, InvalidInput, Refused
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.limits import AccountState
from tradebook.trading.model import Order
from tradebook.trading.orders import LegTerms, OrderStatus, OrderType, RestsAt, leg_order_id

TAKE_PROFIT = order("tp", "sell", "limit", price="110", oco_group="exit")
STOP_LOSS = order("sl", "sell", "stop", stop_price="90", oco_group="exit")

OTHER_EXIT: dict[str, Any] = {"side": "sell", "price": "120", "oco_group": "exit"}


def pair(*, at_venue: bool = False) -> Given:
    """A take-profit that works at the venue and a stop-loss, for one bitcoin that is held once."""
    rests_at = RestsAt.VENUE if at_venue else RestsAt.TRADING
    account = funded(btc="1").after(place(TAKE_PROFIT), *sent("tp"), place(STOP_LOSS, rests_at=rests_at))
    return account.after(*sent("sl")) if at_venue else account


def sell(name: str, fill_id: str, quantity: str) -> c.RecordFill:
    return fill(name, fill_id, quantity, "110", side="sell")


def test_a_group_holds_once() -> None:
    account = pair()
    assert account.held(BTC) == 1
    assert account.available(BTC) == 0


def test_a_larger_member_adds_the_difference() -> None:
    account = funded(btc="3").after(place(TAKE_PROFIT))
    account.after(place(order("big", "sell", "stop", quantity="3", stop_price="90", oco_group="exit")))
    assert account.held(BTC) == 3
    account.after(cancel("big"))
    assert account.held(BTC) == 1


def test_a_complete_fill_cancels_the_parked_sibling() -> None:
    account = pair()
    assert kinds(account.when(sell("tp", "1", "1"))) == ["OrderFilled", "OrderCancelled"]
    assert account.total(BTC) == account.held(BTC) == 0
    assert account.account.orders == {}


def test_a_partial_fill_takes_as_much_off_the_parked_sibling() -> None:
    account = pair()
    assert kinds(account.when(sell("tp", "1", "0.4"))) == ["OrderFilled", "OrderReplaced"]
    stop = account.account.orders[oid("sl")]
    assert stop.quantity == stop.remaining == account.held(BTC) == Decimal("0.6")


def test_a_sibling_at_the_venue_is_asked_to_shrink_and_its_funds_are_freed_at_once() -> None:
    account = pair(at_venue=True)
    filled, request = account.when(sell("tp", "1", "0.4"))
    assert isinstance(filled, e.OrderFilled)
    assert isinstance(request, e.OrderReplaceRequested)
    assert request.quantity == account.held(BTC) == Decimal("0.6")
    account.after(about(c.RecordReplacement, "sl", quantity="0.6"))
    stop = account.account.orders[oid("sl")]
    assert stop.quantity == stop.remaining == Decimal("0.6")
    assert stop.status is OrderStatus.ACCEPTED


def test_a_sibling_that_cannot_shrink_is_cancelled() -> None:
    account = pair(at_venue=True).after(sell("tp", "1", "0.4"))
    refused = about(c.RecordReplaceRejection, "sl", reason="no")
    assert kinds(account.when(refused)) == ["OrderReplaceRejected", "OrderCancelRequested"]
    assert account.held(BTC) == Decimal("0.6")
    assert account.when(refused) == []


def test_a_change_of_an_order_that_owes_its_sibling_a_reduction_asks_for_both() -> None:
    account = funded(btc="1").after(
        place(TAKE_PROFIT), *sent("tp"), place(order("b", **OTHER_EXIT)), *sent("b")
    )
    account.after(sell("tp", "1", "0.4"), about(c.RecordReplaceRejection, "b", reason="no"))
    account.after(about(c.RecordCancelRejection, "b", reason="no"))
    (request,) = account.when(replace("b", price="130"))
    assert isinstance(request, e.OrderReplaceRequested)
    assert request.quantity == account.held(BTC) == Decimal("0.6")


def test_a_sibling_at_the_venue_is_asked_to_cancel_once_nothing_is_left() -> None:
    account = pair(at_venue=True)
    assert kinds(account.when(sell("tp", "1", "1"))) == ["OrderFilled", "OrderCancelRequested"]
    assert account.held(BTC) == 0
    account.after(about(c.RecordCancellation, "sl", reason="oco"))
    assert account.account.orders == {}


def test_a_sibling_of_unknown_fate_is_cancelled_rather_than_changed() -> None:
    account = funded(btc="1").after(place(TAKE_PROFIT), *sent("tp"))
    account.after(place(STOP_LOSS, rests_at=RestsAt.VENUE), submit("sl"))
    account.after(about(c.MarkUnknown, "sl", reason="timeout"))
    assert kinds(account.when(sell("tp", "1", "0.4"))) == ["OrderFilled", "OrderCancelRequested"]


def test_both_may_fill_at_the_venue_and_both_are_booked() -> None:
    account = pair(at_venue=True).after(sell("tp", "1", "1"), sell("sl", "2", "1"))
    assert account.total(BTC) == -1
    assert account.held(BTC) == 0


def test_an_older_request_that_the_venue_confirms_first_does_not_undo_a_reduction() -> None:
    account = funded(btc="10")
    account.after(place(order("a", "sell", quantity="10", price="110", oco_group="g")), *sent("a"))
    account.after(place(order("b", "sell", quantity="10", price="120", oco_group="g")), *sent("b"))
    account.after(replace("b", quantity="8"), sell("a", "1", "3"))
    assert account.held(BTC) == 7
    account.after(about(c.RecordReplacement, "b", quantity="8", price="120"))
    assert account.account.orders[oid("b")].remaining == 5
    account.after(about(c.RecordReplacement, "b", quantity="5", price="120"))
    assert account.account.orders[oid("b")].remaining == 5
    assert account.held(BTC) == 7


def test_members_that_filled_too_much_never_make_a_hold_negative() -> None:
    account = funded(btc="1").after(place(TAKE_PROFIT), place(STOP_LOSS, rests_at=RestsAt.VENUE))
    account.after(*sent("tp"), *sent("sl"), sell("tp", "1", "1"), sell("tp", "2", "1"))
    account.after(about(c.RecordReplacement, "sl", quantity="1.5"))
    assert account.held(BTC) == 0


def test_cancelling_one_member_leaves_the_others() -> None:
    account = pair()
    account.after(about(c.RecordCancellation, "tp", reason="venue"))
    assert list(account.account.orders) == [oid("sl")]
    assert account.held(BTC) == 1


def test_a_late_fill_of_a_cancelled_member_still_shrinks_its_sibling() -> None:
    account = pair().after(about(c.RecordCancellation, "tp", reason="venue"), sell("tp", "1", "0.4"))
    assert account.account.orders[oid("sl")].remaining == account.held(BTC) == Decimal("0.6")
    assert account.available(BTC) == 0


def test_the_name_of_a_finished_group_can_be_used_for_something_else() -> None:
    account = pair().after(c.CancelAllOrders(account_id=MAIN, at=AT))
    account.after(about(c.RecordCancellation, "tp", reason="requested"))
    account.after(place(order("x", oco_group="exit")), sell("tp", "late", "1"))
    assert account.held(USDT) == Decimal("100.1")
    assert account.account.orders[oid("x")].remaining == 1


# --- brackets

EXITS: dict[str, Any] = {
    "take_profit": LegTerms(stop_price=Decimal(110)),
    "stop_loss": LegTerms(stop_price=Decimal(90), price=Decimal(89)),
}


def leg_id(name: str) -> str:
    return leg_order_id(oid("entry"), name)


def leg(account: Given, name: str) -> Order:
    found = account.account.find(oid(leg_id(name)))
    assert found is not None
    return found


def entry(quantity: str = "2", **exits: LegTerms) -> Given:
    account = funded().after(place(order("entry", quantity=quantity, **(exits or EXITS))))
    return account.after(*sent("entry"))


def test_exits_appear_with_the_first_fill_and_hold_once() -> None:
    account = entry()
    assert len(account.account.orders) == 1
    events = account.when(fill("entry", "1", "0.5"))
    assert kinds(events) == ["OrderFilled", "OrderPlaced", "OrderPlaced"]
    profit, loss = leg(account, "take_profit"), leg(account, "stop_loss")
    assert (profit.terms.type, profit.stop_price) == (OrderType.TAKE_PROFIT, Decimal(110))
    assert (loss.terms.type, loss.price) == (OrderType.STOP_LIMIT, Decimal(89))
    assert profit.quantity == loss.quantity == account.held(BTC) == Decimal("0.5")
    assert {profit.status, loss.status} == {OrderStatus.PARKED}
    assert profit.parent_order_id == loss.parent_order_id == oid("entry")


def test_exits_grow_with_later_fills() -> None:
    account = entry().after(fill("entry", "1", "0.5"))
    events = account.when(fill("entry", "2", "1.5"))
    assert kinds(events) == ["OrderFilled", "OrderReplaced", "OrderReplaced"]
    assert leg(account, "take_profit").quantity == leg(account, "stop_loss").quantity == 2
    assert account.held(BTC) == 2
    assert account.when(fill("entry", "2", "1.5")) == []


def test_an_exit_alone_may_be_a_market_order_once_triggered() -> None:
    account = entry(stop_loss=LegTerms(stop_price=Decimal(90))).after(fill("entry", "1", "2"))
    assert leg(account, "stop_loss").terms.type is OrderType.STOP
    assert len(account.account.orders) == 1


def test_an_entry_that_never_fills_has_no_exits() -> None:
    account = entry().after(cancel("entry"), about(c.RecordCancellation, "entry", reason="requested"))
    assert account.account.orders == {}


def test_exits_sell_what_the_fee_left_in_whole_lots() -> None:
    account = entry().after(fill("entry", "1", "1", fee="0.0015", fee_asset=BTC))
    assert leg(account, "stop_loss").quantity == Decimal("0.998")
    assert account.available(BTC) == Decimal("0.0005")
    account.after(fill("entry", "2", "1", fee="0.0015", fee_asset=BTC))
    assert leg(account, "stop_loss").quantity == Decimal("1.997")
    assert account.available(BTC) == 0


def test_a_fill_too_small_for_a_lot_waits_for_the_next() -> None:
    account = entry()
    assert kinds(account.when(fill("entry", "1", "0.0005"))) == ["OrderFilled"]
    assert kinds(account.when(fill("entry", "2", "0.0005")))[1:] == ["OrderPlaced", "OrderPlaced"]
    assert leg(account, "stop_loss").quantity == Decimal("0.001")


def test_once_an_exit_fills_the_rest_of_the_entry_is_not_wanted() -> None:
    account = entry().after(fill("entry", "1", "1"))
    trigger = c.TriggerOrder(
        account_id=MAIN,
        at=AT,
        order_id=oid(leg_id("take_profit")),
        trigger_price=Decimal(110),
        market_sequence=1,
    )
    account.after(trigger, *sent(leg_id("take_profit")))
    events = account.when(sell(leg_id("take_profit"), "x", "1"))
    assert kinds(events) == ["OrderFilled", "OrderCancelled", "OrderCancelRequested"]
    assert leg(account, "stop_loss").status is OrderStatus.CANCELLED
    account.after(about(c.RecordCancellation, "entry", reason="bracket"))
    assert account.account.orders == {}
    assert account.held(USDT) == account.held(BTC) == 0


def test_a_fill_after_the_exits_are_done_gets_exits_of_its_own() -> None:
    account = entry().after(fill("entry", "1", "1"))
    account.after(cancel(leg_id("take_profit")), cancel(leg_id("stop_loss")))
    assert kinds(account.when(fill("entry", "2", "1")))[1:] == ["OrderPlaced", "OrderPlaced"]
    assert leg(account, "stop_loss-2").quantity == account.held(BTC) == 1


def test_a_late_fill_of_a_cancelled_entry_is_protected_too() -> None:
    account = entry().after(about(c.RecordCancellation, "entry", reason="venue"))
    assert kinds(account.when(fill("entry", "1", "1")))[1:] == ["OrderPlaced", "OrderPlaced"]
    assert account.held(BTC) == 1


def test_exits_at_the_venue_are_asked_to_grow() -> None:
    account = funded().after(place(order("entry", quantity="2", **EXITS), rests_at=RestsAt.VENUE))
    account.after(*sent("entry"), fill("entry", "1", "1"))
    account.after(*sent(leg_id("take_profit")), submit(leg_id("stop_loss")))
    events = account.when(fill("entry", "2", "1"))
    assert kinds(events) == ["OrderFilled", "OrderReplaceRequested", "OrderReplaceRequested"]
    assert account.held(BTC) == 2
    account.after(accept(leg_id("stop_loss")))
    for name in ("take_profit", "stop_loss"):
        account.after(about(c.RecordReplacement, leg_id(name), quantity="2"))
        assert leg(account, name).quantity == 2
    assert account.held(BTC) == 2


# --- moving exits before they are orders


def moved(name: str = "stop_loss", **prices: str) -> c.ReplaceOrder:
    changes: dict[str, Any] = {
        name: c.ExitChange(**{field: Decimal(price) for field, price in prices.items()})
    }
    return replace("entry", **changes)


def test_an_exit_that_was_moved_is_placed_where_it_was_moved_to() -> None:
    account = entry()
    (event,) = account.when(moved(stop_price="92"))
    assert isinstance(event, e.OrderExitsChanged)
    assert event.stop_loss == LegTerms(stop_price=Decimal(92), price=Decimal(89))
    account.after(moved("take_profit", stop_price="115"), moved(price="91.5"))
    assert account.account.orders[oid("entry")].status is OrderStatus.ACCEPTED
    account.after(fill("entry", "1", "2"))
    profit, loss = leg(account, "take_profit"), leg(account, "stop_loss")
    assert (profit.stop_price, loss.stop_price, loss.price) == (
        Decimal(115),
        Decimal(92),
        Decimal("91.5"),
    )


def test_what_the_client_asked_for_stays_the_measure_of_a_repetition() -> None:
    account = entry().after(moved(stop_price="92"))
    assert account.when(place(order("entry", quantity="2", **EXITS))) == []


def test_an_exit_never_comes_to_stand_where_it_would_trigger_at_once() -> None:
    account = entry()
    for change in (
        moved(stop_price="100"),
        moved("take_profit", stop_price="99"),
        replace("entry", price="89"),
    ):
        with pytest.raises(InvalidInput):
            account.when(change)
    both = replace("entry", price="95", stop_loss=c.ExitChange(stop_price=Decimal(94)))
    assert kinds(account.when(both)) == ["OrderReplaceRequested", "OrderExitsChanged"]


def test_an_exit_keeps_to_the_tick_and_to_what_it_is() -> None:
    with pytest.raises(Refused, match="not a multiple"):
        entry().when(moved(stop_price="92.001"))
    with pytest.raises(InvalidInput, match="has none to change"):
        entry().when(moved("take_profit", price="110"))
    with pytest.raises(InvalidInput, match="no such exit"):
        entry(stop_loss=LegTerms(stop_price=Decimal(90))).when(moved("take_profit", stop_price="120"))
    with pytest.raises(InvalidInput, match="nothing is to change"):
        entry().when(moved())


def test_exits_that_are_orders_are_moved_as_orders() -> None:
    account = entry().after(fill("entry", "1", "0.5"))
    with pytest.raises(Conflict, match="orders of their own"):
        account.when(moved(stop_price="92"))
    account.after(replace(leg_id("stop_loss"), stop_price="92"))
    assert leg(account, "stop_loss").stop_price == 92


def test_an_account_that_only_reduces_still_moves_its_exits_and_a_halted_one_does_not() -> None:
    def in_state(state: AccountState) -> Given:
        return entry().after(c.SetAccountState(account_id=MAIN, at=AT, state=state))

    assert kinds(in_state(AccountState.REDUCING).when(moved(stop_price="92"))) == ["OrderExitsChanged"]
    with pytest.raises(Refused, match="halted"):
        in_state(AccountState.HALTED).when(moved(stop_price="92"))
