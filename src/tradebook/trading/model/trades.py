"""Folding what a fill does to what is owned and to the position, whoever's order it was."""

from __future__ import annotations

from tradebook.kernel.money import ZERO, divide
from tradebook.trading import events as e
from tradebook.trading.model.keeping import balance_of
from tradebook.trading.model.state import Account, Position
from tradebook.trading.orders import Side


def trade(account: Account, fill: e.OrderFilled | e.UnmatchedFillAdopted) -> None:
    """Assets change hands, and the position with them."""
    _exchange(account, fill)
    _fill_position(account, fill)


def _exchange(account: Account, fill: e.OrderFilled | e.UnmatchedFillAdopted) -> None:
    base, quote = balance_of(account, fill.base_asset), balance_of(account, fill.quote_asset)
    cost = fill.quantity * fill.price
    if fill.side is Side.BUY:
        base.available += fill.quantity
        quote.available -= cost
    else:
        base.available -= fill.quantity
        quote.available += cost
    if fill.fee:
        balance_of(account, fill.fee_asset).available -= fill.fee


def _fill_position(account: Account, fill: e.OrderFilled | e.UnmatchedFillAdopted) -> None:
    position = account.positions.get(fill.instrument_id)
    if position is None:
        position = account.positions[fill.instrument_id] = Position()
    if fill.side is Side.BUY:
        quantity = position.quantity + fill.quantity
        cost = position.quantity * position.average_price + fill.quantity * fill.price
        position.average_price = divide(cost, quantity)
        position.quantity = quantity
    else:
        # What was sold beyond what was bought here came in as a deposit: it has no entry price.
        position.quantity = max(position.quantity - fill.quantity, ZERO)
        if not position.quantity:
            position.average_price = ZERO
