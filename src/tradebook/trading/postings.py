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
from tradebook.trading.orders import Hold, Settled, Side

Fill = e.OrderFilled | e.PositionClosedByVenue | e.UnmatchedFillRecorded | e.UnmatchedFillAdopted


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
    released = _release(event.account_id, event.released)
    if event.settled is not None:
        return released + _settled(event, event.settled)
    return released + _exchange(event, owned=L.AVAILABLE)


def _closed(event: e.PositionClosedByVenue) -> list[Posting]:
    return _settled(event, event.settled)


def _unmatched(event: e.UnmatchedFillRecorded) -> list[Posting]:
    return [] if event.contract is not None else _exchange(event, owned=L.SUSPENSE)


def _brought_forward(event: e.PositionBroughtForward) -> list[Posting]:
    """Nothing is gained or paid by what was open before."""
    return _secure(event.account_id, Hold(asset=event.settled.asset, amount=event.settled.margin))


def _funded(event: e.FundingSettled) -> list[Posting]:
    return transfer(event.account_id, event.asset, event.amount, source=L.FUNDING, target=L.AVAILABLE)


def _leverage_set(event: e.LeverageSet) -> list[Posting]:
    return [line for more in event.margin.values() for line in _secure(event.account_id, more)]


def _adjusted(event: e.BalanceAdjusted) -> list[Posting]:
    return transfer(event.account_id, event.asset, event.amount, source=L.DIFFERENCES, target=L.AVAILABLE)


def _adopted(event: e.UnmatchedFillAdopted) -> list[Posting]:
    """What was exchanged and paid is posted since it was recorded; only whose it is changes. Of a contract
    nothing is."""
    if event.settled is not None:
        return _settled(event, event.settled)
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


def _settled(fill: Fill, settled: Settled) -> list[Posting]:
    """The gain or loss, the fee, and what is set aside for the position. It is nobody's property itself."""
    account_id, margin = fill.account_id, Hold(asset=settled.asset, amount=settled.margin)
    gained = transfer(account_id, settled.asset, settled.realised, source=L.SETTLEMENT, target=L.AVAILABLE)
    paid = transfer(account_id, fill.fee_asset, fill.fee, source=L.AVAILABLE, target=L.FEES)
    return gained + paid + _secure(account_id, margin)


def _secure(account_id: AccountId, more: Hold) -> list[Posting]:
    return transfer(account_id, more.asset, more.amount, source=L.AVAILABLE, target=L.MARGIN)


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
    e.PositionClosedByVenue: _closed,
    e.PositionBroughtForward: _brought_forward,
    e.FundingSettled: _funded,
    e.LeverageSet: _leverage_set,
    e.UnmatchedFillRecorded: _unmatched,
    e.BalanceAdjusted: _adjusted,
    e.UnmatchedFillAdopted: _adopted,
}

MOVES_MONEY = frozenset(_ENTRIES)
"""Facts that post something; a test holds them to be all that carry an amount."""
