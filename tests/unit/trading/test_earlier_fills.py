"""What was traded at a venue before the book began: recorded once, and booked nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from tests.unit.trading.examples import AT, BTC, BTC_USDT, MAIN, USDT, Given, open_account
from tests.unit.trading.test_statements import balances

from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model import command_id_of
from tradebook.trading.orders import Liquidity, Side
from tradebook.trading.postings import postings

HOUR = timedelta(hours=1)


def fill(name: str, at: datetime) -> c.EarlierFill:
    return c.EarlierFill(
        fill_id=name,
        venue_order_id="order",
        instrument_id=BTC_USDT.instrument_id,
        side=Side.BUY,
        quantity=Decimal(1),
        price=Decimal(100),
        fee=Decimal("0.1"),
        fee_asset=USDT,
        liquidity=Liquidity.TAKER,
        at=at,
    )


AT_A_VENUE = msgspec.structs.replace(open_account(), paper=False)
HISTORY = c.RecordEarlierFills(
    account_id=MAIN,
    at=AT,
    fills=(fill("long ago", AT - HOUR), fill("just before", AT - HOUR / 60), fill("since", AT + HOUR)),
)


def test_what_the_book_began_with_is_told_and_changes_nothing() -> None:
    given = Given().after(AT_A_VENUE, balances(usdt="1000", btc="2"))
    told = given.when(HISTORY)
    assert [each.fill_id for each in told if isinstance(each, e.EarlierFillRecorded)] == [
        "long ago",
        "just before",
    ]
    assert [postings(each) for each in told] == [[], []]
    account = given.after(HISTORY).account
    assert (account.balance(USDT).total, account.balance(BTC).total) == (Decimal(1000), Decimal(2))


def test_before_the_book_has_begun_nothing_is_earlier_than_it() -> None:
    assert Given().after(AT_A_VENUE).when(HISTORY) == []


def test_a_history_is_recorded_once() -> None:
    another = c.RecordEarlierFills(account_id=MAIN, at=AT + HOUR, fills=HISTORY.fills[:1])
    assert command_id_of(HISTORY) == command_id_of(another)
