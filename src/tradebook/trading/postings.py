"""Every trading fact as double entry: a pure function of the fact alone, zero per asset."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Event
from tradebook.ledger.postings import LedgerAccount as L
from tradebook.ledger.postings import Posting, transfer
from tradebook.trading import events as e
from tradebook.trading.orders import Hold, Side


def postings(event: Event) -> list[Posting]:
    """The journal entry of a fact; empty where no money moves."""
    match event:
        case e.FundsDeposited():
            return transfer(
                event.account_id, event.asset, event.amount, source=L.EXTERNAL, target=L.AVAILABLE
            )
        case e.FundsWithdrawn():
            return transfer(
                event.account_id, event.asset, event.amount, source=L.AVAILABLE, target=L.EXTERNAL
            )
        case e.OrderPlaced():
            return _hold(event.account_id, event.hold)
        case e.OrderReplaceRequested():
            return _hold(event.account_id, event.held)
        case e.OrderReplaced():
            return _hold(event.account_id, event.held) + _release(event.account_id, event.released)
        case e.OrderReplaceRejected() | e.OrderRejected() | e.OrderCancelled() | e.OrderExpired():
            return _release(event.account_id, event.released)
        case e.OrderFilled():
            return _release(event.account_id, event.released) + _exchange(event, owned=L.AVAILABLE)
        case e.UnmatchedFillRecorded():
            return _exchange(event, owned=L.SUSPENSE)
        case _:
            return []


def _hold(account_id: AccountId, hold: Hold | None) -> list[Posting]:
    if hold is None:
        return []
    return transfer(account_id, hold.asset, hold.amount, source=L.AVAILABLE, target=L.HELD)


def _release(account_id: AccountId, hold: Hold | None) -> list[Posting]:
    if hold is None:
        return []
    return transfer(account_id, hold.asset, hold.amount, source=L.HELD, target=L.AVAILABLE)


def _exchange(fill: e.OrderFilled | e.UnmatchedFillRecorded, *, owned: L) -> list[Posting]:
    """Base against quote through the conversion account, and the fee."""
    cost = fill.quantity * fill.price
    bought, paid = (fill.quantity, cost) if fill.side is Side.BUY else (-fill.quantity, -cost)

    def into_owned(asset: Asset, amount: Decimal, source: L) -> list[Posting]:
        return transfer(fill.account_id, asset, amount, source=source, target=owned)

    return (
        into_owned(fill.base_asset, bought, L.CONVERSION)
        + into_owned(fill.quote_asset, -paid, L.CONVERSION)
        + into_owned(fill.fee_asset, -fill.fee, L.FEES)
    )
