"""Accounts at hand: loaded once, folded ahead of the journal, dropped when an append failed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from tradebook.journal.ports import Journal
from tradebook.journal.records import Appended, Snapshot, span_of
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.kernel.messages import Event
from tradebook.trading import model
from tradebook.trading.events import stream_of
from tradebook.trading.model import Account

log = structlog.get_logger(__name__)

ACCOUNTS_MAX = 10_000
"""Accounts kept at hand; the least recently used idle ones go first."""
SNAPSHOT_EVENTS = 1_000
"""A snapshot is saved when an account has moved this many events since the last."""


class Resident:
    """An account's state, ahead of the journal by the appends that are in flight."""

    __slots__ = ("account_id", "in_flight", "last", "snapshot_version", "state", "version")

    def __init__(self, account_id: AccountId, state: Account, *, version: int, snapshot_version: int) -> None:
        self.account_id = account_id
        self.state = state
        self.version = version
        self.snapshot_version = snapshot_version
        self.in_flight = 0
        self.last: asyncio.Future[Appended] | None = None
        """The newest append: the state rests on it and on all before it."""


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
            for event in events:
                resident.state = model.evolve(resident.state, event)
        except BaseException:
            self._drop(resident)
            raise
        resident.version += len(events)
        if resident.version - resident.snapshot_version >= self._snapshot_events:
            self._begin_snapshot(resident, append)

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
