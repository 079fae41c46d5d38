"""A preview says what placing would answer, with the figures behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    funded,
    oid,
    order,
    place,
)

from tradebook.kernel.errors import InvalidInput
from tradebook.trading import commands as c
from tradebook.trading.events import OrderDenied, OrderPlaced
from tradebook.trading.limits import RiskLimits
from tradebook.trading.model.measures import Priced, Usage, usage_now
from tradebook.trading.model.preview import Preview, preview
from tradebook.trading.orders import Hold, OrderTerms


def shown(given: Given, terms: OrderTerms) -> Preview:
    return preview(place(terms), given.account)


def test_a_limit_buy_holds_its_price_and_the_fee() -> None:
    found = shown(funded("1000"), order("a", quantity="2", price="100"))
    assert found.refusal is None
    assert (found.notional, found.price_used, found.price_at) == (Decimal(200), Decimal(100), None)
    assert found.hold == Hold(asset=USDT, amount=Decimal("200.2"))
    assert found.fee == (USDT, Decimal("0.2"), Decimal("0.001"))
    assert found.available == {BTC: 0, USDT: Decimal("799.8")}


def test_a_market_order_is_judged_at_the_price_seen() -> None:
    found = shown(funded("1000", btc="3"), order("a", side="sell", type_="market", quantity="2"))
    assert (found.price_used, found.price_at) == (SEEN.bid, AT)
    assert found.hold == Hold(asset=BTC, amount=Decimal(2))
    assert found.fee == (USDT, Decimal("0.198"), Decimal("0.001"))


def test_the_fee_of_a_buy_sized_in_money_is_in_that_money() -> None:
    found = shown(funded("1000"), order("a", type_="market", quantity=0, quote_quantity="100.1"))
    assert found.hold == Hold(asset=USDT, amount=Decimal("100.1"))
    assert found.fee is not None
    assert found.fee.amount == Decimal("0.1")


def test_a_market_may_take_the_fee_out_of_what_is_bought() -> None:
    cut = msgspec.structs.replace(BTC_USDT, base_fee_step=Decimal("0.0001"))
    found = preview(place(order("a", quantity="2.5", price="100"), instrument=cut), funded("1000").account)
    assert found.fee == (BTC, Decimal("0.0025"), Decimal("0.001"))
    assert found.hold == Hold(asset=USDT, amount=Decimal(250))
    [told] = [each for each in found.workings if each.name == "fee"]
    assert (told.value, told.unit) == (Decimal("0.0025"), BTC)
    assert [each.name for each in told.inputs] == ["quantity", "rate", "base_fee_step"]
    in_money = order("b", type_="market", quantity=0, quote_quantity="100")
    spent = preview(place(in_money, instrument=cut), funded("1000").account)
    assert spent.fee == (BTC, Decimal("0.0009"), Decimal("0.001"))  # 100 / 101 bought, cut
    sold = preview(place(order("c", side="sell"), instrument=cut), funded("1000", btc="3").account)
    assert sold.fee is not None
    assert sold.fee.asset == USDT


def test_an_order_that_only_rests_pays_the_maker() -> None:
    dear = msgspec.structs.replace(BTC_USDT, taker_fee_rate=Decimal("0.002"))
    account = funded("1000").account
    resting = preview(place(order("a", post_only=True), instrument=dear), account)
    taking = preview(place(order("a"), instrument=dear), account)
    assert resting.fee is not None
    assert taking.fee is not None
    assert (resting.fee.rate, taking.fee.rate) == (Decimal("0.001"), Decimal("0.002"))
    assert resting.hold == taking.hold  # what is set aside suffices in any case


def test_a_denied_order_shows_what_it_would_need_and_spends_nothing() -> None:
    found = shown(funded("100"), order("a", quantity="2", price="100"))
    assert found.refusal is not None
    assert found.refusal.code == "insufficient_funds"
    assert found.hold == Hold(asset=USDT, amount=Decimal("200.2"))
    assert found.available == {BTC: 0, USDT: 100}


def test_a_name_that_is_taken_is_a_refusal_and_a_repetition_is_none() -> None:
    given = funded("1000").after(place(order("a", price="90")))
    taken = shown(given, order("a", price="91"))
    assert taken.refusal is not None
    assert taken.refusal.code == "client_order_id_reused"
    again = shown(given, order("a", price="90"))
    assert (again.refusal, again.is_repetition, again.hold) == (None, True, None)
    assert again.available[USDT] == given.available(USDT)


def test_a_repetition_of_a_denied_order_is_denied_as_it_was() -> None:
    given = funded("10").after(place(order("a")))
    again = shown(given, order("a"))
    assert again.refusal is not None
    assert again.refusal.code == "insufficient_funds"


def test_what_the_account_forgot_is_known_from_the_journal() -> None:
    given = funded("1000")
    [placed] = given.when(place(order("a")))
    assert isinstance(placed, OrderPlaced)
    denied = OrderDenied(
        account_id=MAIN,
        at=AT,
        order_id=oid("a"),
        terms=placed.terms,
        code="min_notional",
        detail="",
        figures={},
    )
    elsewhere = funded("1000").account
    assert preview(place(order("a")), elsewhere, placed).is_repetition
    refused = preview(place(order("a")), elsewhere, denied).refusal
    assert refused is not None
    assert refused.code == "min_notional"
    reused = preview(place(order("a", price="99")), elsewhere, placed).refusal
    assert reused is not None
    assert reused.code == "client_order_id_reused"


def test_the_order_rate_and_a_mixed_group_are_verdicts() -> None:
    limits = msgspec.structs.replace(NO_LIMITS, orders_per_minute=1)
    given = funded("1000", btc="1", limits=limits).after(place(order("a", oco_group="g")))
    limited = shown(given, order("b"))
    assert limited.refusal is not None
    assert limited.refusal.code == "rate_limited"
    assert by_name(limited.limits)["orders_per_minute"].used == 2
    mixed = shown(
        funded("1000", btc="1").after(place(order("a", oco_group="g"))),
        order("b", side="sell", oco_group="g"),
    )
    assert mixed.refusal is not None
    assert (mixed.refusal.code, mixed.hold) == ("oco_group_mixed", None)


def test_terms_that_make_no_sense_are_no_verdict() -> None:
    with pytest.raises(InvalidInput):
        shown(funded(), order("a", type_="stop", quantity="1"))


LIMITS = RiskLimits(
    max_order_notional=Decimal(1000),
    max_position_notional=Decimal(2000),
    max_open_orders=10,
    orders_per_minute=5,
)


def test_an_order_shows_what_it_would_make_of_each_limit() -> None:
    given = funded("100000", btc="2", limits=LIMITS).after(place(order("a", price="95")))
    limits = by_name(shown(given, order("b", quantity="4", price="100")).limits)
    assert {name: each.used for name, each in limits.items()} == {
        "max_order_notional": 400,
        "max_position_notional": 700,  # what is owned, what is still being bought and the order, at its price
        "max_open_orders": 2,
        "orders_per_minute": 2,
        "daily_loss": 0,
        "drawdown": 0,
    }
    assert limits["max_position_notional"].share == Decimal("0.35")
    sale = by_name(shown(given, order("b", side="sell", price="105")).limits)
    assert set(sale) == {"max_order_notional", "max_open_orders", "orders_per_minute"}


def test_usage_measures_every_limit_in_force_as_it_stands() -> None:
    given = funded("100000", btc="2", limits=LIMITS).after(place(order("a", price="95")))
    for equity in ("1000", "970"):
        mark = c.MarkEquity(account_id=MAIN, at=AT, day=date(2026, 1, 2), equity=Decimal(equity))
        given = given.after(mark)
    used = {each.name: each for each in usage_now(given.account, AT, [Priced(BTC_USDT, Decimal(100), None)])}
    assert used["daily_loss"].used == used["drawdown"].used == Decimal("0.03")
    assert used["daily_loss"].share == Decimal("0.6")
    assert used["max_position_notional"].used == 300
    assert {used[name].used for name in ("max_open_orders", "orders_per_minute")} == {Decimal(1)}
    assert used["max_order_notional"].used is used["price_collar"].used is None
    [unpriced] = [
        each
        for each in usage_now(given.account, AT, [Priced(BTC_USDT, None, None)])
        if each.name == "max_position_notional"
    ]
    assert (unpriced.used, unpriced.share) == (None, None)


def by_name(limits: object) -> dict[str, Usage]:
    assert isinstance(limits, list)
    return {each.name: each for each in limits}
