"""Opening an account, money in and out, limits, state and the dead man's switch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from tradebook.kernel.errors import Conflict, InvalidInput, Refused
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ONE, ZERO, multiply, plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.limits import DeadMansSwitch, SwitchTerms
from tradebook.trading.model.conditionals import marked
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


def set_switch(command: c.SetDeadMansSwitch, account: Account) -> list[e.TradingEvent]:
    """DeadMansSwitchSet when it changes.

    Raises InvalidInput where the account's venue has none, and for a time that it does not take.
    """
    if command.switch is not None:
        _check_switch(command.switch, command.terms, account.venue)
    if account.dead_mans_switch == command.switch:
        return []
    return [e.DeadMansSwitchSet(account_id=command.account_id, at=command.at, switch=command.switch)]


def _check_switch(switch: DeadMansSwitch, terms: SwitchTerms | None, venue: str) -> None:
    if terms is None:
        problem = f"{venue} cannot cancel orders by itself when this server is gone"
        raise InvalidInput("after_s", problem, "leave it null, or trade where the venue has such a switch")
    if not terms.after_s_min <= switch.after_s <= terms.after_s_max:
        problem = f"{switch.after_s} is not from {terms.after_s_min} to {terms.after_s_max} seconds"
        raise InvalidInput("after_s", problem, "choose one that is")


def deposit(command: c.DepositFunds, account: Account) -> list[e.TradingEvent]:
    """Money from outside. Raises InvalidInput for an amount that is none, Refused without a price."""
    positive("amount", command.amount)
    return [*_measured(command, account), e.FundsDeposited(**_flow(command, account))]


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
    return [*_measured(command, account), e.FundsWithdrawn(**_flow(command, account))]


class _Flow(TypedDict):
    account_id: AccountId
    at: datetime
    asset: Asset
    amount: Decimal
    reference: str
    rate: Decimal | None


def _flow(command: c.FundsCommand, account: Account) -> _Flow:
    """What moves, with its worth where that has to be known: once equity is marked, the marks move along."""
    is_base = command.asset == account.base_asset
    rate = None if is_base else command.rates.get(command.asset)
    if rate is None and not is_base and account.marks is not None:
        raise Refused(
            "no_price",
            f"There is no price of {command.asset} in {account.base_asset} yet to measure losses without it.",
            {"asset": command.asset, "base_asset": account.base_asset},
        )
    return {
        "account_id": command.account_id,
        "at": command.at,
        "asset": command.asset,
        "amount": command.amount,
        "reference": command.reference,
        "rate": rate,
    }


def _measured(command: c.FundsCommand, account: Account) -> list[e.TradingEvent]:
    """A mark of equity as it is before money moves.

    Marks are made in steps of what an account is worth: after a large flow less than a step would look like
    a great loss, or hide one.
    """
    marks, equity = account.marks, _worth(account, command.rates)
    if marks is None or equity is None or equity == marks.equity or command.at.date() < marks.day:
        return []
    return [marked(command, account, command.at.date(), equity)]


def _worth(account: Account, rates: Mapping[Asset, Decimal]) -> Decimal | None:
    """Everything that the account has in its base asset, with what open contracts had gained; None where a
    price is missing."""
    equity = ZERO
    for asset, balance in account.balances.items():
        rate = ONE if asset == account.base_asset else rates.get(asset)
        total = balance.total + account.unrealised.get(asset, ZERO)
        if rate is None and total:
            return None
        equity += multiply(total, rate or ZERO)
    return equity
