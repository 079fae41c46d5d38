"""Folding what happens to positions in contracts without an order of ours."""

from __future__ import annotations

from tradebook.trading import events as e
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.keeping import balance_of, note
from tradebook.trading.model.state import Account, Leverage
from tradebook.trading.model.trades import settle, trade


def brought_forward(account: Account, event: e.PositionBroughtForward) -> None:
    """It is there, and secured. What it had gained before came in without a worth that was told."""
    account.paid_in = None
    settle(account, position_key(event.instrument_id, event.position_side), event.settled, event.at)
    # A book from before beginnings were recorded.
    account.begun_at = account.begun_at or event.at


def closed_by_venue(account: Account, event: e.PositionClosedByVenue) -> None:
    """A trade that nobody ordered."""
    trade(account, event)
    note(account, e.closing_key(event.instrument_id, event.fill_id))


def funding_settled(account: Account, event: e.FundingSettled) -> None:
    """Received or paid."""
    balance_of(account, event.asset).available += event.amount
    note(account, e.funding_key(event.instrument_id, event.funding_id))


def leverage_set(account: Account, event: e.LeverageSet) -> None:
    """Open positions are secured anew."""
    account.leverages[event.instrument_id] = Leverage(event.leverage, event.mode)
    for key, more in event.margin.items():
        balance = balance_of(account, more.asset)
        balance.available -= more.amount
        balance.held += more.amount
        account.contracts[key].margin += more.amount
