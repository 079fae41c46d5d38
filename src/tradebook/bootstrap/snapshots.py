"""What each channel of the book shows to begin with: the newest rows that the caller may see.

Of orders all that are open are shown besides, however many came after them: what works must never be out of
sight.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from tradebook.bootstrap.catalogue import projections
from tradebook.identity.principal import Principal
from tradebook.kernel.ids import AccountId
from tradebook.trading.model.state import OPEN_ORDERS_MAX
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import FillFilter, TradingQueries
from tradebook.web.channels import Channel, Snapshot, SnapshotSource

ROWS_MAX = 500
OPEN_ORDERS_SHOWN_MAX = OPEN_ORDERS_MAX
"""An account has no more; where all accounts are watched together, the newest of them are shown."""
ACCOUNTS_MAX = 200

Read = Callable[[Principal, AccountId | None], Awaitable[Sequence[object]]]


def book_snapshots(queries: TradingQueries, progress: Progress) -> Mapping[str, SnapshotSource]:
    """A source for every kind of channel of the book."""
    names = [projection.name for projection in projections()]
    page = PageRequest(limit=ROWS_MAX)

    async def accounts(principal: Principal, account_id: AccountId | None) -> Sequence[object]:
        if account_id is not None:
            return [await queries.account(principal, account_id)]
        return (await queries.accounts(principal, page)).items

    async def orders(principal: Principal, account_id: AccountId | None) -> Sequence[object]:
        return await queries.orders_to_watch(
            principal, account_id, open_max=OPEN_ORDERS_SHOWN_MAX, closed_max=ROWS_MAX
        )

    async def fills(principal: Principal, account_id: AccountId | None) -> Sequence[object]:
        return (await queries.fills(principal, FillFilter(account_id=account_id), page)).items

    async def chosen(principal: Principal, account_id: AccountId | None) -> Sequence[AccountId]:
        if account_id is None:
            return (await queries.account_ids(principal))[:ACCOUNTS_MAX]
        await queries.require_account(principal, account_id)
        return [account_id]

    async def balances(principal: Principal, account_id: AccountId | None) -> Sequence[object]:
        return [
            b for each in await chosen(principal, account_id) for b in (await queries.balances(each)).items
        ]

    async def positions(principal: Principal, account_id: AccountId | None) -> Sequence[object]:
        return [
            p for each in await chosen(principal, account_id) for p in (await queries.positions(each)).items
        ]

    def source(read: Read) -> SnapshotSource:
        async def take(principal: Principal, channel: Channel) -> Snapshot:
            # The position is read first: rows that come later are sent again as changes, never missed.
            position = await progress.position(names)
            rows = await read(principal, AccountId(channel.argument) if channel.argument else None)
            return Snapshot(position=position, data=msgspec.Raw(msgspec.json.encode(rows)))

        return take

    kinds = {
        "accounts": accounts,
        "orders": orders,
        "fills": fills,
        "balances": balances,
        "positions": positions,
    }
    return {kind: source(read) for kind, read in kinds.items()}
