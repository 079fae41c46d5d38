"""Placing, filling and ending orders, and what is held meanwhile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.unit.trading.examples import (
    AT,
    BTC,
    BTC_USDT,
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
    open_account,
    order,
    place,
    sent,
    submit,
    without,
)

from tradebook.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from tradebook.kernel.ids import InstrumentId
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.limits import AccountState, LimitChanges, RiskLimits
from tradebook.trading.model import command_id_of
from tradebook.trading.orders import Hold, OrderStatus


def test_nothing_happens_on_an_account_that_is_not_open() -> None:
    with pytest.raises(NotFound):
        Given().when(deposit("1"))


def test_opening_twice_with_the_same_terms_is_opening_once_and_with_others_a_conflict() -> None:
    account = Given().after(open_account())
    assert account.when(open_account()) == []
    other = c.OpenAccount(
        account_id=MAIN,
        at=AT,
        party_id=account.account.party_id,
        name="Other",
        venue="paper",
        base_asset=USDT,
        paper=True,
        limits=RiskLimits(),
    )
    with pytest.raises(Conflict):
        account.when(other)


def test_only_what_is_available_can_be_withdrawn() -> None:
    account = funded("1000").after(place(order("a", quantity="5", price="100")))
    withdrawal = c.WithdrawFunds(account_id=MAIN, at=AT, asset=USDT, amount=Decimal(500))
    with pytest.raises(Refused) as refused:
        account.when(withdrawal)
    assert refused.value.figures == {"asset": "USDT", "available": "499.5", "needed": "500"}
    account.after(cancel("a")).when(withdrawal)
    assert account.available(USDT) == 500


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1" * 39])
def test_an_amount_that_is_none_is_invalid(amount: str) -> None:
    with pytest.raises(InvalidInput):
        funded().when(deposit(amount))


def test_setting_the_same_state_or_limits_again_changes_nothing() -> None:
    account = funded()
    halt = c.SetAccountState(account_id=MAIN, at=AT, state=AccountState.HALTED, reason="red button")
    assert kinds(account.when(halt)) == ["AccountStateChanged"]
    assert account.when(halt) == []
    limits = c.SetRiskLimits(account_id=MAIN, at=AT, changes=LimitChanges(max_open_orders=7))
    assert kinds(account.when(limits)) == ["RiskLimitsSet"]
    assert account.when(limits) == []


def test_a_limit_buy_holds_its_cost_and_the_fee_and_a_sell_what_it_sells() -> None:
    account = funded("1000", "2").after(
        place(order("buy", price="90")), place(order("sell", "sell", price="110"))
    )
    assert account.held(USDT) == Decimal("90.09")
    assert account.held(BTC) == 1
    assert account.available(USDT) == Decimal("909.91")


def test_a_market_buy_holds_for_slippage_too() -> None:
    limits = RiskLimits(price_collar=Decimal("0.02"), max_position_notional=None)
    account = funded(limits=limits).after(place(order("a", type_="market")))
    assert account.held(USDT) == 101 * Decimal("1.02") * Decimal("1.001")
    assert funded().after(place(order("a", type_="market"))).held(USDT) == 101 * Decimal("1.05") * Decimal(
        "1.001"
    )


def test_an_order_sized_in_the_quote_asset_spends_no_more_than_that_fee_included() -> None:
    account = funded("1000").after(place(order("a", type_="market", quantity="0", quote_quantity="500")))
    assert account.held(USDT) == 500
    account.after(*sent("a"), fill("a", "1", "3", "100", fee="0.3"))
    assert account.held(USDT) == Decimal("199.7")
    account.after(fill("a", "2", "1.9", "100", fee="0.19", leaves_nothing=True))
    assert account.held(USDT) == 0
    assert account.available(USDT) == Decimal("509.51")
    assert account.account.recent[oid("a")].status is OrderStatus.FILLED


def test_a_sell_sized_in_the_quote_asset_holds_enough_of_the_base_asset() -> None:
    account = funded(btc="10").after(place(order("a", "sell", "market", quantity="0", quote_quantity="500")))
    assert account.held(BTC) == Decimal("5.317")  # 500 at 99 less 5 %
    account.after(*sent("a"), fill("a", "1", "5", "100", side="sell", leaves_nothing=True))
    assert account.held(BTC) == 0
    assert account.available(BTC) == 5


def test_the_same_order_again_is_a_repetition_and_another_under_its_name_a_conflict() -> None:
    account = funded().after(place(order("a")))
    assert account.when(place(order("a"))) == []
    with pytest.raises(Conflict) as conflict:
        account.when(place(order("a", price="99")))
    assert conflict.value.code == "client_order_id_reused"
    account.after(cancel("a"))
    assert account.when(place(order("a"))) == []


def test_a_denied_client_order_id_is_used_up() -> None:
    account = funded("1")
    assert kinds(account.when(place(order("a")))) == ["OrderDenied"]
    account.after(deposit("1000"))
    assert account.when(place(order("a"))) == []
    with pytest.raises(Conflict):
        account.when(place(order("a", price="1")))


def test_cancelling_before_it_is_sent_is_done_at_once_and_nothing_is_sent_after() -> None:
    account = funded().after(place(order("a")))
    (cancelled,) = account.when(cancel("a"))
    assert isinstance(cancelled, e.OrderCancelled)
    assert cancelled.released == Hold(asset=USDT, amount=Decimal("100.1"))
    assert account.when(submit("a")) == []


def test_cancelling_at_the_venue_is_asked_once_and_holds_until_it_answers() -> None:
    account = funded().after(place(order("a")), *sent("a"))
    assert kinds(account.when(cancel("a"))) == ["OrderCancelRequested"]
    assert account.when(cancel("a")) == []
    assert account.held(USDT) == Decimal("100.1")
    account.after(about(c.RecordCancellation, "a", reason="requested"))
    assert account.held(USDT) == 0


def test_what_is_over_or_was_never_there_cannot_be_cancelled() -> None:
    account = funded().after(place(order("a")), cancel("a"))
    with pytest.raises(Conflict) as conflict:
        account.when(cancel("a"))
    assert conflict.value.code == "order_closed"
    with pytest.raises(NotFound):
        account.when(cancel("b"))


def test_cancel_all_ends_what_is_ours_and_asks_for_the_rest() -> None:
    account = funded().after(
        place(order("a")), *sent("a"), place(order("b")), place(order("c", oco_group="g"))
    )
    account.after(place(order("d", price="90", oco_group="g")))
    events = account.when(c.CancelAllOrders(account_id=MAIN, at=AT))
    assert kinds(events) == ["OrderCancelRequested", *["OrderCancelled"] * 3]
    assert account.held(USDT) == Decimal("100.1")
    assert account.when(c.CancelAllOrders(account_id=MAIN, at=AT)) == []


def test_cancel_all_of_one_instrument_leaves_the_others() -> None:
    account = funded().after(place(order("a")))
    of_another = c.CancelAllOrders(account_id=MAIN, at=AT, instrument_id=InstrumentId("ETH-USDT.SIM"))
    assert account.when(of_another) == []
    of_this = c.CancelAllOrders(account_id=MAIN, at=AT, instrument_id=BTC_USDT.instrument_id)
    assert kinds(account.when(of_this)) == ["OrderCancelled"]


def test_a_fill_releases_its_share_and_pays_what_it_cost() -> None:
    account = funded("1000").after(place(order("a", quantity="2")), *sent("a"))
    account.after(fill("a", "1", "0.5", "99", fee="0.0495"))
    assert account.held(USDT) == Decimal("150.15")
    assert account.total(USDT) == 1000 - Decimal("49.5495")
    assert account.total(BTC) == Decimal("0.5")
    account.after(fill("a", "2", "1.5", "100", fee="0.15"))
    assert account.held(USDT) == 0


def test_a_fee_in_the_base_asset_is_taken_from_what_was_bought() -> None:
    account = funded().after(place(order("a")), *sent("a"), fill("a", "1", "1", fee="0.001", fee_asset=BTC))
    assert account.total(BTC) == Decimal("0.999")
    assert account.total(USDT) == 99_900


def test_command_ids_are_functions_of_facts_where_facts_happen_once() -> None:
    ends = (c.RecordRejection, c.RecordCancellation, c.RecordExpiry)
    once: list[c.TradingCommand] = [open_account(), place(order("a")), fill("a", "1", "1"), accept("a")]
    once += [about(kind, "a", reason="x") for kind in ends]
    ids = [command_id_of(command) for command in once]
    assert len(set(ids)) == len(ids)
    assert None not in ids
    assert command_id_of(place(without(order("a"), price="99"))) == ids[1]
    later = fill("a", "1", "1")
    assert command_id_of(later) == ids[2]
    assert command_id_of(cancel("a")) is None


def test_a_stale_or_missing_price_denies_a_market_order_but_not_a_limit_order() -> None:
    late = AT + timedelta(seconds=31)
    account = funded()
    (stale,) = account.when(place(order("a", type_="market"), at=late))
    (absent,) = account.when(place(order("b", type_="market"), seen=None))
    assert isinstance(stale, e.OrderDenied)
    assert isinstance(absent, e.OrderDenied)
    assert (stale.code, absent.code) == ("price_stale", "no_price")
    assert stale.figures == {"price_age_s": "31.0", "price_age_s_max": "30"}
    assert kinds(account.when(place(order("c"), seen=None, at=late))) == ["OrderPlaced"]
