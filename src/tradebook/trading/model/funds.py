"""Opening an account, money in and out, limits and state."""

from __future__ import annotations

from tradebook.kernel.errors import Conflict, Refused
from tradebook.kernel.money import plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.state import Account
from tradebook.trading.model.validation import positive, validate_limits


def open_account(command: c.OpenAccount, account: Account) -> list[e.TradingEvent]:
    """AccountOpened with its limits; nothing when it was opened with the same terms before.

    Raises Conflict for an account that was opened with others, InvalidInput for limits that make no sense.
    """
    if account.account_id:
        opened = (account.party_id, account.name, account.venue, account.base_asset, account.paper)
        if opened == (command.party_id, command.name, command.venue, command.base_asset, command.paper):
            return []
        raise Conflict("account_exists", "The account is open already.")
    validate_limits(command.limits)
    facts = {"account_id": command.account_id, "at": command.at}
    return [
        e.AccountOpened(
            **facts,  # type: ignore[arg-type]  # the two fields that every fact has
            party_id=command.party_id,
            name=command.name,
            venue=command.venue,
            base_asset=command.base_asset,
            paper=command.paper,
        ),
        e.RiskLimitsSet(**facts, limits=command.limits),  # type: ignore[arg-type]  # same
    ]


def set_state(command: c.SetAccountState, account: Account) -> list[e.TradingEvent]:
    """AccountStateChanged when it changes."""
    if account.state is command.state:
        return []
    return [
        e.AccountStateChanged(
            account_id=command.account_id, at=command.at, state=command.state, reason=command.reason
        )
    ]


def set_limits(command: c.SetRiskLimits, account: Account) -> list[e.TradingEvent]:
    """RiskLimitsSet when they change. Raises InvalidInput for limits that make no sense."""
    limits = command.changes.applied_to(account.limits)
    if account.limits == limits:
        return []
    validate_limits(limits)
    return [e.RiskLimitsSet(account_id=command.account_id, at=command.at, limits=limits)]


def deposit(command: c.DepositFunds, _: Account) -> list[e.TradingEvent]:
    """Money from outside. Raises InvalidInput for an amount that is none."""
    positive("amount", command.amount)
    return [
        e.FundsDeposited(
            account_id=command.account_id,
            at=command.at,
            asset=command.asset,
            amount=command.amount,
            reference=command.reference,
        )
    ]


def withdraw(command: c.WithdrawFunds, account: Account) -> list[e.TradingEvent]:
    """Money to outside: only what is available. Raises InvalidInput, Refused."""
    positive("amount", command.amount)
    available = account.balance(command.asset).available
    if command.amount > available:
        raise Refused(
            "insufficient_funds",
            f"Available {plain(available)} {command.asset}, needed {plain(command.amount)}.",
            {"asset": command.asset, "available": plain(available), "needed": plain(command.amount)},
        )
    return [
        e.FundsWithdrawn(
            account_id=command.account_id,
            at=command.at,
            asset=command.asset,
            amount=command.amount,
            reference=command.reference,
        )
    ]
