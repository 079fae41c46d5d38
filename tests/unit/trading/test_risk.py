"""Every refusal has a code and its figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.unit.trading.examples import (
    AT,
    BTC,
    BTC_USDT,
    MAIN,
    NO_LIMITS,
    SEEN,
    USDT,
    Given,
    cancel,
    deposit,
    fill,
    funded,
    kinds,
    open_account,
    order,
    place,
    replace,
    sent,
    withdraw,
)

from tradebook.kernel.errors import InvalidInput, RateLimited, Refused
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading import commands as c
from tradebook.trading.events import FundsDeposited, OrderDenied, RiskLimitsSet
from tradebook.trading.limits import FRACTIONS, AccountState, LimitChanges, RiskLimits
from tradebook.trading.model import evolve, measures
from tradebook.trading.orders import LegTerms, OrderTerms


def limits(**changes: Any) -> RiskLimits:
    return msgspec.structs.replace(NO_LIMITS, **changes)


def change_limits(**changes: Any) -> c.SetRiskLimits:
    return c.SetRiskLimits(account_id=MAIN, at=AT, changes=LimitChanges(**changes))


def denial(account: Given, command: c.PlaceOrder) -> OrderDenied:
    (denied,) = account.when(command)
    assert isinstance(denied, OrderDenied), denied
    return denied


def in_state(state: AccountState) -> Given:
    return funded(btc="5").after(c.SetAccountState(account_id=MAIN, at=AT, state=state))


def marked(equity: str, *, day: int = 2, **changes: Any) -> Given:
    def mark(value: str) -> c.MarkEquity:
        return c.MarkEquity(account_id=MAIN, at=AT, day=date(2026, 1, day), equity=Decimal(value))

    return funded(btc="5", limits=limits(**changes)).after(mark("100000"), mark(equity))


def test_funds_that_are_not_there() -> None:
    denied = denial(funded("100"), place(order("a")))
    assert denied.code == "insufficient_funds"
    assert denied.figures == {"asset": "USDT", "available": "100", "needed": "100.1"}


def test_a_position_that_is_not_there() -> None:
    denied = denial(funded(btc="0.5"), place(order("a", "sell", price="110", reduce_only=True)))
    assert denied.code == "insufficient_position"
    assert denied.figures == {"asset": "BTC", "available": "0.5", "needed": "1"}


def test_what_is_held_cannot_be_spent_again() -> None:
    account = funded("150").after(place(order("a")))
    assert denial(account, place(order("b"))).code == "insufficient_funds"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (order("a", price="100.001"), "price_tick"),
        (order("a", type_="stop", stop_price="100.001"), "price_tick"),
        (order("a", stop_loss=LegTerms(stop_price=Decimal("90.001"))), "price_tick"),
        (order("a", quantity="0.0001"), "quantity_lot"),
        (order("a", quantity="0.049"), "min_notional"),
        (order("a", type_="market", quantity="0", quote_quantity="4.99"), "min_notional"),
        (order("a", reduce_only=True), "reduce_only"),
    ],
)
def test_the_venues_rules(terms: OrderTerms, code: str) -> None:
    assert denial(funded(), place(terms)).code == code


def test_a_price_collar_guards_the_impatient_side_only() -> None:
    account = funded(btc="5", limits=limits(price_collar=Decimal("0.1")))
    denied = denial(account, place(order("a", price="110.01")))
    assert denied.code == "price_collar"
    assert denied.figures == {"price": "110.01", "reference": "100", "price_collar": "0.1"}
    assert denial(account, place(order("b", "sell", price="89.99"))).code == "price_collar"
    for patient in (order("c", price="110"), order("d", price="10"), order("e", "sell", price="500")):
        assert kinds(account.when(place(patient))) == ["OrderPlaced"]
    assert kinds(account.when(place(order("f", price="110"), seen=None))) == ["OrderPlaced"]


def test_a_conditional_orders_limit_is_measured_from_its_own_stop() -> None:
    account = funded(limits=limits(price_collar=Decimal("0.1")))
    far = order("a", type_="stop_limit", stop_price="200", price="221")
    assert denial(account, place(far)).code == "price_collar"
    near = order("b", type_="stop_limit", stop_price="200", price="220")
    assert kinds(account.when(place(near))) == ["OrderPlaced"]


def test_an_orders_size_is_limited() -> None:
    account = funded(limits=limits(max_order_notional=Decimal(500)))
    denied = denial(account, place(order("a", quantity="5.001")))
    assert denied.code == "limit_exceeded"
    assert denied.figures == {"limit": "max_order_notional", "value": "500.1", "max": "500"}
    assert kinds(account.when(place(order("b", quantity="5")))) == ["OrderPlaced"]


def test_a_position_is_limited_counting_what_may_yet_be_bought() -> None:
    account = funded(btc="2", limits=limits(max_position_notional=Decimal(500)))
    account.after(place(order("a", quantity="2")))
    denied = denial(account, place(order("b", quantity="1.001")))
    assert denied.figures["limit"] == "max_position_notional"
    assert kinds(account.when(place(order("c", quantity="1")))) == ["OrderPlaced"]
    assert kinds(account.when(place(order("d", "sell", price="110")))) == ["OrderPlaced"]
    account.after(cancel("a"), cancel("c"))
    assert kinds(account.when(place(order("e", quantity="3")))) == ["OrderPlaced"]


def test_a_limit_in_another_currency_is_converted_or_the_order_is_denied() -> None:
    eth_btc = msgspec.structs.replace(
        BTC_USDT,
        instrument_id=InstrumentId("ETH-BTC.SIM"),
        base_asset=Asset("ETH"),
        quote_asset=BTC,
        min_notional=Decimal(0),
    )

    def buy(name: str, rate: str | None) -> c.PlaceOrder:
        terms = msgspec.structs.replace(
            order(name, price="0.05"), instrument_id=eth_btc.instrument_id, quantity=Decimal(10)
        )
        command = place(terms, instrument=eth_btc)
        return msgspec.structs.replace(command, quote_rate=rate and Decimal(rate))

    for limit in ("max_order_notional", "max_position_notional"):
        account = funded(btc="5", limits=limits(**{limit: Decimal(40_000)}))
        assert denial(account, buy("a", None)).code == "no_price"
        assert denial(account, buy("b", "100000")).code == "limit_exceeded"
        assert kinds(account.when(buy("c", "80000"))) == ["OrderPlaced"]


def test_an_instrument_that_is_quoted_against_the_base_asset_needs_no_rate() -> None:
    usdt_btc = msgspec.structs.replace(BTC_USDT, base_asset=USDT, quote_asset=BTC)
    account = funded(btc="5", limits=limits(max_order_notional=Decimal(100)))
    seen = msgspec.structs.replace(SEEN, bid=Decimal("0.01"), ask=Decimal("0.01"))
    small = place(order("a", quantity="100", price="0.01"), instrument=usdt_btc, seen=seen)
    assert denial(account, small).code == "min_notional"
    usdt_btc = msgspec.structs.replace(usdt_btc, min_notional=Decimal(0))
    exact = place(order("b", quantity="100", price="0.01"), instrument=usdt_btc, seen=seen)
    assert kinds(account.when(exact)) == ["OrderPlaced"]
    more = place(order("c", quantity="101", price="0.01"), instrument=usdt_btc, seen=seen)
    assert denial(account, more).code == "limit_exceeded"


def test_open_orders_are_limited() -> None:
    account = funded(limits=limits(max_open_orders=2)).after(place(order("a")), place(order("b")))
    assert denial(account, place(order("c"))).figures["limit"] == "max_open_orders"


def test_an_entry_counts_with_the_exits_that_it_brings() -> None:
    account = funded(limits=limits(max_open_orders=3)).after(place(order("a")))
    profit, loss = LegTerms(stop_price=Decimal(120)), LegTerms(stop_price=Decimal(90))
    assert denial(account, place(order("b", take_profit=profit, stop_loss=loss))).figures["value"] == "4"
    assert kinds(account.when(place(order("c", stop_loss=loss)))) == ["OrderPlaced"]


def test_open_orders_are_bounded_where_no_limit_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "OPEN_ORDERS_MAX", 2)
    for limit in (None, 1_000):
        account = funded(limits=limits(max_open_orders=limit)).after(place(order("a")), place(order("b")))
        assert denial(account, place(order("c"))).figures["max"] == "2"


def test_only_listed_instruments() -> None:
    account = funded(limits=limits(allowed_instruments=(InstrumentId("ETH-USDT.SIM"),)))
    assert denial(account, place(order("a"))).code == "instrument_not_allowed"


def test_a_halted_account_places_nothing_and_cancels_all_the_same() -> None:
    account = funded().after(place(order("a")))
    account.after(c.SetAccountState(account_id=MAIN, at=AT, state=AccountState.HALTED))
    assert denial(account, place(order("b"))).code == "account_halted"
    with pytest.raises(Refused) as refused:
        account.when(replace("a", price="90"))
    assert refused.value.code == "account_halted"
    assert kinds(account.when(cancel("a"))) == ["OrderCancelled"]


def test_a_reducing_account_only_sells() -> None:
    account = in_state(AccountState.REDUCING)
    assert denial(account, place(order("a"))).code == "account_reducing"
    assert kinds(account.when(place(order("b", "sell", price="110")))) == ["OrderPlaced"]


def test_a_daily_loss_stops_buying_until_the_next_day() -> None:
    account = marked("95000", daily_loss=Decimal("0.05"))
    denied = denial(account, place(order("a")))
    assert denied.code == "daily_loss_exceeded"
    assert denied.figures == {"equity": "95000", "reference": "100000", "max": "0.05"}
    assert kinds(account.when(place(order("b", "sell", price="110")))) == ["OrderPlaced"]
    assert kinds(account.when(place(order("c"), at=AT + timedelta(days=1)))) == ["OrderPlaced"]
    assert kinds(marked("95001", daily_loss=Decimal("0.05")).when(place(order("a")))) == ["OrderPlaced"]


def test_a_drawdown_stops_buying() -> None:
    account = marked("80000", drawdown=Decimal("0.2"))
    assert denial(account, place(order("a"), at=AT + timedelta(days=1))).code == "drawdown_exceeded"


def test_money_from_outside_is_neither_profit_nor_loss() -> None:
    account = marked("94000", daily_loss=Decimal("0.05")).after(withdraw("50000"))
    assert anchors(account) == (50_000, 44_000, 50_000)
    assert denial(account, place(order("a"))).code == "daily_loss_exceeded"


def test_other_assets_from_outside_count_with_what_they_are_worth() -> None:
    # 100,000 USDT and 5 BTC at 1,000; then 1,000 BTC come, fall by less than a step, and go.
    account = funded(btc="5", limits=limits(drawdown=Decimal("0.2"), daily_loss=Decimal("0.05")))
    account.after(c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(105_000)))
    account.after(deposit("1000", BTC, BTC="1000"))
    assert anchors(account) == (1_105_000, 1_105_000, 1_105_000)
    assert kinds(account.when(withdraw("1000", BTC, BTC="998"))) == ["EquityMarked", "FundsWithdrawn"]
    assert anchors(account) == (107_000, 104_990, 107_000)
    assert kinds(account.when(place(order("a")))) == ["OrderPlaced"]


def test_a_deposit_hides_no_loss() -> None:
    account = marked("100000", daily_loss=Decimal("0.05")).after(deposit("10", BTC, BTC="10000"))
    assert anchors(account) == (200_000, 250_000, 250_000)  # 5 BTC were worth 50,000 by then
    lost = c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(190_000))
    assert denial(account.after(lost), place(order("a"))).code == "daily_loss_exceeded"


def test_what_has_no_price_yet_does_not_move_once_equity_is_measured() -> None:
    for moves in (deposit("1", BTC), withdraw("1", BTC)):
        assert len(funded(btc="5").when(moves)) == 1
        with pytest.raises(Refused) as refused:
            marked("97000").when(moves)
        assert refused.value.code == "no_price"


def test_an_old_deposit_without_a_rate_moves_no_marks() -> None:
    account = marked("97000")
    evolve(account.account, FundsDeposited(account_id=MAIN, at=AT, asset=BTC, amount=Decimal(1)))
    assert anchors(account) == (100_000, 97_000, 100_000)


def anchors(account: Given) -> tuple[int, int, int]:
    marks = account.account.marks
    assert marks is not None
    return int(marks.day_open), int(marks.equity), int(marks.peak)


def test_what_the_first_trades_lost_counts() -> None:
    account = funded(limits=limits(drawdown=Decimal("0.2"), daily_loss=Decimal("0.1")))
    account.after(c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(90_000)))
    [denied] = account.when(place(order("a")))
    assert isinstance(denied, OrderDenied)
    assert denied.code == "daily_loss_exceeded"
    assert denied.figures["reference"] == "100000"


def test_equity_without_a_peak_limits_nothing() -> None:
    account = funded(btc="1", limits=limits(drawdown=Decimal("0.2"), daily_loss=Decimal("0.1")))
    account.after(c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(0)))
    assert kinds(account.when(place(order("a")))) == ["OrderPlaced"]


@pytest.mark.parametrize("name", FRACTIONS)
@pytest.mark.parametrize("value", ["1", "5", "-0.1", "NaN"])
def test_a_limit_of_all_or_more_is_no_fraction(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        funded().when(change_limits(**{name: Decimal(value)}))
    with pytest.raises(InvalidInput, match=name):
        Given().when(open_account(limits(**{name: Decimal(value)})))


def test_a_sell_that_nothing_can_be_held_for_is_denied() -> None:
    account = funded()
    evolve(account.account, RiskLimitsSet(account_id=MAIN, at=AT, limits=limits(price_collar=Decimal(5))))
    sell = order("a", "sell", "market", quantity="0", quote_quantity="60000")
    assert denial(account, place(sell)).code == "no_price"
    nothing_bid = msgspec.structs.replace(SEEN, bid=Decimal(0))
    assert denial(funded(), place(sell, seen=nothing_bid)).code == "no_price"


def test_a_buy_that_nothing_is_offered_to_is_denied() -> None:
    nothing_offered = msgspec.structs.replace(SEEN, ask=Decimal(0))
    exempt = msgspec.structs.replace(BTC_USDT, min_notional=Decimal(0))
    buy = place(order("a", type_="market"), seen=nothing_offered, instrument=exempt)
    assert denial(funded(), buy).code == "no_price"


def test_changing_one_limit_leaves_the_others_as_they_are_by_then() -> None:
    account = funded().after(change_limits(daily_loss=Decimal("0.01")), change_limits(orders_per_minute=60))
    assert account.account.limits == limits(daily_loss=Decimal("0.01"), orders_per_minute=60)
    account.after(change_limits(daily_loss=None))
    assert account.account.limits == limits(orders_per_minute=60)


def test_own_orders_never_trade_with_each_other() -> None:
    account = funded(btc="5").after(place(order("ask", "sell", price="101")), place(order("bid", price="99")))
    denied = denial(account, place(order("a", price="101")))
    assert (denied.code, denied.figures) == ("self_trade", {"own_price": "101"})
    assert denial(account, place(order("b", type_="market"))).code == "self_trade"
    assert denial(account, place(order("c", "sell", price="99"))).code == "self_trade"
    assert denial(account, place(order("d", "sell", "market"))).code == "self_trade"
    assert kinds(account.when(place(order("e", price="100.99")))) == ["OrderPlaced"]
    stop = order("f", type_="stop", stop_price="105")
    assert kinds(account.when(place(stop))) == ["OrderPlaced"]
    account.after(cancel("ask"))
    assert kinds(account.when(place(order("g", price="101")))) == ["OrderPlaced"]


def test_the_order_rate_is_refused_without_a_record() -> None:
    account = funded(limits=limits(orders_per_minute=2)).after(place(order("a")), place(order("b")))
    with pytest.raises(RateLimited) as limited:
        account.when(place(order("c"), at=AT + timedelta(seconds=20)))
    assert limited.value.retry_after_s == 40
    assert account.when(place(order("a"))) == []
    later = AT + timedelta(seconds=60)
    for name in ("c", "d"):
        assert kinds(account.when(place(order(name), at=later))) == ["OrderPlaced"]
    assert kinds(account.when(place(order("e"), at=later + timedelta(seconds=60)))) == ["OrderPlaced"]
    assert len(account.account.placed_at) <= 4


def test_denied_orders_count_for_the_rate_too() -> None:
    account = funded("1", limits=limits(orders_per_minute=1))
    assert denial(account, place(order("a"))).code == "insufficient_funds"
    with pytest.raises(RateLimited):
        account.when(place(order("b")))
    account.after(change_limits(orders_per_minute=None))
    assert account.account.placed_at == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": "6"}, "limit_exceeded"),
        ({"price": "115"}, "price_collar"),
        ({"price": "100.001"}, "price_tick"),
        ({"quantity": "1.0001"}, "quantity_lot"),
        ({"quantity": "0.04"}, "min_notional"),
        ({"price": "109"}, "self_trade"),
    ],
)
def test_new_terms_pass_the_same_checks(changes: dict[str, Any], code: str) -> None:
    account = funded(
        btc="1", limits=limits(price_collar=Decimal("0.1"), max_order_notional=Decimal(500))
    ).after(place(order("a")), *sent("a"), place(order("own", "sell", price="109")))
    with pytest.raises(Refused) as refused:
        account.when(replace("a", **changes))
    assert refused.value.code == code


def test_new_terms_need_funds_and_room_for_what_they_add() -> None:
    account = funded("300", limits=limits(max_position_notional=Decimal(250)))
    account.after(place(order("a", quantity="2")), *sent("a"), fill("a", "1", "1"))
    assert kinds(account.when(replace("a", quantity="2.5"))) == ["OrderReplaceRequested"]
    account = funded("250").after(place(order("a", quantity="2")), *sent("a"))
    with pytest.raises(Refused) as refused:
        account.when(replace("a", quantity="3"))
    assert refused.value.figures == {"asset": "USDT", "available": "49.8", "needed": "100.1"}
