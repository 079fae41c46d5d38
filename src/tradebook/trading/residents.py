"""Accounts at hand: loaded once, folded ahead of the journal, dropped when an append failed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from tradebook.journal.ports import Journal
from tradebook.journal.records import Appended, Snapshot, span_of
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.kernel.messages import Event
from tradebook.trading import model
from tradebook.trading.commands import TradingCommand
from tradebook.trading.events import stream_of
from tradebook.trading.model import Account

log = structlog.get_logger(__name__)

ACCOUNTS_MAX = 10_000
"""Accounts kept at hand; the least recently used idle ones go first."""
SNAPSHOT_EVENTS = 1_000
"""A snapshot is saved when an account has moved this many events since the last."""

RECALLED_MAX = 64
"""Forgotten orders that an account keeps in mind since a venue reported something of them."""


class Resident:
    """An account's state, ahead of the journal by the appends that are in flight."""

    __slots__ = ("account_id", "in_flight", "last", "recalled", "snapshot_version", "state", "version")

    def __init__(self, account_id: AccountId, state: Account, *, version: int, snapshot_version: int) -> None:
        self.account_id = account_id
        self.state = state
        self.version = version
        self.snapshot_version = snapshot_version
        self.in_flight = 0
        self.last: asyncio.Future[Appended] | None = None
        """The newest append: the state rests on it and on all before it."""
        self.recalled: dict[OrderId, Account] = {}
        """Orders that the state has forgotten, oldest first; or that there are none of that id."""

    def lacks(self, command: TradingCommand) -> OrderId | None:
        """The order that must be recalled before the command can be decided."""
        order_id = model.forgotten(command, self.state)
        return None if order_id in self.recalled else order_id

    def state_for(self, command: TradingCommand) -> Account:
        """What the command is decided on."""
        if not self.recalled:
            return self.state
        order_id = model.forgotten(command, self.state)
        past = self.recalled.get(order_id) if order_id is not None else None
        return (
            self.state if past is None or order_id is None else model.remembering(self.state, order_id, past)
        )

    def remember(self, order_id: OrderId, past: Account) -> None:
        """Keep a forgotten order in mind."""
        self.recalled.setdefault(order_id, past)
        if len(self.recalled) > RECALLED_MAX:
            del self.recalled[next(iter(self.recalled))]

    def fold(self, events: Sequence[Event]) -> None:
        """Take in events."""
        for event in events:
            self.state = model.evolve(self.state, event)
        if self.recalled:
            for event in events:
                past = self.recalled.get(getattr(event, "order_id", OrderId("")))
                if past is not None:
                    model.evolve(past, event)
        self.version += len(events)


class Residents:
    """The accounts of one writer."""

    def __init__(
        self, journal: Journal, *, accounts_max: int = ACCOUNTS_MAX, snapshot_events: int = SNAPSHOT_EVENTS
    ) -> None:
        self._journal = journal
        self._accounts_max = accounts_max
        self._snapshot_events = snapshot_events
        self._residents: dict[AccountId, Resident] = {}
        self._loading: dict[AccountId, asyncio.Task[None]] = {}
        self._saving: dict[AccountId, asyncio.Task[None]] = {}
        self.in_flight = 0
        """Appends on their way to the journal, of all accounts."""
        self.committed = 0
        """The newest position that an append has taken."""

    def at_hand(self, account_id: AccountId) -> Resident | None:
        """The account, if it needs no loading."""
        resident = self._residents.pop(account_id, None)
        if resident is None or _has_failed(resident.last):
            return None
        self._residents[account_id] = resident
        return resident

    async def fetch(self, account_id: AccountId) -> Resident:
        """The account, loaded where it must be; those who want it at the same time share the loading."""
        while (resident := self.at_hand(account_id)) is None:
            task = self._loading.get(account_id)
            if task is None:
                task = self._loading[account_id] = asyncio.create_task(self._load(account_id))
            await asyncio.shield(task)
        return resident

    def advance(self, resident: Resident, events: Sequence[Event], append: asyncio.Future[Appended]) -> None:
        """Fold events ahead that are on their way to the journal."""
        self.in_flight += 1
        resident.in_flight += 1
        resident.last = append
        append.add_done_callback(lambda done: self._arrived(resident, done))
        try:
            resident.fold(events)
        except BaseException:
            self._drop(resident)
            raise
        if resident.version - resident.snapshot_version >= self._snapshot_events:
            self._begin_snapshot(resident, append)

    async def recall(self, resident: Resident, order_id: OrderId) -> None:
        """Look an order up that the account has forgotten. Raises as the append in flight failed.

        What is in flight is awaited: the order may have been closed and forgotten by it. What comes later
        cannot be about the order, because whoever would decide that has to recall it first.
        """
        if resident.last is not None:
            await asyncio.shield(resident.last)
        stream = stream_of(resident.account_id)
        placed = await self._journal.find_command(order_id)
        before = 0  # bracket exits are placed by the fill of their entry
        if placed is not None:
            before = placed.version - (placed.last_position - placed.first_position + 1)
        events = await self._journal.events_mentioning(stream, order_id, after_version=before)
        resident.remember(order_id, model.recalled(order_id, events))

    async def close(self) -> None:
        """Wait for snapshots under way."""
        await asyncio.gather(*self._saving.values(), return_exceptions=True)

    def _arrived(self, resident: Resident, append: asyncio.Future[Appended]) -> None:
        self.in_flight -= 1
        resident.in_flight -= 1
        if _has_failed(append):
            self._drop(resident)
        else:
            self.committed = max(self.committed, append.result().last_position)

    def _drop(self, resident: Resident) -> None:
        if self._residents.get(resident.account_id) is resident:
            del self._residents[resident.account_id]

    async def _load(self, account_id: AccountId) -> None:
        stream = stream_of(account_id)
        try:
            snapshot = await self._journal.load_snapshot(stream, schema=model.SNAPSHOT_SCHEMA)
            version = snapshot_version = snapshot.version if snapshot else 0
            state = model.load(snapshot.data) if snapshot else model.initial()
            async for page in self._journal.load_events(stream, after_version=version):
                for event in page:
                    state = model.evolve(state, event)
                version += len(page)
        finally:
            del self._loading[account_id]
        self._make_room()
        self._residents[account_id] = Resident(
            account_id, state, version=version, snapshot_version=snapshot_version
        )

    def _make_room(self) -> None:
        if len(self._residents) >= self._accounts_max:
            idle = next((each for each in self._residents.values() if not each.in_flight), None)
            if idle is not None:
                self._drop(idle)

    def _begin_snapshot(self, resident: Resident, append: asyncio.Future[Appended]) -> None:
        """Take the state as it is now; it is saved once the append that it rests on is durable.

        One account at a time, the others at their next event: accounts that move in step would all be written
        down in one go, and nothing else would run meanwhile.
        """
        account_id = resident.account_id
        if self._saving:
            return
        is_kept = span_of(resident.version) > span_of(resident.snapshot_version)
        resident.snapshot_version = resident.version
        data = model.dump(resident.state)
        task = asyncio.create_task(self._save_snapshot(stream_of(account_id), data, append, is_kept))
        self._saving[account_id] = task
        task.add_done_callback(lambda _: self._saving.pop(account_id))

    async def _save_snapshot(
        self, stream: str, data: bytes, append: asyncio.Future[Appended], is_kept: bool
    ) -> None:
        """Save it to load from, and where ``is_kept`` for those who look back."""
        try:
            appended = await asyncio.shield(append)
            if appended.repeated:
                return
            snapshot = Snapshot(
                stream=stream,
                version=appended.version,
                position=appended.last_position,
                schema=model.SNAPSHOT_SCHEMA,
                data=data,
            )
            await self._journal.save_snapshot(snapshot)
            if is_kept:
                await self._journal.keep_snapshot(snapshot)
        except TradebookError as error:
            log.warning("snapshot_not_saved", stream=stream, reason=error.code)


def _has_failed(append: asyncio.Future[Appended] | None) -> bool:
    """Whether the append is known not to have recorded what was folded ahead."""
    if append is None or not append.done():
        return False
    return append.cancelled() or append.exception() is not None or append.result().repeated
