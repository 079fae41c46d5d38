"""An account as one document: all that its events say of it, to show a moment or a difference."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from tradebook.kernel.money import ZERO, divide, plain
from tradebook.trading.limits import AccountState
from tradebook.trading.model import Account
from tradebook.trading.model.state import EquityMarks
from tradebook.trading.views.accounts import (
    LimitsDocument,
    SwitchDocument,
    limits_document,
    switch_document,
)
from tradebook.trading.views.ledger import BalanceDocument, balance_document
from tradebook.trading.views.order_document import OrderDocument, document_of
from tradebook.trading.views.positions import PositionDocument


class EquityAnchorsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What loss limits measure from, in the base asset: the last mark and what came and went since."""

    day: date
    day_open: str
    equity: str
    peak: str
    drawdown: str | None
    """How far the last mark is below the peak, as a fraction of it; null where the peak is not positive."""


class FullAccountDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An account after every event up to a journal position."""

    account_id: str
    journal_position: str
    party_id: str
    name: str
    venue: str
    base_asset: str
    paper: bool
    state: AccountState
    limits: LimitsDocument
    dead_mans_switch: SwitchDocument | None
    balances: list[BalanceDocument]
    """By asset."""
    open_orders: list[OrderDocument]
    """Oldest first."""
    positions: list[PositionDocument]
    """By instrument."""
    equity: EquityAnchorsDocument | None
    """Null before equity was first marked."""


class AccountChangeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What an event made of its account."""

    position: str
    stream: str
    type: str
    before: FullAccountDocument | None
    """Null where the event opened the account."""
    after: FullAccountDocument


def balances_of(account: Account) -> list[BalanceDocument]:
    """Everything that the account ever had, by asset."""
    return [
        balance_document(account.account_id, asset, available=balance.available, held=balance.held)
        for asset, balance in sorted(account.balances.items())
    ]


def state_document(account: Account, position: int, positions: list[PositionDocument]) -> FullAccountDocument:
    """The account in its wire form; its positions by average cost are the view's."""
    return FullAccountDocument(
        account_id=account.account_id,
        journal_position=str(position),
        party_id=account.party_id,
        name=account.name,
        venue=account.venue,
        base_asset=account.base_asset,
        paper=account.paper,
        state=account.state,
        limits=limits_document(account.limits),
        dead_mans_switch=switch_document(account.dead_mans_switch),
        balances=balances_of(account),
        open_orders=[document_of(account, order) for order in account.orders.values()],
        positions=positions,
        equity=None if account.marks is None else _anchors(account.marks),
    )


def drawdown(equity: Decimal, peak: Decimal) -> Decimal | None:
    """(peak - equity) / peak; none where the peak is not positive."""
    return divide(peak - equity, peak) if peak > ZERO else None


def _anchors(marks: EquityMarks) -> EquityAnchorsDocument:
    fallen = drawdown(marks.equity, marks.peak)
    return EquityAnchorsDocument(
        day=marks.day,
        day_open=plain(marks.day_open),
        equity=plain(marks.equity),
        peak=plain(marks.peak),
        drawdown=None if fallen is None else plain(fallen),
    )
