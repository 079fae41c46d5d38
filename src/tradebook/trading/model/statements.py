"""What a venue says of an account as a whole. Never refused: what does not fit the book is a difference."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO, plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.reports import difference
from tradebook.trading.model.state import Account
from tradebook.trading.orders import OrderStatus

_OPEN_QUESTIONS = frozenset({OrderStatus.SUBMITTED, OrderStatus.UNKNOWN})


def balances(command: c.RecordBalances, account: Account) -> list[e.TradingEvent]:
    """FundsDeposited for what an account begins with; later a DifferenceFound for each asset of which the
    venue has by another amount more or less than when that was last said.
    """
    if any(order.status in _OPEN_QUESTIONS for order in account.orders.values()):
        return []  # what became of them may be in the venue's balances already
    found: list[e.TradingEvent] = []
    for asset in sorted({*command.totals, *account.balances, *account.differences}):
        theirs, ours = command.totals.get(asset, ZERO), account.balance(asset).total
        if not account.has_begun and theirs > ours:
            # Not all of it where something came in between connecting and now.
            found.append(_deposited(command, asset=asset, amount=theirs - ours, reference=e.OPENING))
        elif theirs - ours != account.differences.get(asset, ZERO):
            # By how much, and not of what: the same difference stays one while both go on trading.
            found.append(_difference(command, asset=asset, theirs=theirs, ours=ours))
    return found


def _difference(
    command: c.RecordBalances, *, asset: Asset, theirs: Decimal, ours: Decimal
) -> e.DifferenceFound:
    detail = f"The venue has {plain(theirs)} {asset}, this book {plain(ours)}."
    if theirs == ours:
        detail = f"The venue and this book have {plain(ours)} {asset} again."
    return e.DifferenceFound(
        account_id=command.account_id,
        at=command.at,
        kind=e.BALANCE,
        detail=detail,
        figures={
            "asset": asset,
            "venue": plain(theirs),
            "book": plain(ours),
            "difference": plain(theirs - ours),
        },
    )


def transfer(command: c.RecordTransfer, _: Account) -> list[e.TradingEvent]:
    """FundsDeposited or FundsWithdrawn."""
    if not command.amount:
        return []
    if command.amount > 0:
        return [_deposited(command, asset=command.asset, amount=command.amount, reference=command.reference)]
    return [
        e.FundsWithdrawn(
            account_id=command.account_id,
            at=command.at,
            asset=command.asset,
            amount=-command.amount,
            reference=command.reference,
        )
    ]


def outside_order(command: c.RecordOutsideOrder, account: Account) -> list[e.TradingEvent]:
    """A difference, once per order."""
    noted = c.NoteDifference(
        account_id=command.account_id,
        at=command.at,
        kind="outside_order",
        detail="An order works at the venue that was not placed here.",
        figures={
            "venue_order_id": command.venue_order_id,
            "instrument_id": command.instrument_id,
            "side": command.side.value,
            "quantity": plain(command.quantity),
            "price": "" if command.price is None else plain(command.price),
        },
    )
    return difference(noted, account)


def _deposited(
    command: c.RecordBalances | c.RecordTransfer, *, asset: Asset, amount: Decimal, reference: str
) -> e.FundsDeposited:
    return e.FundsDeposited(
        account_id=command.account_id, at=command.at, asset=asset, amount=amount, reference=reference
    )
