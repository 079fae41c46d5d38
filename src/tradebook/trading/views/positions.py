"""The view of positions in what is owned: what fills left in each instrument, at what average cost, with what
result.

Average cost is a figure of this view only. Gains are never posted, so that portfolios can apply FIFO, LIFO or
any other method to the same fills.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tradebook.infra.arrays import numbers, texts
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.trading.events import OrderFilled, UnmatchedFillAdopted
from tradebook.trading.orders import PositionSide, Side
from tradebook.trading.views.cache import RowCache

if TYPE_CHECKING:
    from asyncpg import Connection, Record

SELECT_POSITIONS = """
select account_id, instrument, quantity, cost, realised
from trading.positions where account_id = any($1::text[])
"""

UPSERT_POSITIONS = """
insert into trading.positions (account_id, instrument, quantity, cost, realised, last_position)
select * from unnest($1::text::text[], $2::text::text[], $3::text::numeric[], $4::text::numeric[],
                     $5::text::numeric[], $6::text::bigint[])
on conflict (account_id, instrument) do update set
    quantity = excluded.quantity, cost = excluded.cost, realised = excluded.realised,
    last_position = excluded.last_position
"""


INSERT_HISTORY = """
insert into trading.position_history (account_id, instrument, position, quantity, cost, realised)
select * from unnest($1::text::text[], $2::text::text[], $3::text::bigint[], $4::text::numeric[],
                     $5::text::numeric[], $6::text::numeric[])
"""


class Position(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position folded from its fills."""

    quantity: Decimal = ZERO
    """Positive when long; a fee taken in the base asset has left it."""
    cost: Decimal = ZERO
    """What the open quantity was bought (or, short, sold) for, in the quote asset; never negative."""
    realised: Decimal = ZERO
    """Proceeds minus average cost of what was closed, in the quote asset, before fees."""


class PositionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A position on the wire. ``average_entry_price`` is null when it is flat."""

    account_id: str
    instrument: str
    quantity: str
    average_entry_price: str | None
    cost: str
    """In the quote asset; of a contract, as all its amounts, in the settle asset."""
    realised_pnl: str
    position_side: PositionSide
    settle_asset: str | None
    """Null where the instrument is owned and not settled; the same for ``margin``."""
    margin: str | None
    """What is set aside for it."""


def position_document(account_id: str, instrument: str, position: Position) -> PositionDocument:
    """The position in its wire form."""
    average = divide(position.cost, abs(position.quantity)) if position.quantity else None
    return PositionDocument(
        account_id=account_id,
        instrument=instrument,
        quantity=plain(position.quantity),
        average_entry_price=None if average is None else plain(average),
        cost=plain(position.cost),
        realised_pnl=plain(position.realised),
        position_side=PositionSide.NET,
        settle_asset=None,
        margin=None,
    )


def apply_fill(
    position: Position, side: Side, quantity: Decimal, price: Decimal, *, base_fee: Decimal = ZERO
) -> Position:
    """The position after a fill, by average cost.

    ``base_fee`` is the part of the fee that was taken in the base asset: what is held is less by that much,
    so the average price of the rest is higher.
    """
    direction = 1 if side is Side.BUY else -1
    held, cost, realised = position.quantity, position.cost, position.realised
    opening = quantity
    if held * direction < 0:
        closing = min(quantity, abs(held))
        share = cost if closing == abs(held) else divide(cost * closing, abs(held))
        realised -= direction * (closing * price - share)
        held += direction * closing
        cost -= share
        opening -= closing
    held += direction * opening - base_fee
    cost = cost + opening * price if held else ZERO
    return Position(quantity=_tidy(held), cost=_tidy(cost), realised=_tidy(realised))


def _tidy(value: Decimal) -> Decimal:
    """One representation per value, so that a row read back folds to the same bytes as one kept in memory."""
    return Decimal(plain(value))


_Book = dict[str, Position]
"""Positions of one account by instrument."""


def _read(records: Iterable[Record]) -> dict[str, _Book]:
    books: dict[str, _Book] = {}
    for account_id, instrument, quantity, cost, realised in records:
        books.setdefault(account_id, {})[instrument] = Position(
            quantity=quantity, cost=cost, realised=realised
        )
    return books


Traded = OrderFilled | UnmatchedFillAdopted
"""Fills that make positions; one that fits no order does so from when a person adopts it."""


def fold_fill(book: _Book, fill: Traded) -> None:
    """Apply a fill to the positions of its account."""
    base_fee = fill.fee if fill.fee_asset == fill.base_asset else ZERO
    before = book.get(fill.instrument_id, Position())
    book[fill.instrument_id] = apply_fill(before, fill.side, fill.quantity, fill.price, base_fee=base_fee)


class PositionsProjection:
    """Writes ``trading.positions``, and in ``trading.position_history`` what each fill made of one."""

    name = "trading.positions"
    version = 2
    tables = ("trading.positions", "trading.position_history")
    handles: frozenset[type[Event]] = frozenset({OrderFilled, UnmatchedFillAdopted})

    def __init__(self) -> None:
        self._cache: RowCache[_Book] = RowCache(SELECT_POSITIONS, _read)

    def forget(self) -> None:
        """See Projection."""
        self._cache.clear()

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        fills = [
            (recorded.position, recorded.event)
            for recorded in batch
            if isinstance(recorded.event, OrderFilled | UnmatchedFillAdopted)
            and recorded.event.settled is None  # the view of contracts has those
        ]
        if not fills:
            return []
        await self._cache.ensure(connection, {fill.account_id for _, fill in fills})
        changed: dict[tuple[str, str], int] = {}
        steps: list[Position] = []
        for position, fill in fills:
            book = self._cache.rows.setdefault(fill.account_id, {})
            fold_fill(book, fill)
            steps.append(book[fill.instrument_id])
            changed[fill.account_id, fill.instrument_id] = position
        await self._write_history(connection, fills, steps)
        return await self._write_positions(connection, changed)

    async def _write_history(
        self, connection: Connection, fills: Sequence[tuple[int, Traded]], steps: Sequence[Position]
    ) -> None:
        await connection.execute(
            INSERT_HISTORY,
            texts([fill.account_id for _, fill in fills]),
            texts([fill.instrument_id for _, fill in fills]),
            numbers([position for position, _ in fills]),
            numbers([step.quantity for step in steps]),
            numbers([step.cost for step in steps]),
            numbers([step.realised for step in steps]),
        )

    async def _write_positions(
        self, connection: Connection, changed: dict[tuple[str, str], int]
    ) -> list[ViewChange]:
        rows = [self._cache.rows[account_id][instrument] for account_id, instrument in changed]
        await connection.execute(
            UPSERT_POSITIONS,
            texts([account_id for account_id, _ in changed]),
            texts([instrument for _, instrument in changed]),
            numbers([row.quantity for row in rows]),
            numbers([row.cost for row in rows]),
            numbers([row.realised for row in rows]),
            numbers(changed.values()),
        )
        return [
            ViewChange(
                channel="positions",
                account_id=account_id,
                position=position,
                document=msgspec.Raw(msgspec.json.encode(position_document(account_id, instrument, row))),
            )
            for ((account_id, instrument), position), row in zip(changed.items(), rows, strict=True)
        ]
