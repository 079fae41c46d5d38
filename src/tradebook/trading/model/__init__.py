"""The account as a decider: wishes and reports in, facts out; pure.

``decide`` never changes the account; ``evolve`` takes ownership of it and changes it in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, derive_id
from tradebook.trading import commands as c
from tradebook.trading.events import TradingEvent
from tradebook.trading.model import (
    changing,
    conditionals,
    contracts,
    fills,
    funds,
    placing,
    reports,
    resolving,
    statements,
)
from tradebook.trading.model.brackets import order_id_of
from tradebook.trading.model.evolve import evolve
from tradebook.trading.model.recalling import forgotten, recalled, remembering
from tradebook.trading.model.snapshot import SNAPSHOT_SCHEMA, dump, load
from tradebook.trading.model.state import Account, Balance, Order

__all__ = [
    "SNAPSHOT_SCHEMA",
    "Account",
    "Balance",
    "Order",
    "command_id_of",
    "decide",
    "dump",
    "evolve",
    "forgotten",
    "initial",
    "load",
    "opening_id_of",
    "order_id_of",
    "recalled",
    "remembering",
]


def initial() -> Account:
    """An account before it is opened."""
    return Account()


def decide(command: c.TradingCommand, account: Account) -> list[TradingEvent]:
    """What follows from the wish or report.

    Raises NotFound, InvalidInput, Conflict, Refused or RateLimited for wishes that are not recorded;
    reports of venues are never refused.
    """
    if not account.account_id and not isinstance(command, c.OpenAccount):
        raise NotFound("account", command.account_id)
    return _DECISIONS[type(command)](command, account)


def opening_id_of(account_id: AccountId) -> str:
    """The journal's command id of the account's opening."""
    return derive_id("open", account_id)


def command_id_of(command: c.TradingCommand) -> str | None:
    """The journal's command id where it is a function of facts; None where the caller makes one up.

    An account is opened once, an order is placed once per client order id, a fill is booked once per venue
    fill id, a transfer once per reference of the venue, an order is accepted, triggered and ended once, a
    difference is decided about once, and a request with an id cancels all orders once.
    All else may happen again with the same words, at the same time even where the clock is a tape's.
    """
    match command:
        case c.OpenAccount():
            return opening_id_of(command.account_id)
        case c.PlaceOrder():
            return command.order_id
        case c.RecordFill():
            facts: tuple[str, ...] = ("fill", command.instrument_id, command.fill_id)
        case c.RecordClosing():
            facts = ("closing", command.instrument_id, command.fill_id)
        case c.RecordFunding():
            facts = ("funding", command.instrument_id, command.funding_id)
        case c.RecordAcceptance():
            facts = ("acceptance", command.order_id, command.venue_order_id)
        case c.RecordTrigger() | c.RecordRejection() | c.RecordCancellation() | c.RecordExpiry():
            facts = (type(command).__name__, command.order_id)
        case c.RecordTransfer():
            facts = ("transfer", command.asset, command.reference)
        case c.AdoptBalance() | c.AdoptUnmatchedFill() | c.ExplainDifference():
            facts = ("decision", command.difference_id)
        case c.CancelAllOrders() if command.request_id:
            facts = ("cancel-all", command.request_id)
        case c.MarkSubmitted() if command.request_id:
            return command.request_id
        case _:
            return None
    kind, *rest = facts
    return derive_id(kind, command.account_id, *rest)


_DECISIONS: dict[type, Callable[[Any, Account], list[TradingEvent]]] = {
    c.OpenAccount: funds.open_account,
    c.SetAccountState: funds.set_state,
    c.SetRiskLimits: funds.set_limits,
    c.SetDeadMansSwitch: funds.set_switch,
    c.DepositFunds: funds.deposit,
    c.WithdrawFunds: funds.withdraw,
    c.PlaceOrder: placing.place,
    c.ReplaceOrder: changing.replace,
    c.CancelOrder: changing.cancel,
    c.CancelAllOrders: changing.cancel_all,
    c.SetLeverage: contracts.set_leverage,
    c.AdoptBalance: resolving.adopt_balance,
    c.AdoptUnmatchedFill: resolving.adopt_fill,
    c.ExplainDifference: resolving.explain,
    c.TriggerOrder: conditionals.trigger,
    c.MoveTrailingStop: conditionals.move_trailing_stop,
    c.ExpireOrder: conditionals.expire,
    c.MarkEquity: conditionals.mark_equity,
    c.MarkSubmitted: conditionals.submitted,
    c.MarkUnknown: conditionals.unknown,
    c.NoteDifference: reports.difference,
    c.RecordAcceptance: reports.acceptance,
    c.RecordRejection: reports.rejection,
    c.RecordTrigger: reports.trigger,
    c.RecordTrailingMove: conditionals.move_trailing_stop,
    c.RecordFill: fills.fill,
    c.RecordCancellation: reports.cancellation,
    c.RecordCancelRejection: reports.cancel_rejection,
    c.RecordExpiry: reports.expiry,
    c.RecordReplacement: reports.replacement,
    c.RecordReplaceRejection: reports.replace_rejection,
    c.RecordClosing: contracts.closing,
    c.RecordFunding: contracts.funding,
    c.RecordLeverage: contracts.leverage_reported,
    c.RecordOutsideOrder: statements.outside_order,
    c.RecordBalances: statements.balances,
    c.RecordTransfer: statements.transfer,
}
