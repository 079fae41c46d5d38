"""Contracts that a venue says are open: where a book begins with them, and what differs later."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from tests.unit.trading.contract_examples import LINEAR, PERP_ID, TEN_TIMES
from tests.unit.trading.examples import AT, BTC, MAIN, USDT, Given, kinds, open_account
from tests.unit.trading.test_statements import balances

from tradebook.ledger.postings import imbalance
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.postings import postings

PERPS = c.StatedPosition(
    instrument_id=PERP_ID,
    contract=LINEAR,
    base_asset=BTC,
    quote_asset=USDT,
    quantity=Decimal(-2),
    entry_price=Decimal(100),
)


def stated(*positions: c.StatedPosition, **totals: str) -> c.RecordBalances:
    return msgspec.structs.replace(balances(**totals), positions=positions)


def test_an_account_begins_with_the_contracts_that_are_open_at_its_venue() -> None:
    account = Given().after(open_account(), TEN_TIMES)
    *before, brought = account.when(stated(PERPS, usdt="1000"))
    assert kinds(before) == ["AccountBegan", "FundsDeposited"]
    assert isinstance(brought, e.PositionBroughtForward)
    assert brought.settled.quantity == Decimal(-2)
    assert (brought.settled.cost, brought.settled.margin) == (Decimal(200), Decimal(20))
    assert imbalance(postings(brought)) == {}
    balance = account.account.balance(USDT)
    assert (balance.available, balance.held) == (Decimal(980), Decimal(20))
    assert account.when(stated(PERPS, usdt="1000")) == []


def test_what_a_contract_gained_before_it_was_brought_forward_is_no_gain_of_today() -> None:
    account = Given().after(open_account(), TEN_TIMES, stated(PERPS, usdt="1000"))
    [mark] = account.when(c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(1200)))
    assert isinstance(mark, e.EquityMarked)
    assert mark.day_open == Decimal(1200)


def test_contracts_that_come_later_are_a_difference_until_they_go() -> None:
    account = Given().after(open_account(), stated(usdt="1000"))
    (found,) = account.when(stated(PERPS, usdt="1000"))
    assert isinstance(found, e.DifferenceFound)
    assert (found.kind, found.figures["position"], found.figures["difference"]) == ("position", PERP_ID, "-2")
    assert account.when(stated(PERPS, usdt="1000")) == []
    (gone,) = account.when(stated(usdt="1000"))
    assert isinstance(gone, e.DifferenceFound)
    assert gone.figures["difference"] == "0"
    assert account.account.undecided == {}
    assert not account.account.contracts
