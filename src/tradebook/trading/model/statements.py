"""What a venue says of an account as a whole. Never refused: what does not fit the book is a difference."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO, plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.contracts import leverage_of, position_key, settle
from tradebook.trading.model.reports import difference
from tradebook.trading.model.state import Account, ContractPosition
from tradebook.trading.orders import OrderStatus, Side

_OPEN_QUESTIONS = frozenset({OrderStatus.SUBMITTED, OrderStatus.UNKNOWN})


def balances(command: c.RecordBalances, account: Account) -> list[e.TradingEvent]:
    """AccountBegan the first time, with FundsDeposited and PositionBroughtForward for what it begins with;
    later a DifferenceFound where the venue has of an asset or a position by another amount more or less than
    when that was last said.
    """
    if any(order.status in _OPEN_QUESTIONS for order in account.orders.values()):
        return []  # what became of them may be in the venue's balances already
    return [*_beginning(command, account), *_assets(command, account), *_positions(command, account)]


def _beginning(command: c.RecordBalances, account: Account) -> Iterator[e.TradingEvent]:
    if not account.has_begun:
        yield e.AccountBegan(account_id=command.account_id, at=command.at)


def _assets(command: c.RecordBalances, account: Account) -> Iterator[e.TradingEvent]:
    for asset in sorted({*command.totals, *account.balances, *account.differences}):
        theirs, ours = command.totals.get(asset, ZERO), account.balance(asset).total
        if not account.has_begun and theirs > ours:
            # Not all of it where an order of ours was filled before the book began.
            yield _deposited(command, asset=asset, amount=theirs - ours, reference=e.OPENING)
        elif theirs - ours != account.differences.get(asset, ZERO):
            # By how much, and not of what: the same difference stays one while both go on trading.
            yield _difference(command, e.BALANCE, asset, asset, theirs=theirs, ours=ours)


def _positions(command: c.RecordBalances, account: Account) -> Iterator[e.TradingEvent]:
    stated = {position_key(each.instrument_id, each.position_side): each for each in command.positions}
    for key in sorted({*stated, *account.contracts, *account.position_differences}):
        theirs = stated[key].quantity if key in stated else ZERO
        ours = account.contracts[key].quantity if key in account.contracts else ZERO
        if not account.has_begun and key in stated and not ours:
            yield _brought_forward(command, stated[key], account)
        elif theirs - ours != account.position_differences.get(key, ZERO):
            yield _difference(command, e.POSITION, key, f"of {key}", theirs=theirs, ours=ours)


def _brought_forward(
    command: c.RecordBalances, stated: c.StatedPosition, account: Account
) -> e.PositionBroughtForward:
    side = Side.BUY if stated.quantity > 0 else Side.SELL
    leverage = leverage_of(account, stated.instrument_id)
    return e.PositionBroughtForward(
        account_id=command.account_id,
        at=command.at,
        instrument_id=stated.instrument_id,
        base_asset=stated.base_asset,
        quote_asset=stated.quote_asset,
        position_side=stated.position_side,
        settled=settle(
            ContractPosition(),
            stated.contract,
            side,
            abs(stated.quantity),
            stated.entry_price,
            leverage=leverage,
        ),
    )


def _difference(
    command: c.RecordBalances, kind: str, subject: str, spoken: str, *, theirs: Decimal, ours: Decimal
) -> e.DifferenceFound:
    detail = f"The venue has {plain(theirs)} {spoken}, this book {plain(ours)}."
    if theirs == ours:
        detail = f"The venue and this book have {plain(ours)} {spoken} again."
    return e.DifferenceFound(
        account_id=command.account_id,
        at=command.at,
        kind=kind,
        detail=detail,
        figures={
            e.STANDING[kind]: subject,
            "venue": plain(theirs),
            "book": plain(ours),
            "difference": plain(theirs - ours),
        },
    )


def earlier_fills(command: c.RecordEarlierFills, account: Account) -> list[e.TradingEvent]:
    """EarlierFillRecorded for each trade that is in what the book began with; none before it began."""
    if not account.has_begun:
        return []
    return [
        e.EarlierFillRecorded(account_id=command.account_id, **msgspec.structs.asdict(fill))
        for fill in command.fills
        if not account.covers(fill.at)
    ]


def transfer(command: c.RecordTransfer, account: Account) -> list[e.TradingEvent]:
    """FundsDeposited or FundsWithdrawn; nothing for what is in the opening balances."""
    if not command.amount or not account.covers(command.at):
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
