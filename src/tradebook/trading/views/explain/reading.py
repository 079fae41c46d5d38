"""How much of the past an explanation looks at, and rows as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import plain
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.views.ledger import PostingDocument

if TYPE_CHECKING:
    from asyncpg import Record


class Extent(NamedTuple):
    """The figure rests on events up to ``until``; shown are at most ``limit`` of them, those ``before``."""

    until: int
    before: int
    limit: int


def posting_document(account_id: AccountId, row: Record) -> PostingDocument:
    """A row of the ledger."""
    return PostingDocument(
        position=str(row["position"]),
        line=row["line"],
        recorded_at=row["recorded_at"],
        account_id=account_id,
        party_id=row["party_id"],
        sub_ledger=row["sub_ledger"],
        ledger_account=LedgerAccount(row["ledger_account"]),
        asset=row["asset"],
        amount=plain(row["amount"]),
    )
