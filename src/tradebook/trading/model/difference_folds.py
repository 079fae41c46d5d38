"""Folding what does not fit the book, and what people decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.trading import events as e
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.keeping import balance_of, moved_from_outside, note
from tradebook.trading.model.state import NOTED_MAX, Account, Decided
from tradebook.trading.model.trades import trade


def unmatched(account: Account, event: e.UnmatchedFillRecorded) -> None:
    """Booked against suspense: what we own does not change until a person decides about it."""
    note(account, e.unmatched_key(event.instrument_id, event.fill_id))
    for asset in moved_by(event):
        account.suspended[asset] = account.suspended.get(asset, 0) + 1


def moved_by(fill: e.UnmatchedFillRecorded | e.UnmatchedFillAdopted) -> tuple[Asset, ...]:
    """The assets that a fill moves, each once."""
    settling = _settle_asset(fill)
    traded = {fill.base_asset, fill.quote_asset} if settling is None else {settling}
    return tuple(sorted({*traded, fill.fee_asset}))


def _settle_asset(fill: e.UnmatchedFillRecorded | e.UnmatchedFillAdopted) -> Asset | None:
    if isinstance(fill, e.UnmatchedFillAdopted):
        return None if fill.settled is None else fill.settled.asset
    return None if fill.contract is None else fill.contract.settle_asset


def found(account: Account, event: e.DifferenceFound) -> None:
    """For people; the state remembers that it was said, and what is open of balances and positions."""
    if event.kind not in e.STANDING:
        note(account, e.difference_key(event.kind, event.figures))
        return
    subject, amount = event.figures[e.STANDING[event.kind]], Decimal(event.figures["difference"])
    if event.kind == e.BALANCE:
        account.differences[Asset(subject)] = amount
    else:
        account.position_differences[subject] = amount
    if amount:
        account.undecided[subject] = e.difference_id_of(event)
    else:
        account.undecided.pop(subject, None)


def balance_adjusted(account: Account, event: e.BalanceAdjusted) -> None:
    """Book and venue agree again."""
    balance_of(account, event.asset).available += event.amount
    moved_from_outside(account, event)
    _compare_anew(account, (event.asset,))
    _decide(account, event)


def fill_adopted(account: Account, event: e.UnmatchedFillAdopted) -> None:
    """A trade as any other. What differed by it is compared anew."""
    trade(account, event)
    _leave_suspense(account, moved_by(event))
    _compare_anew(account, moved_by(event))
    if event.settled is not None:
        key = position_key(event.instrument_id, event.position_side)
        account.position_differences.pop(key, None)
        account.undecided.pop(key, None)
    _decide(account, event)


def explained(account: Account, event: e.DifferenceResolved) -> None:
    """The balances differ as before, and are not told again while they differ by as much."""
    if event.kind in e.STANDING:
        for subject, difference_id in list(account.undecided.items()):
            if difference_id == event.difference_id:
                del account.undecided[subject]
    else:
        _leave_suspense(account, event.assets)
    _decide(account, event)


def _leave_suspense(account: Account, assets: Iterable[Asset]) -> None:
    for asset in assets:
        left = account.suspended.get(asset, 0) - 1
        if left > 0:
            account.suspended[asset] = left
        else:
            account.suspended.pop(asset, None)


def _compare_anew(account: Account, assets: Iterable[Asset]) -> None:
    """As if nothing had been found: whatever the next comparison finds is told."""
    for asset in assets:
        account.differences.pop(asset, None)
        account.undecided.pop(asset, None)


def _decide(account: Account, event: e.DifferenceDecided) -> None:
    is_adopted = not isinstance(event, e.DifferenceResolved)
    account.decided[event.difference_id] = Decided(is_adopted, event.by)
    if len(account.decided) > NOTED_MAX:
        del account.decided[next(iter(account.decided))]
