"""Questions to the views, answered as far as the caller may see."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from tradebook.identity.principal import Principal
from tradebook.journal.ports import Journal
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, OrderId, PartyId
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.model import opening_id_of
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.views import statements
from tradebook.trading.views.accounts import AccountsProjection
from tradebook.trading.views.contracts import contract_document, open_contract
from tradebook.trading.views.differences import (
    SELECT_DIFFERENCES,
    SELECT_FOUND_POSITION,
    DifferenceDocument,
    difference_document,
)
from tradebook.trading.views.earlier_fills import (
    SELECT_EARLIER_FILLS,
    EarlierFillDocument,
    earlier_fill_document,
)
from tradebook.trading.views.fills import FillDocument, fill_of
from tradebook.trading.views.ledger import BalanceDocument, PostingDocument, balance_document, posting_of
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.orders import OrdersProjection
from tradebook.trading.views.pages import POSITION_MAX, LineKey, Page, PageRequest, TimeKey, page_of
from tradebook.trading.views.positions import Position, PositionDocument, position_document
from tradebook.trading.views.progress import CATCH_UP_S_MAX, Progress

if TYPE_CHECKING:
    from asyncpg import Pool, Record

PARTIES_MAX = 50_000
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
NEVER = datetime(1, 1, 1, tzinfo=UTC)
_decode_order = msgspec.json.Decoder(OrderDocument).decode


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders are wanted; ``until`` is exclusive, both are business times of placement."""

    account_id: AccountId | None = None
    statuses: frozenset[OrderStatus] = frozenset(OrderStatus)
    instrument: str | None = None
    side: Side | None = None
    since: datetime | None = None
    until: datetime | None = None


class FillFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which fills are wanted; ``until`` is exclusive, both are the venue's times.

    ``position_max`` is the newest position of the journal that is looked at.
    """

    account_id: AccountId | None = None
    order_id: OrderId | None = None
    instrument: str | None = None
    side: Side | None = None
    since: datetime | None = None
    until: datetime | None = None
    position_max: int = POSITION_MAX - 1


class _Where:
    """Collects conditions and their numbered arguments. Columns come from here, values never do."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = list(arguments)
        self.conditions = ""
        self.each_account = ""

    def equals(self, column: str, value: object | None) -> None:
        if value is not None:
            self.arguments.append(value)
            self.conditions += f" and {column} = ${len(self.arguments)}"

    def not_by(self, column: str, position: int) -> None:
        """What the column tells has not come about by that position."""
        self.arguments.append(position)
        self.conditions += f" and ({column} is null or {column} > ${len(self.arguments)})"

    def in_accounts(self, column: str, accounts: list[AccountId] | None) -> None:
        if accounts is not None:
            self.arguments.append(accounts)
            self.each_account = f"cross join unnest(${len(self.arguments)}::text[]) owned(account_id)"
            self.conditions += f" and {column} = owned.account_id"

    def fill_in(self, statement: str) -> str:
        return statement.format(each_account=self.each_account, conditions=self.conditions)


class TradingQueries:
    """Reads the views.

    An account or an order that is asked for by its id and that the journal has, but not yet the view, is
    waited for: half a second at most, then Unavailable is raised.
    """

    def __init__(self, pool: Pool, journal: Journal, progress: Progress) -> None:
        self._pool = pool
        self._journal = journal
        self._progress = progress
        self._parties: OrderedDict[AccountId, PartyId] = OrderedDict()
        """Of accounts lately asked for: an account's party never changes."""

    async def require_account(self, principal: Principal, account_id: AccountId) -> None:
        """Raises NotFound unless the account exists for the caller."""
        party_id = self._parties.get(account_id) or await self._party_of(account_id)
        if party_id is None or not principal.may_see(party_id, account_id):
            raise NotFound("account", account_id)

    async def find_order(self, order_id: OrderId) -> OrderDocument | None:
        """The order, whoever asks."""
        document = await self._pool.fetchval(statements.SELECT_ORDER_DOCUMENT, order_id)
        return None if document is None else _decode_order(document)

    async def parties_of_accounts(self) -> dict[str, str]:
        """Which party each account belongs to, whoever asks."""
        rows = await self._pool.fetch(statements.SELECT_PARTIES_OF_ACCOUNTS)
        return {row["account_id"]: row["party_id"] for row in rows}

    async def account_ids(self, principal: Principal) -> list[AccountId]:
        """Every account that the caller sees."""
        rows = await self._pool.fetch(statements.SELECT_ACCOUNT_IDS, *_seen(principal))
        return [AccountId(row[0]) for row in rows]

    async def accounts(self, principal: Principal, page: PageRequest) -> Page[msgspec.Raw]:
        """Accounts, the newest first."""
        before = page.after_position(first=POSITION_MAX)
        rows = await self._pool.fetch(statements.SELECT_ACCOUNTS, before, *_seen(principal), page.limit)
        return page_of([_raw(row) for row in rows], page.limit, rows and rows[-1]["opened_position"])

    async def account(self, principal: Principal, account_id: AccountId) -> msgspec.Raw:
        """One account. Raises NotFound."""
        row = await self._pool.fetchrow(statements.SELECT_ACCOUNT, account_id)
        if row is None and await self._arrives(opening_id_of(account_id), AccountsProjection.name):
            row = await self._pool.fetchrow(statements.SELECT_ACCOUNT, account_id)
        return _visible(row, principal, "account", account_id)

    async def order(self, principal: Principal, order_id: OrderId) -> msgspec.Raw:
        """One order. Raises NotFound."""
        row = await self._pool.fetchrow(statements.SELECT_ORDER, order_id)
        if row is None and await self._arrives(order_id, OrdersProjection.name):
            row = await self._pool.fetchrow(statements.SELECT_ORDER, order_id)
        return _visible(row, principal, "order", order_id)

    async def orders(self, principal: Principal, wanted: OrderFilter, page: PageRequest) -> Page[msgspec.Raw]:
        """Orders by time of placement, the newest first."""
        until = TimeKey(at=wanted.until or FOREVER, position=0)
        key = min(until, page.after(TimeKey, first=until), key=lambda key: (key.at, key.position))
        since, sides = wanted.since or NEVER, [wanted.side] if wanted.side else list(Side)
        where = _Where(sorted(wanted.statuses), key.at, key.position, since, page.limit, sides)
        where.equals("o.instrument", wanted.instrument)
        where.in_accounts("o.account_id", await self._accounts(principal, wanted.account_id))
        rows = await self._pool.fetch(where.fill_in(statements.SELECT_ORDERS), *where.arguments)
        last = rows and TimeKey(at=rows[-1]["created_at"], position=rows[-1]["placed_position"])
        return page_of([_raw(row) for row in rows], page.limit, last)

    async def orders_to_watch(
        self, principal: Principal, account_id: AccountId | None, *, open_max: int, closed_max: int
    ) -> list[msgspec.Raw]:
        """The newest open orders and the newest of the others as of one moment, all of them newest first."""
        open_statuses = sorted(set(OrderStatus) - TERMINAL)
        where = _Where(open_statuses, sorted(TERMINAL), open_max, closed_max, list(Side))
        where.in_accounts("o.account_id", await self._accounts(principal, account_id))
        rows = await self._pool.fetch(where.fill_in(statements.SELECT_ORDERS_TO_WATCH), *where.arguments)
        return [_raw(row) for row in rows]

    async def fills(self, principal: Principal, wanted: FillFilter, page: PageRequest) -> Page[FillDocument]:
        """Fills in journal order, the newest first."""
        before = min(page.after_position(first=POSITION_MAX), wanted.position_max + 1)
        where = _Where(before, wanted.since or NEVER, wanted.until or FOREVER, page.limit)
        where.equals("f.order_id", wanted.order_id)
        where.equals("f.instrument", wanted.instrument)
        where.equals("f.side", wanted.side)
        where.not_by("f.adopted_position", wanted.position_max)
        where.in_accounts("f.account_id", await self._accounts(principal, wanted.account_id))
        rows = await self._pool.fetch(where.fill_in(statements.SELECT_FILLS), *where.arguments)
        return page_of([fill_of(row, str) for row in rows], page.limit, rows and rows[-1]["position"])

    async def balances(self, account_id: AccountId) -> Page[BalanceDocument]:
        """Every asset that the account ever had. Access is checked by the caller."""
        rows = await self._pool.fetch(statements.SELECT_BALANCES, account_id)
        return Page(
            items=[
                balance_document(account_id, asset, available=available, held=held)
                for asset, available, held in rows
            ]
        )

    async def positions(self, account_id: AccountId) -> Page[PositionDocument]:
        """Every instrument that the account ever had a fill in. Access is checked by the caller."""
        rows = await self._pool.fetch(statements.SELECT_POSITIONS, account_id)
        contracts = await self._pool.fetch(statements.SELECT_CONTRACTS, account_id)
        owned = [
            position_document(
                account_id, instrument, Position(quantity=quantity, cost=cost, realised=realised)
            )
            for instrument, quantity, cost, realised in rows
        ]
        return Page(items=[*owned, *(contract_document(account_id, open_contract(row)) for row in contracts)])

    async def ledger(
        self, account_id: AccountId, page: PageRequest, *, of_position: int = 0
    ) -> Page[PostingDocument]:
        """The account's postings, or those of one event only, the newest first.

        Access is checked by the caller.
        """
        end = of_position + 1 if of_position else POSITION_MAX
        key = page.after(LineKey, first=LineKey(position=end, line=0))
        rows = await self._pool.fetch(
            statements.SELECT_LEDGER,
            account_id,
            key.position,
            key.line,
            of_position,
            page.limit,
        )
        last = rows and LineKey(position=rows[-1]["position"], line=rows[-1]["line"])
        return page_of([posting_of(account_id, row, str) for row in rows], page.limit, last)

    async def differences(
        self, account_id: AccountId, page: PageRequest, *, only_open: bool
    ) -> Page[DifferenceDocument]:
        """What does not fit the account's book, the newest first. Access is checked by the caller."""
        before = page.after_position(first=POSITION_MAX)
        rows = await self._pool.fetch(SELECT_DIFFERENCES, account_id, before, only_open, page.limit)
        found = [difference_document(row) for row in rows]
        return page_of(found, page.limit, rows and rows[-1]["found_position"])

    async def earlier_fills(self, account_id: AccountId, page: PageRequest) -> Page[EarlierFillDocument]:
        """What was traded before the account's book began, the newest first.

        Access is checked by the caller.
        """
        key = page.after(TimeKey, first=TimeKey(at=FOREVER, position=0))
        rows = await self._pool.fetch(SELECT_EARLIER_FILLS, account_id, key.at, key.position, page.limit)
        last = rows and TimeKey(at=rows[-1]["at"], position=rows[-1]["position"])
        return page_of([earlier_fill_document(row) for row in rows], page.limit, last)

    async def position_of_difference(self, account_id: AccountId, difference_id: str) -> int | None:
        """Where the journal tells of it; None where there is none of that id."""
        position: int | None = await self._pool.fetchval(SELECT_FOUND_POSITION, account_id, difference_id)
        return position

    async def _party_of(self, account_id: AccountId) -> PartyId | None:
        party_id: PartyId | None = await self._pool.fetchval(statements.SELECT_PARTY, account_id)
        if party_id is None and await self._arrives(opening_id_of(account_id), AccountsProjection.name):
            party_id = await self._pool.fetchval(statements.SELECT_PARTY, account_id)
        if party_id is not None:
            self._parties[account_id] = party_id
            if len(self._parties) > PARTIES_MAX:
                self._parties.popitem(last=False)
        return party_id

    async def _arrives(self, command_id: str, view: str) -> bool:
        """Whether the view shows by now what was recorded under this command id. Raises Unavailable."""
        recorded = await self._journal.find_command(command_id)
        if recorded is None:
            return False
        await self._progress.wait_for(recorded.last_position, [view], wait_s_max=CATCH_UP_S_MAX)
        return True

    async def _accounts(self, principal: Principal, account_id: AccountId | None) -> list[AccountId] | None:
        """The accounts that a list is about; None where it is about all."""
        if account_id is not None:
            await self.require_account(principal, account_id)
            return [account_id]
        if principal.parties is None and principal.accounts is None:
            return None
        return await self.account_ids(principal)


def _seen(principal: Principal) -> tuple[list[str] | None, list[str] | None]:
    """The parties and accounts that bound what the caller sees."""
    parties, accounts = principal.parties, principal.accounts
    return None if parties is None else list(parties), None if accounts is None else list(accounts)


def _raw(row: Record) -> msgspec.Raw:
    return msgspec.Raw(row["document"].encode())


def _visible(row: Record | None, principal: Principal, kind: str, key: str) -> msgspec.Raw:
    if row is None or not principal.may_see(row["party_id"], row["account_id"]):
        raise NotFound(kind, key)
    return _raw(row)
