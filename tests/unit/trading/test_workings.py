"""Every figure of a preview follows from the working that comes with it."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

import pytest
from tests.unit.trading.examples import AT, MAIN, USDT, funded, order, place

from tradebook.trading.commands import MarkEquity
from tradebook.trading.limits import RiskLimits
from tradebook.trading.model.preview import Preview, preview
from tradebook.trading.model.workings import Working
from tradebook.trading.orders import OrderTerms

LIMITS = RiskLimits(
    max_order_notional=Decimal(5000), max_position_notional=Decimal(7000), orders_per_minute=50
)
EQUITIES = (Decimal(3500), Decimal(3433))
"""Measured one after the other: it fell."""
ORDERS = {
    "a limit buy": order("a", quantity="0.7", price="99.9"),
    "a limit sell": order("a", side="sell", quantity="0.7", price="101.1"),
    "a market buy": order("a", type_="market", quantity="0.3"),
    "a market sell": order("a", side="sell", type_="market", quantity="0.3"),
    "a buy sized in money": order("a", type_="market", quantity=0, quote_quantity="33.3"),
    "a sale sized in money": order("a", side="sell", type_="market", quantity=0, quote_quantity="33.3"),
    "a stop buy": order("a", type_="stop", quantity="0.3", stop_price="103"),
    "a trailing buy": order("a", type_="trailing_stop", quantity="0.3", trailing_offset="2"),
    "one that is too dear": order("a", quantity="40", price="99.9"),
}


def values(working: Working) -> dict[str, Decimal]:
    return {each.name: Decimal("nan") if each.value is None else each.value for each in working.inputs}


def up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_CEILING) * step


def needed(given: dict[str, Decimal]) -> Decimal:
    match given:
        case {"quote_quantity": money, "worst_price": price, "lot_size": lot}:
            return up(money / price, lot)
        case {"quote_quantity": money}:
            return money
        case {"fee_rate_on_cost": rate, "quantity": quantity, "quote_step": step, **prices}:
            price = prices.get("price") or prices["price_before_slippage"] * (1 + prices["slippage"])
            return up(price * (1 + rate) * quantity, step)
    return given["quantity"]


def recomputed(working: Working) -> Decimal:
    given = values(working)
    match working.name.partition(":")[0]:
        case "notional":
            return given.get("quote_quantity") or given["quantity"] * given["price_used"]
        case "hold":
            return max(needed(given) - given.get("covered", Decimal(0)), Decimal(0))
        case "fee":
            within = 1 + given["rate"] if "(1 + rate)" in working.formula else Decimal(1)
            return up(given["notional"] * given["rate"] / within, given["quote_step"])
        case "available":
            return given["available"] - given.get("hold", Decimal(0))
    share = used(working.name.removeprefix("limit:"), given) / given["limit"]
    return share.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def used(limit: str, given: dict[str, Decimal]) -> Decimal:
    match limit:
        case "max_order_notional":
            return given["notional"] * given["quote_rate"]
        case "max_position_notional":
            owned = given["owned"] + given["buying"]
            return (owned * given["price_used"] + given["notional"]) * given["quote_rate"]
        case "max_open_orders":
            return given["open_orders"] + 1 + given["exits"]
        case "orders_per_minute":
            return given["placed_in_60_s"] + 1
    if "equity" not in given:  # it was not measured yet
        return Decimal(0)
    high = given["day_open"] if limit == "daily_loss" else given["peak"]
    return max((high - given["equity"]) / high, Decimal(0))


def figures(found: Preview) -> dict[str, Decimal | None]:
    """What the preview says, by the names of the workings."""
    named: dict[str, Decimal | None] = {"notional": found.notional}
    named["hold"] = None if found.hold is None else found.hold.amount
    named["fee"] = None if found.fee is None else found.fee.amount
    named |= {f"available:{asset}": amount for asset, amount in found.available.items()}
    for usage in found.limits:
        if usage.share is not None:
            named[f"limit:{usage.name}"] = usage.share.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    return named


@pytest.mark.parametrize("terms", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("is_measured", [True, False], ids=["measured", "not measured"])
def test_every_figure_has_a_working_that_gives_it(terms: OrderTerms, is_measured: bool) -> None:
    given = funded("3000", btc="5", limits=LIMITS)
    if is_measured:
        given = given.after(*(MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=e) for e in EQUITIES))
    found = preview(place(terms), given.account)
    workings = {each.name: each for each in found.workings}
    assert {name: each.value for name, each in workings.items()} == figures(found)
    for each in found.workings:
        assert recomputed(each) == each.value, each
        assert each.formula


def test_what_an_oco_group_holds_is_taken_off_the_need() -> None:
    given = funded("3000", btc="5")
    account = given.after(place(order("a", side="sell", quantity="1", price="110", oco_group="g"))).account
    found = preview(place(order("b", side="sell", quantity="3", price="120", oco_group="g")), account)
    [hold] = [each for each in found.workings if each.name == "hold"]
    assert values(hold)["covered"] == 1
    assert recomputed(hold) == hold.value == 2
    assert USDT not in {each.unit for each in hold.inputs}


def test_without_a_price_there_is_nothing_to_work_out() -> None:
    found = preview(place(order("a", type_="market"), seen=None), funded("3000").account)
    assert {each.name for each in found.workings} & {"notional", "hold", "fee"} == set()
