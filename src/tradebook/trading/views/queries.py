"""Questions to the views. Every list reads index ranges in its own order, whatever its filters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tradebook.kernel.errors import NotFound, Unavailable
from tradebook.kernel.ids import AccountId, OrderId, PartyId
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.views.fills import FillDocument
from tradebook.trading.views.ledger import BalanceDocument, PostingDocument, balance_document
from tradebook.trading.views.pages import POSITION_MAX, LineKey, Page, PageRequest, TimeKey, page_of
from tradebook.trading.views.positions import Position, PositionDocument, position_document

if TYPE_CHECKING:
    from asyncpg import Pool, Record

WAIT_S_MAX = 2.0
_POLL_S = 0.01
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)

SELECT_PROGRESS = "select count(*), min(position) from journal.consumers where name = any($1::text[])"

SELECT_PARTY = "select party_id from trading.accounts where account_id = $1"

SELECT_ACCOUNTS = """
select document, opened_position from trading.accounts
where opened_position < $1 and ($2::text[] is null or party_id = any($2))
order by opened_position desc limit $3
"""

SELECT_ACCOUNT = "select party_id, document from trading.accounts where account_id = $1"

SELECT_ACCOUNT_IDS = "select account_id from trading.accounts where party_id = any($1::text[])"

SELECT_ORDER = """
select party_id, o.document from trading.orders o join trading.accounts using (account_id) where order_id = $1
"""

SELECT_ORDERS = """
select o.document, o.created_at, o.placed_position
from unnest($1::text[]) wanted(status) {each_account}
cross join lateral (
    select * from trading.orders o
    where o.status = wanted.status {of_account} {filters}
      and (o.created_at, o.placed_position) < ($2, $3) and o.created_at >= $4
    order by o.created_at desc, o.placed_position desc limit $5
) o
order by o.created_at desc, o.placed_position desc limit $5
"""

SELECT_FILLS = """
select f.* from {each_account}
lateral (
    select * from trading.fills f
    where f.position < $1 and f.at >= $2 and f.at < $3 {of_account} {filters}
    order by f.position desc limit $4
) f
order by f.position desc limit $4
"""

SELECT_BALANCES = """
select asset, available, held from trading.balances where account_id = $1 order by asset
"""

SELECT_POSITIONS = """
select instrument, quantity, cost, realised from trading.positions where account_id = $1 order by instrument
"""

SELECT_LEDGER = """
select position, line, recorded_at, party_id, sub_ledger, ledger_account, asset, amount
from trading.ledger_postings
where account_id = $1 and (position, line) < ($2, $3)
order by position desc, line desc limit $4
"""


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders are wanted; ``until`` is exclusive, both are business times of placement."""

    account_id: AccountId | None = None
    statuses: frozenset[OrderStatus] = frozenset(OrderStatus)
    instrument: str | None = None
    side: Side | None = None
    since: datetime | None = None
    until: datetime | None = None


class FillFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which fills are wanted; ``until`` is exclusive, both are the venue's times."""

    account_id: AccountId | None = None
    order_id: OrderId | None = None
    instrument: str | None = None
    side: Side | None = None
    since: datetime | None = None
    until: datetime | None = None


class _Where:
    """Collects conditions and their numbered arguments."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = list(arguments)
        self.conditions = ""

    def equals(self, column: str, value: object | None) -> None:
        if value is not None:
            self.conditions += f" and {column} = {self.number(value)}"

    def number(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


class TradingQueries:
    """Reads the views. ``parties`` is what the caller may see; None means all."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def wait_for(self, position: int, projections: Sequence[str]) -> None:
        """Return once the projections have reached ``position``; raises Unavailable after two seconds."""
        deadline = asyncio.get_running_loop().time() + WAIT_S_MAX
        while True:
            known, reached = await self._pool.fetchrow(SELECT_PROGRESS, list(projections))
            if known == len(projections) and reached >= position:
                return
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(
                    "position_not_reached",
                    f"The view has not reached position {position} within {WAIT_S_MAX:g} s; ask again.",
                    {"wanted_position": str(position), "reached_position": str(reached or 0)},
                )
            await asyncio.sleep(_POLL_S)

    async def require_account(self, account_id: AccountId, parties: Set[PartyId] | None) -> None:
        """Raises NotFound unless the account exists for the caller."""
        party_id = await self._pool.fetchval(SELECT_PARTY, account_id)
        if party_id is None or (parties is not None and party_id not in parties):
            raise NotFound("account", account_id)

    async def accounts(self, parties: Set[PartyId] | None, page: PageRequest) -> Page[msgspec.Raw]:
        """Accounts, the newest first."""
        before = page.after(int, first=POSITION_MAX)
        visible = None if parties is None else list(parties)
        rows = await self._pool.fetch(SELECT_ACCOUNTS, before, visible, page.limit)
        return page_of([_raw(row) for row in rows], page.limit, rows and rows[-1]["opened_position"])

    async def account(self, account_id: AccountId, parties: Set[PartyId] | None) -> msgspec.Raw:
        """One account. Raises NotFound."""
        return _visible(await self._pool.fetchrow(SELECT_ACCOUNT, account_id), parties, "account", account_id)

    async def order(self, order_id: OrderId, parties: Set[PartyId] | None) -> msgspec.Raw:
        """One order. Raises NotFound."""
        return _visible(await self._pool.fetchrow(SELECT_ORDER, order_id), parties, "order", order_id)

    async def orders(
        self, wanted: OrderFilter, parties: Set[PartyId] | None, page: PageRequest
    ) -> Page[msgspec.Raw]:
        """Orders by time of placement, the newest first."""
        accounts = await self._accounts(wanted.account_id, parties)
        key = page.after(TimeKey, first=TimeKey(at=wanted.until or _FOREVER, position=0))
        if wanted.until and wanted.until < key.at:
            key = TimeKey(at=wanted.until, position=0)
        where = _Where(sorted(wanted.statuses), key.at, key.position, wanted.since or _NEVER, page.limit)
        where.equals("o.instrument", wanted.instrument)
        where.equals("o.side", wanted.side)
        each, of = _per_account(where, accounts, "cross join ")
        rows = await self._pool.fetch(
            SELECT_ORDERS.format(
                each_account=each, of_account=of.format(table="o"), filters=where.conditions
            ),
            *where.arguments,
        )
        last = rows and TimeKey(at=rows[-1]["created_at"], position=rows[-1]["placed_position"])
        return page_of([_raw(row) for row in rows], page.limit, last)

    async def fills(
        self, wanted: FillFilter, parties: Set[PartyId] | None, page: PageRequest
    ) -> Page[FillDocument]:
        """Fills in journal order, the newest first."""
        accounts = await self._accounts(wanted.account_id, parties)
        before = page.after(int, first=POSITION_MAX)
        where = _Where(before, wanted.since or _NEVER, wanted.until or _FOREVER, page.limit)
        where.equals("f.order_id", wanted.order_id)
        where.equals("f.instrument", wanted.instrument)
        where.equals("f.side", wanted.side)
        each, of = _per_account(where, accounts, "")
        rows = await self._pool.fetch(
            SELECT_FILLS.format(
                each_account=each and each + ", ", of_account=of.format(table="f"), filters=where.conditions
            ),
            *where.arguments,
        )
        return page_of([_fill(row) for row in rows], page.limit, rows and rows[-1]["position"])

    async def balances(self, account_id: AccountId) -> Page[BalanceDocument]:
        """Every asset the account ever had."""
        rows = await self._pool.fetch(SELECT_BALANCES, account_id)
        return Page(
            items=[balance_document(account_id, asset, available=free, held=held) for asset, free, held in rows]
        )

    async def positions(self, account_id: AccountId) -> Page[PositionDocument]:
        """Every instrument the account ever had a fill in."""
        rows = await self._pool.fetch(SELECT_POSITIONS, account_id)
        return Page(
            items=[
                position_document(
                    account_id, instrument, Position(quantity=quantity, cost=cost, realised=realised)
                )
                for instrument, quantity, cost, realised in rows
            ]
        )

    async def ledger(self, account_id: AccountId, page: PageRequest) -> Page[PostingDocument]:
        """The account's postings, the newest first."""
        key = page.after(LineKey, first=LineKey(position=POSITION_MAX, line=0))
        rows = await self._pool.fetch(SELECT_LEDGER, account_id, key.position, key.line, page.limit)
        last = rows and LineKey(position=rows[-1]["position"], line=rows[-1]["line"])
        return page_of([_posting(account_id, row) for row in rows], page.limit, last)

    async def _accounts(
        self, account_id: AccountId | None, parties: Set[PartyId] | None
    ) -> list[AccountId] | None:
        """The accounts a list is about; None where it is about all."""
        if account_id is not None:
            await self.require_account(account_id, parties)
            return [account_id]
        if parties is None:
            return None
        return [AccountId(row[0]) for row in await self._pool.fetch(SELECT_ACCOUNT_IDS, list(parties))]


def _per_account(where: _Where, accounts: list[AccountId] | None, join: str) -> tuple[str, str]:
    """The join that repeats a list's index range for every account, and the condition that binds it."""
    if accounts is None:
        return "", ""
    unnest = f"{join}unnest({where.number(accounts)}::text[]) owned(account_id)"
    return unnest, "and {table}.account_id = owned.account_id"


def _raw(row: Record) -> msgspec.Raw:
    return msgspec.Raw(row["document"].encode())


def _visible(row: Record | None, parties: Set[PartyId] | None, kind: str, key: str) -> msgspec.Raw:
    if row is None or (parties is not None and row["party_id"] not in parties):
        raise NotFound(kind, key)
    return _raw(row)


def _fill(row: Record) -> FillDocument:
    figures: dict[str, Decimal] = {name: row[name] for name in ("quantity", "price", "fee")}
    return FillDocument(
        position=row["position"],
        account_id=row["account_id"],
        order_id=row["order_id"],
        fill_id=row["fill_id"],
        instrument=row["instrument"],
        side=Side(row["side"]),
        liquidity=row["liquidity"],
        fee_asset=row["fee_asset"],
        at=row["at"],
        **{name: plain(value) for name, value in figures.items()},
    )


def _posting(account_id: AccountId, row: Record) -> PostingDocument:
    return PostingDocument(
        position=row["position"],
        line=row["line"],
        recorded_at=row["recorded_at"],
        account_id=account_id,
        party_id=row["party_id"],
        sub_ledger=row["sub_ledger"],
        ledger_account=LedgerAccount(row["ledger_account"]),
        asset=row["asset"],
        amount=plain(row["amount"]),
    )
