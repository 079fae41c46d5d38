"""Every fact about money as double entry."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.unit.trading.examples import (
    AT,
    BTC,
    MAIN,
    USDT,
    Given,
    about,
    cancel,
    deposit,
    fill,
    open_account,
    order,
    place,
    replace,
    sent,
)

from tradebook.kernel.ids import Asset
from tradebook.ledger.postings import LedgerAccount, imbalance
from tradebook.trading import commands as c
from tradebook.trading.model import decide, evolve, initial
from tradebook.trading.postings import postings

Sums = dict[tuple[LedgerAccount, Asset], Decimal]


def posted(*commands: c.TradingCommand) -> Sums:
    account, sums = initial(), defaultdict[tuple[LedgerAccount, Asset], Decimal](Decimal)
    for command in commands:
        for event in decide(command, account):
            entry = postings(event)
            assert imbalance(entry) == {}
            for line in entry:
                assert line.account_id == MAIN
                sums[line.ledger_account, line.asset] += line.amount
            evolve(account, event)
    return {key: amount for key, amount in sums.items() if amount}


OPENED = (open_account(), deposit("1000"))
A, H = LedgerAccount.AVAILABLE, LedgerAccount.HELD
EXTERNAL, CONVERSION, FEES = LedgerAccount.EXTERNAL, LedgerAccount.CONVERSION, LedgerAccount.FEES


def test_money_comes_from_outside_and_goes_there() -> None:
    withdrawal = c.WithdrawFunds(account_id=MAIN, at=AT, asset=USDT, amount=Decimal(300))
    assert posted(*OPENED, withdrawal) == {(EXTERNAL, USDT): Decimal(-700), (A, USDT): Decimal(700)}


def test_an_order_moves_its_hold_and_its_end_moves_it_back() -> None:
    placed = (*OPENED, place(order("a")))
    assert posted(*placed)[H, USDT] == Decimal("100.1")
    assert posted(*placed, replace("a", price="50"))[H, USDT] == Decimal("50.05")
    working = (*placed, *sent("a"))
    assert posted(*working, replace("a", price="200"))[H, USDT] == Decimal("200.2")
    refused = about(c.RecordReplaceRejection, "a", reason="no")
    assert posted(*working, replace("a", price="200"), refused)[H, USDT] == Decimal("100.1")
    for end in (c.RecordCancellation, c.RecordExpiry, c.RecordRejection):
        assert (H, USDT) not in posted(*working, about(end, "a", reason="x"))
    assert posted(*placed, cancel("a")) == posted(*OPENED)


def test_an_exchange_goes_through_conversion_and_the_fee_stands_by_itself() -> None:
    sums = posted(*OPENED, place(order("a")), *sent("a"), fill("a", "1", "1", "90", fee="0.09"))
    assert sums == {
        (EXTERNAL, USDT): Decimal(-1000),
        (A, USDT): Decimal("909.91"),
        (CONVERSION, USDT): Decimal(90),
        (FEES, USDT): Decimal("0.09"),
        (A, BTC): Decimal(1),
        (CONVERSION, BTC): Decimal(-1),
    }


def test_a_rebate_is_a_negative_fee() -> None:
    sums = posted(*OPENED, place(order("a")), *sent("a"), fill("a", "1", "1", "90", fee="-0.09"))
    assert sums[FEES, USDT] == Decimal("-0.09")
    assert sums[A, USDT] == Decimal("910.09")


def test_a_fill_that_fits_no_order_waits_in_suspense() -> None:
    sums = posted(*OPENED, fill("x", "1", "1", "90", side="sell", fee="1"))
    assert sums[LedgerAccount.SUSPENSE, BTC] == -1
    assert sums[LedgerAccount.SUSPENSE, USDT] == 89
    assert sums[A, USDT] == 1000


def test_a_smaller_sibling_of_a_group_moves_nothing_by_itself() -> None:
    exits = (
        place(order("a", "sell", price="110", oco_group="g")),
        place(order("b", "sell", price="120", oco_group="g")),
    )
    sums = posted(*OPENED, deposit("1", BTC), *exits, fill("a", "1", "0.4", "110", side="sell"))
    assert sums[H, BTC] == Decimal("0.6")
    assert (A, BTC) not in sums


def test_amounts_of_any_length_stay_exact() -> None:
    account = Given().after(open_account(), deposit("1" * 38), deposit("0." + "1" * 37))
    assert account.available(USDT) == Decimal("1" * 38 + "." + "1" * 37)
