"""Folding: the account after a fact. Takes ownership of the state and changes it in place.

This is the replay hot path, so dispatch is a table by class; a test holds it complete.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradebook.kernel.messages import Event
from tradebook.trading import events as e
from tradebook.trading.model import contract_folds as contracts
from tradebook.trading.model import difference_folds as differences
from tradebook.trading.model import order_folds as orders
from tradebook.trading.model.keeping import balance_of, moved_from_outside
from tradebook.trading.model.state import Account, EquityMarks


def evolve(account: Account, event: Event) -> Account:
    """The state after ``event``."""
    _FOLDS[type(event)](account, event)
    return account


def _opened(account: Account, event: e.AccountOpened) -> None:
    account.account_id = event.account_id
    account.party_id = event.party_id
    account.name = event.name
    account.venue = event.venue
    account.base_asset = event.base_asset
    account.paper = event.paper


def _state_changed(account: Account, event: e.AccountStateChanged) -> None:
    account.state = event.state


def _began(account: Account, event: e.AccountBegan) -> None:
    account.begun_at = event.at


def _limits_set(account: Account, event: e.RiskLimitsSet) -> None:
    account.limits = event.limits
    if event.limits.orders_per_minute is None:
        account.placed_at.clear()


def _switch_set(account: Account, event: e.DeadMansSwitchSet) -> None:
    account.dead_mans_switch = event.switch


def _deposited(account: Account, event: e.FundsDeposited) -> None:
    balance_of(account, event.asset).available += event.amount
    if event.reference == e.OPENING:
        # A book from before beginnings were recorded.
        account.begun_at = account.begun_at or event.at
    moved_from_outside(account, event)


def _withdrawn(account: Account, event: e.FundsWithdrawn) -> None:
    balance_of(account, event.asset).available -= event.amount
    moved_from_outside(account, event, -1)


def _equity_marked(account: Account, event: e.EquityMarked) -> None:
    account.marks = EquityMarks(event.day, event.day_open, event.equity, event.peak)
    account.paid_in = None
    if event.unrealised is not None:
        account.unrealised = dict(event.unrealised)


def _earlier(account: Account, event: e.EarlierFillRecorded) -> None:
    """It changes nothing: what it brought was there when the book began."""


_FOLDS: dict[type, Callable[[Account, Any], None]] = {
    e.AccountOpened: _opened,
    e.AccountStateChanged: _state_changed,
    e.AccountBegan: _began,
    e.RiskLimitsSet: _limits_set,
    e.DeadMansSwitchSet: _switch_set,
    e.FundsDeposited: _deposited,
    e.FundsWithdrawn: _withdrawn,
    e.EquityMarked: _equity_marked,
    e.OrderPlaced: orders.placed,
    e.OrderDenied: orders.denied,
    e.OrderTriggered: orders.triggered,
    e.TrailingStopMoved: orders.trailed,
    e.OrderSubmitted: orders.submitted,
    e.OrderAccepted: orders.accepted,
    e.OrderRejected: orders.ended("OrderRejected"),
    e.OrderOutcomeUnknown: orders.unknown,
    e.OrderFilled: orders.filled,
    e.OrderCancelRequested: orders.cancel_requested,
    e.OrderCancelRejected: orders.cancel_rejected,
    e.OrderCancelled: orders.ended("OrderCancelled"),
    e.OrderExpired: orders.ended("OrderExpired"),
    e.OrderReplaceRequested: orders.replace_requested,
    e.OrderReplaced: orders.replaced,
    e.OrderReplaceRejected: orders.replace_rejected,
    e.OrderExitsChanged: orders.exits_changed,
    e.EarlierFillRecorded: _earlier,
    e.PositionBroughtForward: contracts.brought_forward,
    e.PositionClosedByVenue: contracts.closed_by_venue,
    e.FundingSettled: contracts.funding_settled,
    e.LeverageSet: contracts.leverage_set,
    e.UnmatchedFillRecorded: differences.unmatched,
    e.DifferenceFound: differences.found,
    e.BalanceAdjusted: differences.balance_adjusted,
    e.UnmatchedFillAdopted: differences.fill_adopted,
    e.DifferenceResolved: differences.explained,
}
