"""The view of contracts: what is open in each, what it has brought, how it is secured, and what was paid
between the sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

import msgspec

from tradebook.infra.arrays import numbers, texts, times
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, plain
from tradebook.trading.events import (
    FundingSettled,
    LeverageSet,
    OrderFilled,
    PositionBroughtForward,
    PositionClosedByVenue,
    UnmatchedFillAdopted,
)
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.trades import Traded
from tradebook.trading.orders import PositionSide, Settled
from tradebook.trading.views.cache import RowCache
from tradebook.trading.views.positions import PositionDocument

if TYPE_CHECKING:
    from asyncpg import Connection, Record

SELECT_POSITIONS = """
select account_id, instrument, position_side, settle_asset, quantity, cost, average_price, margin, realised
from trading.contract_positions where account_id = any($1::text[])
"""

UPSERT_POSITIONS = """
insert into trading.contract_positions (account_id, instrument, position_side, settle_asset, quantity, cost,
                                        average_price, margin, realised, last_position)
select * from unnest($1::text::text[], $2::text::text[], $3::text::text[], $4::text::text[],
                     $5::text::numeric[], $6::text::numeric[], $7::text::numeric[], $8::text::numeric[],
                     $9::text::numeric[], $10::text::bigint[])
on conflict (account_id, instrument, position_side) do update set
    quantity = excluded.quantity, cost = excluded.cost, average_price = excluded.average_price,
    margin = excluded.margin, realised = excluded.realised, last_position = excluded.last_position
"""

INSERT_HISTORY = """
insert into trading.contract_position_history (account_id, instrument, position_side, settle_asset, quantity,
                                               cost, average_price, margin, realised, position)
select * from unnest($1::text::text[], $2::text::text[], $3::text::text[], $4::text::text[],
                     $5::text::numeric[], $6::text::numeric[], $7::text::numeric[], $8::text::numeric[],
                     $9::text::numeric[], $10::text::bigint[])
"""

INSERT_LEVERAGES = """
insert into trading.leverages (position, account_id, instrument, leverage, mode)
select * from unnest($1::text::bigint[], $2::text::text[], $3::text::text[], $4::text::numeric[],
                     $5::text::text[])
"""

INSERT_FUNDINGS = """
insert into trading.fundings (position, account_id, instrument, funding_id, asset, amount, rate, at)
select * from unnest($1::text::bigint[], $2::text::text[], $3::text::text[], $4::text::text[],
                     $5::text::text[], $6::text::numeric[], $7::text::numeric[], $8::text::timestamptz[])
"""


class OpenContract(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position in a contract, in its settle asset."""

    instrument: str
    side: PositionSide
    asset: str
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    average_price: Decimal = ZERO
    margin: Decimal = ZERO
    realised: Decimal = ZERO

    @property
    def key(self) -> str:
        """Which position of its account it is."""
        return position_key(InstrumentId(self.instrument), self.side)


class _Step(NamedTuple):
    """A position after an event."""

    position: int
    account_id: str
    held: OpenContract


Moving = Traded | PositionBroughtForward | LeverageSet
"""What makes another position of one."""
_Book = dict[str, OpenContract]
"""Of one account, by position."""


def contract_document(account_id: str, held: OpenContract) -> PositionDocument:
    """The position in its wire form."""
    return PositionDocument(
        account_id=account_id,
        instrument=held.instrument,
        quantity=plain(held.quantity),
        average_entry_price=plain(held.average_price) if held.quantity else None,
        cost=plain(held.cost),
        realised_pnl=plain(held.realised),
        position_side=held.side,
        settle_asset=held.asset,
        margin=plain(held.margin),
    )


def open_contract(row: Record) -> OpenContract:
    """A row of the table."""
    return OpenContract(
        instrument=row["instrument"],
        side=PositionSide(row["position_side"]),
        asset=row["settle_asset"],
        quantity=row["quantity"],
        cost=row["cost"],
        average_price=row["average_price"],
        margin=row["margin"],
        realised=row["realised"],
    )


def _read(records: Iterable[Record]) -> dict[str, _Book]:
    books: dict[str, _Book] = {}
    for row in records:
        held = open_contract(row)
        books.setdefault(row["account_id"], {})[held.key] = held
    return books


class ContractsProjection:
    """Writes the open contracts and each of their steps, leverages and fundings."""

    name = "trading.contracts"
    version = 1
    tables = (
        "trading.contract_positions",
        "trading.contract_position_history",
        "trading.leverages",
        "trading.fundings",
    )
    handles: frozenset[type[Event]] = frozenset(
        {
            OrderFilled,
            UnmatchedFillAdopted,
            PositionBroughtForward,
            PositionClosedByVenue,
            FundingSettled,
            LeverageSet,
        }
    )

    def __init__(self) -> None:
        self._cache: RowCache[_Book] = RowCache(SELECT_POSITIONS, _read)

    def forget(self) -> None:
        """See Projection."""
        self._cache.clear()

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        moving = [
            (recorded.position, recorded.event) for recorded in batch if _moves_position(recorded.event)
        ]
        await self._cache.ensure(connection, {event.account_id for _, event in moving})
        steps = [step for position, event in moving for step in self._fold(position, event)]
        await _write_history(connection, steps)
        await _write_leverages(connection, batch)
        await _write_fundings(connection, batch)
        return await _write_positions(connection, steps)

    def _fold(self, position: int, event: Moving) -> list[_Step]:
        book = self._cache.rows.setdefault(event.account_id, {})
        if isinstance(event, LeverageSet):
            changed = {
                key: msgspec.structs.replace(book[key], margin=book[key].margin + more.amount)
                for key, more in event.margin.items()
            }
        else:
            assert event.settled is not None  # as _moves_position has seen
            key = position_key(event.instrument_id, event.position_side)
            changed = {key: _after(book.get(key), event, event.settled)}
        book.update(changed)
        return [_Step(position, event.account_id, held) for held in changed.values()]


def _moves_position(event: Event) -> TypeGuard[Moving]:
    if isinstance(event, OrderFilled | UnmatchedFillAdopted | PositionClosedByVenue):
        return event.settled is not None
    return isinstance(event, PositionBroughtForward | LeverageSet)


def _after(
    before: OpenContract | None, fill: Traded | PositionBroughtForward, settled: Settled
) -> OpenContract:
    held = before or OpenContract(instrument=fill.instrument_id, side=fill.position_side, asset=settled.asset)
    return msgspec.structs.replace(
        held,
        quantity=settled.quantity,
        cost=settled.cost,
        average_price=settled.average_price,
        margin=held.margin + settled.margin,
        realised=held.realised + settled.realised,
    )


def _columns(steps: Sequence[_Step]) -> tuple[str, ...]:
    return (
        texts([step.account_id for step in steps]),
        texts([step.held.instrument for step in steps]),
        texts([step.held.side for step in steps]),
        texts([step.held.asset for step in steps]),
        numbers([step.held.quantity for step in steps]),
        numbers([step.held.cost for step in steps]),
        numbers([step.held.average_price for step in steps]),
        numbers([step.held.margin for step in steps]),
        numbers([step.held.realised for step in steps]),
        numbers([step.position for step in steps]),
    )


async def _write_history(connection: Connection, steps: Sequence[_Step]) -> None:
    if steps:
        await connection.execute(INSERT_HISTORY, *_columns(steps))


async def _write_positions(connection: Connection, steps: Sequence[_Step]) -> list[ViewChange]:
    newest = {(step.account_id, step.held.instrument, step.held.side): step for step in steps}
    if newest:
        await connection.execute(UPSERT_POSITIONS, *_columns(list(newest.values())))
    return [
        ViewChange(
            channel="positions",
            account_id=step.account_id,
            position=step.position,
            document=msgspec.Raw(msgspec.json.encode(contract_document(step.account_id, step.held))),
        )
        for step in newest.values()
    ]


async def _write_leverages(connection: Connection, batch: Sequence[Recorded]) -> None:
    found = [(each.position, each.event) for each in batch if isinstance(each.event, LeverageSet)]
    if found:
        await connection.execute(
            INSERT_LEVERAGES,
            numbers([position for position, _ in found]),
            texts([event.account_id for _, event in found]),
            texts([event.instrument_id for _, event in found]),
            numbers([event.leverage for _, event in found]),
            texts([event.mode for _, event in found]),
        )


async def _write_fundings(connection: Connection, batch: Sequence[Recorded]) -> None:
    found = [(each.position, each.event) for each in batch if isinstance(each.event, FundingSettled)]
    if found:
        await connection.execute(
            INSERT_FUNDINGS,
            numbers([position for position, _ in found]),
            texts([event.account_id for _, event in found]),
            texts([event.instrument_id for _, event in found]),
            texts([event.funding_id for _, event in found]),
            texts([event.asset for _, event in found]),
            numbers([event.amount for _, event in found]),
            texts([None if event.rate is None else str(event.rate) for _, event in found]),
            times([event.at for _, event in found]),
        )
