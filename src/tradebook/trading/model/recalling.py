"""Orders that an account has forgotten, folded again from their own events.

An account remembers the last closed orders only, but a venue's report may be about any. Such an order is
looked up in the journal and lives on in an account of its own, which lives through nothing but its events.
What is decided on it must fold the same where it is not remembered: its OCO group counts as over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import msgspec

from tradebook.kernel.ids import OrderId
from tradebook.kernel.messages import Event
from tradebook.trading.commands import OrderReport, RecordFill, TradingCommand
from tradebook.trading.model.brackets import order_id_of
from tradebook.trading.model.evolve import evolve
from tradebook.trading.model.state import Account

_REPORTS = frozenset(get_args(OrderReport))


def forgotten(command: TradingCommand, account: Account) -> OrderId | None:
    """The order that a venue's report is about, where the account knows of none."""
    if type(command) not in _REPORTS:
        return None
    order_id: OrderId | None = command.order_id  # type: ignore[union-attr]  # every report has one
    if order_id is None and isinstance(command, RecordFill) and command.client_order_id is not None:
        order_id = order_id_of(command.account_id, command.client_order_id)
    return None if order_id is None or account.find(order_id) is not None else order_id


def recalled(order_id: OrderId, events: Iterable[Event]) -> Account:
    """An account that knows of one order; of none when no event is about it."""
    past = Account()
    for event in events:
        if getattr(event, "order_id", None) == order_id:
            evolve(past, event)
    return past


def remembering(account: Account, order_id: OrderId, past: Account) -> Account:
    """The account as it would be had it not forgotten the order: to decide on, never to fold."""
    order = past.find(order_id)
    if order is None:
        return account
    order = msgspec.structs.replace(order, group="")
    return msgspec.structs.replace(account, recent={**account.recent, order_id: order})
