"""The exits of a bracket while they are terms of its entry: they become orders when it fills."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.kernel.errors import Conflict, InvalidInput
from tradebook.trading.commands import ExitChange, ReplaceOrder
from tradebook.trading.model.state import Account, Order
from tradebook.trading.model.validation import BRACKET, positive
from tradebook.trading.orders import LegTerms


def exits_group(entry: Order) -> str:
    """The OCO group of the orders that the entry's exits become."""
    return f"{BRACKET}{entry.order_id}"


def exits_after(command: ReplaceOrder, account: Account, entry: Order) -> dict[str, LegTerms]:
    """The exits that the command changes, by name, as they are to be.

    Raises InvalidInput for an exit, or a limit of one, that the entry does not have, and Conflict where its
    exits are orders of their own already.
    """
    changes = {"take_profit": command.take_profit, "stop_loss": command.stop_loss}
    after = {name: _changed(name, change, entry) for name, change in changes.items() if change is not None}
    if after and account.members(exits_group(entry)):
        raise Conflict("exits_working", "The exits are orders of their own by now: change those.")
    return after


def _changed(name: str, change: ExitChange, entry: Order) -> LegTerms:
    leg = entry.take_profit if name == "take_profit" else entry.stop_loss
    if leg is None:
        raise _bad(name, "the order has no such exit", "leave it out")
    new: dict[str, Decimal] = {}
    for field in ("stop_price", "price"):
        value = getattr(change, field)
        if value is not None:
            positive(f"{name}.{field}", value)
            new[field] = value
    if not new:
        raise _bad(name, "nothing is to change", "give stop_price or price")
    if change.price is not None and leg.price is None:
        raise _bad(f"{name}.price", "an exit without a limit has none to change", "leave it out")
    return msgspec.structs.replace(leg, **new)


def _bad(field: str, problem: str, remedy: str) -> InvalidInput:
    return InvalidInput(field, problem, remedy, code="invalid_order")
