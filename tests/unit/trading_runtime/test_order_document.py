"""An order's document is the same whether it is folded from its events or read from the account's state."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from tests.simulation import world
from tests.support.core import ALICE, Core
from tests.unit.trading.examples import (
    BTC,
    USDT,
    about,
    accept,
    cancel,
    fill,
    funded,
    oid,
    order,
    place,
    replace,
    sent,
    submit,
)

from tradebook.kernel.ids import AccountId
from tradebook.trading import model
from tradebook.trading.commands import ExitChange, RecordCancellation
from tradebook.trading.events import AccountEvent
from tradebook.trading.model import Account
from tradebook.trading.orders import LegTerms, OrderStatus, Side
from tradebook.trading.views.order_document import OrderBook, document_of


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_give_the_same_document(seed: int) -> None:
    recorded = asyncio.run(world.run(seed).journal.read(limit=1_000_000))
    accounts: dict[AccountId, Account] = {}
    book = OrderBook()
    for each in recorded:
        event = each.event
        assert isinstance(event, AccountEvent)
        account = accounts[event.account_id] = model.evolve(
            accounts.get(event.account_id) or model.initial(), event
        )
        order_id = book.fold(event)
        order = account.find(order_id) if order_id is not None else None
        if order is not None and order_id is not None:
            assert book[order_id] == document_of(account, order), (seed, each)


def test_a_document_tells_the_whole_story() -> None:
    account = funded()
    account.after(place(order("a", quantity="2", tags=("mine",))), submit("a"), accept("a"))
    account.after(
        fill("a", "1", "0.5", "99", fee="0.1"), fill("a", "2", "0.5", "98", fee="0.001", fee_asset=BTC)
    )
    document = document_of(account.account, next(iter(account.account.orders.values())))
    assert document.status is OrderStatus.PARTIALLY_FILLED
    assert (document.filled_quantity, document.remaining_quantity) == ("1", "1")
    assert (document.average_price, document.filled_value) == ("98.5", "98.5")
    assert [(fee.asset, fee.amount) for fee in document.fees] == [("USDT", "0.1"), ("BTC", "0.001")]
    assert document.hold is not None
    assert Decimal(document.hold.amount) == account.held(USDT)
    account.after(cancel("a"), about(RecordCancellation, "a", reason="at the venue"))
    document = document_of(account.account, account.account.recent[oid("a")])
    assert (document.status, document.reason) == (OrderStatus.CANCELLED, "at the venue")
    assert document.hold is not None
    assert document.hold.amount == "0"


def test_exits_that_were_moved_are_told_as_they_will_be_placed() -> None:
    account, book = funded(), OrderBook()
    exits: dict[str, Any] = {
        "stop_loss": LegTerms(stop_price=Decimal(90)),
        "take_profit": LegTerms(stop_price=Decimal(110)),
    }
    change = ExitChange(stop_price=Decimal("91.5"))
    for command in (place(order("a", **exits)), *sent("a"), replace("a", stop_loss=change)):
        for event in account.when(command):
            assert isinstance(event, AccountEvent)
            book.fold(event)
    document = book[oid("a")]
    assert document == document_of(account.account, account.account.orders[oid("a")])
    assert document.stop_loss is not None
    assert document.take_profit is not None
    assert (document.stop_loss.stop_price, document.take_profit.stop_price) == ("91.5", "110")


async def test_a_denied_order_says_why(core: Core) -> None:
    command = core.place("much", Side.BUY, quantity="1000", price="90")
    await core.handle(command)
    document = await core.writer.read(
        ALICE, lambda account: document_of(account, account.recent[command.order_id])
    )
    assert (document.status, document.code, document.hold) == (OrderStatus.DENIED, "insufficient_funds", None)
    assert document.figures is not None
    assert document.reason
