"""The view of accounts: who owns them, what they may do, and how their equity moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event
from tradebook.kernel.money import plain
from tradebook.trading.events import (
    AccountBegan,
    AccountEvent,
    AccountOpened,
    AccountStateChanged,
    DeadMansSwitchSet,
    EquityMarked,
    RiskLimitsSet,
)
from tradebook.trading.limits import AccountState, DeadMansSwitch, RiskLimits
from tradebook.trading.views.cache import RowCache

if TYPE_CHECKING:
    from asyncpg import Connection, Record

SELECT_ACCOUNTS = "select account_id, document from trading.accounts where account_id = any($1::text[])"

UPSERT_ACCOUNTS = """
insert into trading.accounts (account_id, party_id, opened_position, document, last_position)
select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
on conflict (account_id) do update set document = excluded.document, last_position = excluded.last_position
"""

INSERT_EQUITY_MARKS = """
insert into trading.equity_marks (position, account_id, at, day, day_open, equity, peak)
select * from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::date[],
                     $5::numeric[], $6::numeric[], $7::numeric[])
"""


class LimitsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Risk limits on the wire; null means that the limit is off."""

    max_order_notional: str | None
    max_position_notional: str | None
    price_collar: str | None
    daily_loss: str | None
    drawdown: str | None
    max_leverage: str | None
    orders_per_minute: int | None
    max_open_orders: int | None
    price_age_s_max: int
    allowed_instruments: tuple[str, ...]


class SwitchDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A dead man's switch that is on: the venue cancels all orders when it hears nothing of the server."""

    after_s: int
    when_stopped: bool
    """Also where the server is stopped on purpose."""


class EquityDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Equity in the account's base asset, as last journaled."""

    day: date
    day_open: str
    equity: str
    peak: str


class AccountDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An account on the wire."""

    account_id: str
    party_id: str
    name: str
    venue: str
    base_asset: str
    paper: bool
    state: AccountState
    state_reason: str
    limits: LimitsDocument
    equity: EquityDocument | None
    created_at: datetime
    updated_at: datetime
    dead_mans_switch: SwitchDocument | None = None
    """Null where it is off."""
    began_at: datetime | None = None
    """The venue's time from which the book follows it; null on paper, before the two were compared, and in a
    book that began before this was recorded."""


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def limits_document(limits: RiskLimits) -> LimitsDocument:
    """The limits in their wire form."""
    return LimitsDocument(
        max_order_notional=_plain(limits.max_order_notional),
        max_position_notional=_plain(limits.max_position_notional),
        price_collar=_plain(limits.price_collar),
        daily_loss=_plain(limits.daily_loss),
        drawdown=_plain(limits.drawdown),
        max_leverage=_plain(limits.max_leverage),
        orders_per_minute=limits.orders_per_minute,
        max_open_orders=limits.max_open_orders,
        price_age_s_max=limits.price_age_s_max,
        allowed_instruments=limits.allowed_instruments,
    )


def switch_document(switch: DeadMansSwitch | None) -> SwitchDocument | None:
    """The switch in its wire form."""
    if switch is None:
        return None
    return SwitchDocument(after_s=switch.after_s, when_stopped=switch.when_stopped)


def opened(event: AccountOpened) -> AccountDocument:
    """The document of an account that was just opened; its limits follow as an event of their own."""
    return AccountDocument(
        account_id=event.account_id,
        party_id=event.party_id,
        name=event.name,
        venue=event.venue,
        base_asset=event.base_asset,
        paper=event.paper,
        state=AccountState.ACTIVE,
        state_reason="",
        limits=limits_document(RiskLimits()),
        equity=None,
        created_at=event.at,
        updated_at=event.at,
    )


def evolve(document: AccountDocument, event: AccountEvent) -> AccountDocument:
    """The account's document after a later event."""
    changed = msgspec.structs.replace(document, updated_at=event.at)
    match event:
        case AccountStateChanged():
            return msgspec.structs.replace(changed, state=event.state, state_reason=event.reason)
        case AccountBegan():
            return msgspec.structs.replace(changed, began_at=event.at)
        case RiskLimitsSet():
            return msgspec.structs.replace(changed, limits=limits_document(event.limits))
        case DeadMansSwitchSet():
            return msgspec.structs.replace(changed, dead_mans_switch=switch_document(event.switch))
        case EquityMarked():
            equity = EquityDocument(
                day=event.day,
                day_open=plain(event.day_open),
                equity=plain(event.equity),
                peak=plain(event.peak),
            )
            return msgspec.structs.replace(changed, equity=equity)
        case _:
            return document


class _Row(msgspec.Struct):
    document: AccountDocument
    opened_position: int = 0
    """Only known, and only needed, when the row is new."""


_decoder = msgspec.json.Decoder(AccountDocument)
_encoder = msgspec.json.Encoder()


def _read(records: Iterable[Record]) -> dict[str, _Row]:
    return {account_id: _Row(_decoder.decode(document)) for account_id, document in records}


class AccountsProjection:
    """Writes ``trading.accounts`` and ``trading.equity_marks``."""

    name = "trading.accounts"
    version = 3
    tables = ("trading.accounts", "trading.equity_marks")
    handles: frozenset[type[Event]] = frozenset(
        {AccountOpened, AccountStateChanged, AccountBegan, RiskLimitsSet, DeadMansSwitchSet, EquityMarked}
    )

    def __init__(self) -> None:
        self._cache: RowCache[_Row] = RowCache(SELECT_ACCOUNTS, _read)

    def forget(self) -> None:
        """See Projection."""
        self._cache.clear()

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        facts = [
            (recorded.position, event)
            for recorded in batch
            if isinstance(event := recorded.event, AccountEvent)
        ]
        opened_here = {event.account_id for _, event in facts if isinstance(event, AccountOpened)}
        await self._cache.ensure(connection, {event.account_id for _, event in facts} - opened_here)
        changed: dict[str, int] = {}
        for position, event in facts:
            if isinstance(event, AccountOpened):
                self._cache.rows[event.account_id] = _Row(opened(event), position)
            else:
                row = self._cache.rows[event.account_id]
                row.document = evolve(row.document, event)
            changed[event.account_id] = position
        await self._write_marks(
            connection, [(position, event) for position, event in facts if isinstance(event, EquityMarked)]
        )
        return await self._write_accounts(connection, changed)

    async def _write_accounts(self, connection: Connection, changed: dict[str, int]) -> list[ViewChange]:
        rows = [self._cache.rows[account_id] for account_id in changed]
        texts = [_encoder.encode(row.document) for row in rows]
        await connection.execute(
            UPSERT_ACCOUNTS,
            list(changed),
            [row.document.party_id for row in rows],
            [row.opened_position for row in rows],
            [text.decode() for text in texts],
            list(changed.values()),
        )
        return [
            ViewChange(
                channel="accounts", account_id=account_id, position=position, document=msgspec.Raw(text)
            )
            for (account_id, position), text in zip(changed.items(), texts, strict=True)
        ]

    async def _write_marks(self, connection: Connection, marks: list[tuple[int, EquityMarked]]) -> None:
        if marks:
            await connection.execute(
                INSERT_EQUITY_MARKS,
                [position for position, _ in marks],
                [event.account_id for _, event in marks],
                [event.at for _, event in marks],
                [event.day for _, event in marks],
                [event.day_open for _, event in marks],
                [event.equity for _, event in marks],
                [event.peak for _, event in marks],
            )
