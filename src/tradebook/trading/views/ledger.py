"""The view of the ledger: every posting of every event, and the balances they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from tradebook.infra.arrays import numbers, texts, times
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.ids import AccountId
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, plain
from tradebook.ledger.postings import LedgerAccount, Posting
from tradebook.trading.events import AccountEvent, AccountOpened
from tradebook.trading.postings import MOVES_MONEY, postings
from tradebook.trading.views.cache import RowCache

if TYPE_CHECKING:
    from asyncpg import Connection, Record

SELECT_OWNERS = "select account_id, party_id from trading.ledger_owners where account_id = any($1::text[])"

INSERT_OWNERS = """
insert into trading.ledger_owners (account_id, party_id) select * from unnest($1::text[], $2::text[])
"""

SELECT_BALANCES = """
select account_id, asset, available, held from trading.balances where account_id = any($1::text[])
"""

INSERT_POSTINGS = """
insert into trading.ledger_postings (position, line, recorded_at, account_id, party_id, sub_ledger,
                                     ledger_account, asset, amount)
select * from unnest($1::text::bigint[], $2::text::smallint[], $3::text::timestamptz[], $4::text::text[],
                     $5::text::text[], $6::text::text[], $7::text::text[], $8::text::text[],
                     $9::text::numeric[])
"""

UPSERT_BALANCES = """
insert into trading.balances (account_id, asset, available, held, last_position)
select * from unnest($1::text::text[], $2::text::text[], $3::text::numeric[], $4::text::numeric[],
                     $5::text::bigint[])
on conflict (account_id, asset) do update set
    available = excluded.available, held = excluded.held, last_position = excluded.last_position
"""


OWNED = (LedgerAccount.AVAILABLE, LedgerAccount.HELD, LedgerAccount.MARGIN)
"""What a balance is the sum of: what can be spent, and what is set aside for orders and for positions."""


class BalanceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has of one asset."""

    account_id: str
    asset: str
    total: str
    available: str
    held: str


class PostingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger on the wire."""

    position: str
    line: int
    recorded_at: datetime
    account_id: str
    party_id: str
    sub_ledger: str
    ledger_account: LedgerAccount
    asset: str
    amount: str


def balance_document(account_id: str, asset: str, *, available: Decimal, held: Decimal) -> BalanceDocument:
    """The balance in its wire form."""
    return BalanceDocument(
        account_id=account_id,
        asset=asset,
        total=plain(available + held),
        available=plain(available),
        held=plain(held),
    )


def posting_of(account_id: AccountId, row: Record, figure: Callable[[Any], str] = plain) -> PostingDocument:
    """A row of the ledger; ``figure`` writes its numbers: ``str`` where the database wrote them out."""
    return PostingDocument(
        position=str(row["position"]),
        line=row["line"],
        recorded_at=row["recorded_at"],
        account_id=account_id,
        party_id=row["party_id"],
        sub_ledger=row["sub_ledger"],
        ledger_account=LedgerAccount(row["ledger_account"]),
        asset=row["asset"],
        amount=figure(row["amount"]),
    )


class _Balance(msgspec.Struct, gc=False):
    available: Decimal = ZERO
    held: Decimal = ZERO


_Balances = dict[str, _Balance]
"""Balances of one account by asset."""

_Line = tuple[Recorded, int, Posting]


def _read_balances(records: Iterable[Record]) -> dict[str, _Balances]:
    accounts: dict[str, _Balances] = {}
    for account_id, asset, available, held in records:
        accounts.setdefault(account_id, {})[asset] = _Balance(available, held)
    return accounts


def _read_owners(records: Iterable[Record]) -> dict[str, str]:
    return dict(map(tuple, records))


class LedgerProjection:
    """Writes the postings, the balances, and whose account it is that they belong to."""

    name = "trading.ledger"
    version = 1
    tables = ("trading.ledger_postings", "trading.balances", "trading.ledger_owners")
    handles: frozenset[type[Event]] = MOVES_MONEY | {AccountOpened}

    def __init__(self) -> None:
        self._owners: RowCache[str] = RowCache(SELECT_OWNERS, _read_owners)
        self._balances: RowCache[_Balances] = RowCache(SELECT_BALANCES, _read_balances)

    def forget(self) -> None:
        """See Projection."""
        self._owners.clear()
        self._balances.clear()

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        facts = [(recorded, event) for recorded in batch if isinstance(event := recorded.event, AccountEvent)]
        opened = {event.account_id: event.party_id for _, event in facts if isinstance(event, AccountOpened)}
        if opened:
            await connection.execute(INSERT_OWNERS, list(opened), list(opened.values()))
        lines = [
            (recorded, line, posting)
            for recorded, event in facts
            for line, posting in enumerate(postings(event))
        ]
        accounts: set[str] = {posting.account_id for _, _, posting in lines}
        await self._owners.ensure(connection, accounts)
        await self._balances.ensure(connection, accounts)
        if not lines:
            return []
        await self._write_postings(connection, lines)
        return await self._write_balances(connection, self._fold(lines))

    def _fold(self, lines: Sequence[_Line]) -> dict[tuple[str, str], int]:
        """Add the lines to the balances; answers which changed, and where last."""
        changed: dict[tuple[str, str], int] = {}
        for recorded, _, posting in lines:
            if posting.ledger_account not in OWNED:
                continue
            balances = self._balances.rows.setdefault(posting.account_id, {})
            balance = balances.setdefault(posting.asset, _Balance())
            if posting.ledger_account is LedgerAccount.AVAILABLE:
                balance.available += posting.amount
            else:
                balance.held += posting.amount
            changed[posting.account_id, posting.asset] = recorded.position
        return changed

    async def _write_postings(self, connection: Connection, lines: Sequence[_Line]) -> None:
        owners = self._owners.rows
        await connection.execute(
            INSERT_POSTINGS,
            numbers([recorded.position for recorded, _, _ in lines]),
            numbers([line for _, line, _ in lines]),
            times([recorded.recorded_at for recorded, _, _ in lines]),
            texts([posting.account_id for _, _, posting in lines]),
            texts([posting.party_id or owners[posting.account_id] for _, _, posting in lines]),
            texts([posting.sub_ledger for _, _, posting in lines]),
            texts([posting.ledger_account for _, _, posting in lines]),
            texts([posting.asset for _, _, posting in lines]),
            numbers([posting.amount for _, _, posting in lines]),
        )

    async def _write_balances(
        self, connection: Connection, changed: dict[tuple[str, str], int]
    ) -> list[ViewChange]:
        rows = [self._balances.rows[account_id][asset] for account_id, asset in changed]
        await connection.execute(
            UPSERT_BALANCES,
            texts([account_id for account_id, _ in changed]),
            texts([asset for _, asset in changed]),
            numbers([row.available for row in rows]),
            numbers([row.held for row in rows]),
            numbers(changed.values()),
        )
        return [
            ViewChange(
                channel="balances",
                account_id=account_id,
                position=position,
                document=msgspec.Raw(
                    msgspec.json.encode(
                        balance_document(account_id, asset, available=row.available, held=row.held)
                    )
                ),
            )
            for ((account_id, asset), position), row in zip(changed.items(), rows, strict=True)
        ]
