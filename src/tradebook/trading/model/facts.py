"""What every fact about an order begins with."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.commands import AccountCommand
from tradebook.trading.events import AccountEvent


class Heading(TypedDict):
    """The fields that all facts about orders share."""

    account_id: AccountId
    at: datetime
    order_id: OrderId


def about(order_id: OrderId, source: AccountCommand | AccountEvent) -> Heading:
    """A fact about the order follows from ``source``: same account, same time."""
    return {"account_id": source.account_id, "at": source.at, "order_id": order_id}
