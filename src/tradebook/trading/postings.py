"""Every trading fact as double entry: a pure function of the fact alone, zero per asset."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Event
from tradebook.ledger.postings import LedgerAccount as L
from tradebook.ledger.postings import Posting, transfer
from tradebook.trading import events as e
from tradebook.trading.orders import Hold, Side

Fill = e.OrderFilled | e.UnmatchedFillRecorded | e.UnmatchedFillAdopted


def postings(event: Event) -> list[Posting]:
    """The journal entry of a fact; empty where no money moves."""
    entry = _ENTRIES.get(type(event))
    return [] if entry is None else entry(event)


def _deposited(event: e.FundsDeposited) -> list[Posting]:
    return transfer(event.account_id, event.asset, event.amount, source=L.EXTERNAL, target=L.AVAILABLE)


def _withdrawn(event: e.FundsWithdrawn) -> list[Posting]:
    return transfer(event.account_id, event.asset, event.amount, source=L.AVAILABLE, target=L.EXTERNAL)


def _held(event: e.OrderPlaced) -> list[Posting]:
    return _hold(event.account_id, event.hold)


def _held_more(event: e.OrderReplaceRequested) -> list[Posting]:
    return _hold(event.account_id, event.held)


def _replaced(event: e.OrderReplaced) -> list[Posting]:
    return _hold(event.account_id, event.held) + _release(event.account_id, event.released)


def _released(
    event: e.OrderReplaceRejected | e.OrderRejected | e.OrderCancelled | e.OrderExpired,
) -> list[Posting]:
    return _release(event.account_id, event.released)


def _filled(event: e.OrderFilled) -> list[Posting]:
    return _release(event.account_id, event.released) + _exchange(event, owned=L.AVAILABLE)


def _unmatched(event: e.UnmatchedFillRecorded) -> list[Posting]:
    return _exchange(event, owned=L.SUSPENSE)


def _adjusted(event: e.BalanceAdjusted) -> list[Posting]:
    return transfer(event.account_id, event.asset, event.amount, source=L.DIFFERENCES, target=L.AVAILABLE)


def _adopted(event: e.UnmatchedFillAdopted) -> list[Posting]:
    """What was exchanged and paid is posted since it was recorded; only whose it is changes."""
    return [
        line
        for asset, amount in exchanged(event)
        for line in transfer(event.account_id, asset, amount, source=L.SUSPENSE, target=L.AVAILABLE)
    ]


def _hold(account_id: AccountId, hold: Hold | None) -> list[Posting]:
    if hold is None:
        return []
    return transfer(account_id, hold.asset, hold.amount, source=L.AVAILABLE, target=L.HELD)


def _release(account_id: AccountId, hold: Hold | None) -> list[Posting]:
    if hold is None:
        return []
    return transfer(account_id, hold.asset, hold.amount, source=L.HELD, target=L.AVAILABLE)


def exchanged(fill: Fill) -> tuple[tuple[Asset, Decimal], ...]:
    """What a fill adds to what is owned: base, quote and, taken away, the fee."""
    cost = fill.quantity * fill.price
    bought, paid = (fill.quantity, cost) if fill.side is Side.BUY else (-fill.quantity, -cost)
    return (fill.base_asset, bought), (fill.quote_asset, -paid), (fill.fee_asset, -fill.fee)


def _exchange(fill: e.OrderFilled | e.UnmatchedFillRecorded, *, owned: L) -> list[Posting]:
    """Base against quote through the conversion account, and the fee."""
    sources = (L.CONVERSION, L.CONVERSION, L.FEES)
    return [
        line
        for (asset, amount), source in zip(exchanged(fill), sources, strict=True)
        for line in transfer(fill.account_id, asset, amount, source=source, target=owned)
    ]


_ENTRIES: dict[type[Event], Callable[[Any], list[Posting]]] = {
    e.FundsDeposited: _deposited,
    e.FundsWithdrawn: _withdrawn,
    e.OrderPlaced: _held,
    e.OrderReplaceRequested: _held_more,
    e.OrderReplaced: _replaced,
    e.OrderReplaceRejected: _released,
    e.OrderRejected: _released,
    e.OrderCancelled: _released,
    e.OrderExpired: _released,
    e.OrderFilled: _filled,
    e.UnmatchedFillRecorded: _unmatched,
    e.BalanceAdjusted: _adjusted,
    e.UnmatchedFillAdopted: _adopted,
}

MOVES_MONEY = frozenset(_ENTRIES)
"""Facts that post something; a test holds them to be all that carry an amount."""
