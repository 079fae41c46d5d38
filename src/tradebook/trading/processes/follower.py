"""Follows the journal for all process managers: one tail, one fold of the open orders, one snapshot.

On start the fold catches up with the head without acting on what is long past; each manager then recovers
from the state as it is, and from there on reacts to events. Reactions depend on the state after a batch and
are harmless when repeated, so nothing but the fold needs to be remembered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import msgspec
import structlog

from tradebook.journal.ports import Journal
from tradebook.journal.records import Recorded, Snapshot
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Unavailable
from tradebook.kernel.messages import Event
from tradebook.trading import metrics
from tradebook.trading.processes.holdings import Holdings
from tradebook.trading.processes.open_orders import OpenOrder, OpenOrders

log = structlog.get_logger(__name__)

SNAPSHOT_STREAM = "processes-open-orders"
SNAPSHOT_SCHEMA = 4
SNAPSHOT_EVERY = 50_000
"""Events between snapshots, at least; with very many open orders it is ten events for each."""
RETRY_DELAY_S = 0.5
SLICE = 64
"""Events taken in, or orders written down, in one turn of the loop."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """An event and the order it is about, as that stands after the whole batch."""

    event: Event
    order: OpenOrder
    command_id: str
    """Of the command that led to the event."""


class Manager(Protocol):
    """A part that acts on the state and on what changes it."""

    async def run(self) -> None:
        """What it does beside the journal, without end."""
        ...

    async def recover(self) -> None:
        """The state has caught up with the journal: take up what was left."""
        ...

    async def react(self, changes: Sequence[Change]) -> None:
        """The state has taken in a batch. Waiting here holds the tail back: that is the back-pressure."""
        ...


class _Saved(msgspec.Struct):
    holdings: msgspec.Raw
    orders: list[msgspec.Raw]


class JournalFollower:
    """Keeps ``orders`` and ``holdings`` up to date and tells the managers."""

    def __init__(
        self, journal: Journal, orders: OpenOrders, holdings: Holdings, *, clock: Clock, snapshot_every: int
    ) -> None:
        self._journal = journal
        self._orders = orders
        self._holdings = holdings
        self._clock = clock
        self._snapshot_every = snapshot_every
        self.position = 0
        """How far the fold has come."""
        self.reacted = 0
        """How far the managers have come."""
        self._saved_at = 0

    async def catch_up(self) -> None:
        """Fold everything up to the present head."""
        await self._load()
        head = await self._journal.head()
        while self.position < head.position:
            batch = await self._journal.read(after=self.position)
            self._fold(batch)
            await asyncio.sleep(0)

    async def follow(self, managers: Sequence[Manager]) -> None:
        """Tell the managers of everything that is committed from now on, without end."""
        self.reacted = self.position
        while True:
            try:
                async for batch in self._journal.tail(after=self.position):
                    metrics.count_events(recorded.event for recorded in batch)
                    for start in range(0, len(batch), SLICE):
                        await self._tell(managers, self._fold(batch[start : start + SLICE]))
            except Unavailable as error:
                log.warning("the journal cannot be followed now", code=error.code)
                await self._clock.sleep(RETRY_DELAY_S)

    async def _tell(self, managers: Sequence[Manager], changes: Sequence[Change]) -> None:
        for manager in managers if changes else ():
            await manager.react(changes)
        self.reacted = self.position
        if self.position - self._saved_at >= max(self._snapshot_every, 10 * len(self._orders)):
            await self._save()
        await asyncio.sleep(0)

    def _fold(self, batch: Sequence[Recorded]) -> list[Change]:
        changes: list[Change] = []
        for recorded in batch:
            event = recorded.event
            order = self._orders.fold(event)
            self._holdings.fold(event)
            if order is not None:
                changes.append(Change(event, order, recorded.metadata.command_id))
            self.position = recorded.position
        return changes

    async def _load(self) -> None:
        snapshot = await self._journal.load_snapshot(SNAPSHOT_STREAM, schema=SNAPSHOT_SCHEMA)
        if snapshot is None:
            return
        saved = msgspec.json.decode(snapshot.data, type=_Saved)
        self._holdings.load(saved.holdings)
        decoder = msgspec.json.Decoder(OpenOrder)
        for number, raw in enumerate(saved.orders):
            self._orders.restore(decoder.decode(raw))
            if number % SLICE == 0:
                await asyncio.sleep(0)
        self.position = self._saved_at = snapshot.position

    async def _save(self) -> None:
        """Write the fold down piece by piece: nothing folds meanwhile, and the loop stays free."""
        encoder = msgspec.json.Encoder()
        orders: list[msgspec.Raw] = []
        for number, order in enumerate([*self._orders.values(), *self._orders.unverified.values()]):
            orders.append(msgspec.Raw(encoder.encode(order)))
            if number % SLICE == 0:
                await asyncio.sleep(0)
        saved = _Saved(holdings=self._holdings.dump(), orders=orders)
        self._saved_at = self.position
        await self._journal.save_snapshot(
            Snapshot(
                stream=SNAPSHOT_STREAM,
                version=self.position,
                position=self.position,
                schema=SNAPSHOT_SCHEMA,
                data=encoder.encode(saved),
            )
        )
