"""Two accounts that were asked for the same, compared fact by fact."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
from tests.unit.trading.examples import (
    AT,
    MAIN,
    Given,
    about,
    cancel,
    deposit,
    fill,
    open_account,
    order,
    place,
    sent,
)

from tradebook.kernel.ids import AccountId
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model import decide, evolve
from tradebook.trading.orders import LegTerms
from tradebook.trading.parity import Finding, parity

BOUGHT = (deposit("1000"), place(order("in", quantity="2")), *sent("in"), fill("in", "1", "2"))


def lived(*commands: c.TradingCommand) -> list[e.AccountEvent]:
    it, facts = Given().after(open_account()), list[e.AccountEvent]()
    for command in commands:
        for event in decide(command, it.account):
            facts.append(event)
            evolve(it.account, event)
    return facts


def elsewhere(facts: list[e.AccountEvent]) -> list[e.AccountEvent]:
    """The same on another day at another venue, by other names."""

    def other(fact: e.AccountEvent) -> e.AccountEvent:
        changed: dict[str, Any] = {"account_id": AccountId("other"), "at": AT + timedelta(days=1)}
        if isinstance(fact, e.OrderAccepted):
            changed["venue_order_id"] = "another"
        if isinstance(fact, e.OrderFilled):
            changed |= {"fill_id": "another", "instrument_id": "BTC-USDT.ELSEWHERE"}
        return msgspec.structs.replace(fact, **changed)

    return [other(each) for each in facts]


def test_names_and_times_are_no_difference() -> None:
    facts = lived(*BOUGHT)
    found = parity(facts, elsewhere(facts))
    assert (found.orders, found.facts, found.findings) == (1, 5, ())


def test_an_account_agrees_with_itself_whatever_it_lived() -> None:
    facts = lived(*BOUGHT, place(order("out", "sell", quantity="1")), cancel("out"))
    assert parity(facts, facts).findings == ()


def test_zeros_at_the_end_of_a_number_are_no_difference() -> None:
    one = lived(deposit("1000"), place(order("in", quantity="2")), *sent("in"), fill("in", "1", "2"))
    other = lived(deposit("1000"), place(order("in", quantity="2")), *sent("in"), fill("in", "1", "2.000"))
    assert parity(one, other).findings == ()


def test_another_price_is_told_with_both() -> None:
    other = lived(*BOUGHT[:-1], fill("in", "1", "2", "99.5"))
    (found,) = [each for each in parity(lived(*BOUGHT), other).findings if each.field == "price"]
    assert found == Finding(order="in", fact="OrderFilled", field="price", one="100", other="99.5")


def test_a_fact_of_one_side_is_told_without_upsetting_those_that_follow() -> None:
    unsure = about(c.MarkUnknown, "in", reason="timeout")
    other = lived(*BOUGHT[:3], unsure, *BOUGHT[3:])
    (found,) = parity(lived(*BOUGHT), other).findings
    assert (found.order, found.fact, found.field, found.one) == ("in", "OrderOutcomeUnknown", "", None)


def test_an_order_of_one_side_is_told_fact_by_fact() -> None:
    found = parity(lived(*BOUGHT), lived(deposit("1000")))
    assert found.orders == 1
    assert [(each.order, each.fact, each.other) for each in found.findings] == [
        ("in", "OrderPlaced", None),
        ("in", "OrderSubmitted", None),
        ("in", "OrderAccepted", None),
        ("in", "OrderFilled", None),
    ]


def test_legs_of_a_bracket_are_matched_though_their_names_hold_the_accounts_own_ids() -> None:
    exits: dict[str, Any] = {
        "take_profit": LegTerms(stop_price=Decimal(120)),
        "stop_loss": LegTerms(stop_price=Decimal(90)),
    }
    terms = order("in", quantity="2", **exits)
    facts = lived(deposit("1000"), place(terms), *sent("in"), fill("in", "1", "2"))
    legs = {each.order_id for each in facts if isinstance(each, e.OrderPlaced)}
    assert len(legs) == 3
    found = parity(facts, facts)
    assert (found.orders, found.findings) == (3, ())


def test_orders_that_began_before_are_left_out() -> None:
    facts = lived(*BOUGHT)
    assert parity(facts[2:], facts[2:]).orders == 0
    assert {each.account_id for each in facts} == {MAIN}
