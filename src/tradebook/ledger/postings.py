"""Double entry: every fact about money becomes postings that sum to zero per asset.

A posting's amount is signed from the point of view of the ledger account. ``available``, ``held`` (for
orders) and ``margin`` (for positions in contracts) are what the party owns. Their counterparts are
``external`` (money from and to outside), ``conversion`` (the clearing account of exchanges of assets),
``fees``, ``settlement`` (gains and losses that contracts settle), ``funding`` (what the two sides of a
perpetual pay each other),
``transit`` (between own accounts; must return to zero), ``suspense`` (reported facts that do not fit yet) and
``differences`` (what a person adopted of a venue's balance without knowing where it came from or went). Gains
are posted only where a contract settles them: of what is owned, views compute them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from tradebook.kernel.ids import AccountId, Asset, PartyId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO


class LedgerAccount(StrEnum):
    """The chart of accounts of a trading account."""

    AVAILABLE = "available"
    HELD = "held"
    MARGIN = "margin"
    EXTERNAL = "external"
    CONVERSION = "conversion"
    FEES = "fees"
    SETTLEMENT = "settlement"
    FUNDING = "funding"
    TRANSIT = "transit"
    SUSPENSE = "suspense"
    DIFFERENCES = "differences"


class Posting(Value, frozen=True, kw_only=True, gc=False):
    """One line of a journal entry."""

    account_id: AccountId
    ledger_account: LedgerAccount
    asset: Asset
    amount: Decimal
    party_id: PartyId = PartyId("")
    """Empty where the account's owner is meant; filled when the entry is projected."""
    sub_ledger: str = "main"


def imbalance(postings: Iterable[Posting]) -> dict[Asset, Decimal]:
    """Sum per asset, without those that are zero. Empty means that the entry balances."""
    sums: dict[Asset, Decimal] = {}
    for posting in postings:
        sums[posting.asset] = sums.get(posting.asset, ZERO) + posting.amount
    return {asset: total for asset, total in sums.items() if total}


def transfer(
    account_id: AccountId, asset: Asset, amount: Decimal, *, source: LedgerAccount, target: LedgerAccount
) -> list[Posting]:
    """Move ``amount`` from ``source`` to ``target``; nothing when it is zero."""
    if not amount:
        return []
    return [
        Posting(account_id=account_id, ledger_account=source, asset=asset, amount=-amount),
        Posting(account_id=account_id, ledger_account=target, asset=asset, amount=amount),
    ]
