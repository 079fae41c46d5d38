"""What makes a command the same one again: the ids by which the journal records it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from tradebook.kernel.ids import AccountId, derive_id
from tradebook.trading import commands as c


def opening_id_of(account_id: AccountId) -> str:
    """The journal's command id of the account's opening."""
    return derive_id("open", account_id)


def command_id_of(command: c.TradingCommand) -> str | None:
    """The journal's command id where it is a function of facts; None where the caller makes one up.

    An account is opened once, an order is placed once per client order id, a fill is booked once per venue
    fill id, a transfer once per reference of the venue, an order is accepted, triggered and ended once, a
    difference is decided about once, the history before a book is recorded once, and a request with an id
    cancels all orders once.
    All else may happen again with the same words, at the same time even where the clock is a tape's.
    """
    match command:
        case c.OpenAccount():
            return opening_id_of(command.account_id)
        case c.PlaceOrder():
            return command.order_id
        case c.MarkSubmitted() if command.request_id:
            return command.request_id
    facts_of = _FACTS.get(type(command))
    facts = None if facts_of is None else facts_of(command)
    if facts is None:
        return None
    kind, *rest = facts
    return derive_id(kind, command.account_id, *rest)


_Ended = c.RecordTrigger | c.RecordRejection | c.RecordCancellation | c.RecordExpiry
_Decision = c.AdoptBalance | c.AdoptUnmatchedFill | c.ExplainDifference


def _once_of_order(command: _Ended) -> tuple[str, ...]:
    return type(command).__name__, command.order_id


def _once_of_difference(command: _Decision) -> tuple[str, ...]:
    return "decision", command.difference_id


def _once_of_request(command: c.CancelAllOrders) -> tuple[str, ...] | None:
    return ("cancel-all", command.request_id) if command.request_id else None


_FACTS: dict[type, Callable[[Any], tuple[str, ...] | None]] = {
    c.RecordFill: lambda command: ("fill", command.instrument_id, command.fill_id),
    c.RecordClosing: lambda command: ("closing", command.instrument_id, command.fill_id),
    c.RecordFunding: lambda command: ("funding", command.instrument_id, command.funding_id),
    c.RecordAcceptance: lambda command: ("acceptance", command.order_id, command.venue_order_id),
    c.RecordTransfer: lambda command: ("transfer", command.asset, command.reference),
    c.RecordEarlierFills: lambda _: ("earlier fills",),
    **dict.fromkeys(get_args(_Ended), _once_of_order),
    **dict.fromkeys(get_args(_Decision), _once_of_difference),
    c.CancelAllOrders: _once_of_request,
}
"""By kind of command: what tells it from any other of its account; None where nothing does."""
