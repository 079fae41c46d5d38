"""The account as a decider: wishes and reports in, facts out; pure.

``decide`` never changes the account; ``evolve`` takes ownership of it and changes it in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradebook.kernel.errors import NotFound
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
from tradebook.trading.model.command_ids import command_id_of, opening_id_of
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
    c.RecordTermsInForce: reports.terms_in_force,
    c.RecordReplaceRejection: reports.replace_rejection,
    c.RecordClosing: contracts.closing,
    c.RecordFunding: contracts.funding,
    c.RecordLeverage: contracts.leverage_reported,
    c.RecordOutsideOrder: statements.outside_order,
    c.RecordBalances: statements.balances,
    c.RecordEarlierFills: statements.earlier_fills,
    c.RecordTransfer: statements.transfer,
}
