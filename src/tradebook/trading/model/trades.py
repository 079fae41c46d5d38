"""Folding what a fill does to what an account has, whoever's order it was."""

from __future__ import annotations

from datetime import datetime

from tradebook.trading import events as e
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.keeping import balance_of
from tradebook.trading.model.state import Account, Carried, ContractPosition
from tradebook.trading.orders import Settled, Side

Traded = e.OrderFilled | e.UnmatchedFillAdopted | e.PositionClosedByVenue


def trade(account: Account, fill: Traded) -> None:
    """Assets change hands, or what a contract settles; and the fee."""
    if fill.settled is not None:
        settle(account, position_key(fill.instrument_id, fill.position_side), fill.settled, fill.at)
    else:
        _exchange(account, fill)
    if fill.fee:
        balance_of(account, fill.fee_asset).available -= fill.fee


def settle(account: Account, key: str, settled: Settled, at: datetime) -> None:
    """Gains and losses move, and what is set aside for the position."""
    balance = balance_of(account, settled.asset)
    balance.available += settled.realised - settled.margin
    balance.held += settled.margin
    before = account.contracts.pop(key, None) or ContractPosition()
    if settled.quantity:
        margin = before.margin + settled.margin
        account.contracts[key] = ContractPosition(settled.quantity, settled.cost, margin)
    account.carried.pop(key, None)
    if settled.carried:
        account.carried[key] = Carried(settled.carried, at)


def _exchange(account: Account, fill: Traded) -> None:
    base, quote = balance_of(account, fill.base_asset), balance_of(account, fill.quote_asset)
    cost = fill.quantity * fill.price
    if fill.side is Side.BUY:
        base.available += fill.quantity
        quote.available -= cost
    else:
        base.available -= fill.quantity
        quote.available += cost
