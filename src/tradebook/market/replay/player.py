"""Plays a tape: in real time, faster, or as fast as it goes; stops where it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import new_id
from tradebook.market.replay.tape import Tape
from tradebook.market.values import Instrument, MarketEvent

BATCH_MAX = 50


class TapePlayer:
    """Implements ``MarketSource``, with the buttons of a tape."""

    def __init__(
        self,
        tape: Tape,
        clock: Clock,
        on_time: Callable[[datetime], None],
        *,
        speed: float | None,
        paused: bool,
    ) -> None:
        """``speed`` of None is as fast as it goes. ``on_time`` is told the tape's time before its events."""
        self.run_id = new_id()
        self.played = 0
        self._has_ended = False
        self.now = tape.begins
        self._tape = tape
        self._events = tape.events()
        self._next = next(self._events, None)
        self._clock = clock
        self._on_time = on_time
        self._speed = speed
        self._until: datetime | None = None
        self._running = asyncio.Event()
        self._arrived = asyncio.Event()
        on_time(self.now)
        if not paused:
            self._running.set()

    @property
    def has_pace(self) -> bool:
        """Whether time passes between its events, as it did when they were recorded."""
        return self._speed is not None

    @property
    def total(self) -> int:
        """Events on the tape."""
        return self._tape.total

    @property
    def state(self) -> str:
        """``running``, ``paused`` or ``ended``."""
        if self._has_ended:
            return "ended"
        return "running" if self._running.is_set() else "paused"

    def instruments(self) -> Sequence[Instrument]:
        """What the tape carries."""
        return self._tape.instruments

    def pause(self) -> None:
        """Stop before the next event."""
        self._running.clear()

    def run(self) -> None:
        """Play on to the end."""
        self._until = None
        self._running.set()

    async def run_until(self, until: datetime) -> None:
        """Play everything up to and including ``until``, then stop; returns when it has been delivered."""
        self._until = until
        self._arrived.clear()
        self._running.set()
        await self._arrived.wait()

    async def events(self) -> AsyncIterator[Sequence[MarketEvent]]:
        """Batches in time order. A batch counts as delivered when the next one is asked for."""
        try:
            while self._next is not None:
                await self._running.wait()
                batch = self._next_batch()
                if not batch:
                    self._arrive()
                    continue
                await self._wait_for(batch[0].at)
                yield batch
                self.now = batch[-1].at
                self.played += len(batch)
        finally:
            self._has_ended = True
            self._arrive()

    def _next_batch(self) -> Sequence[MarketEvent]:
        """Events of one instant, or of many when time does not matter."""
        batch: list[MarketEvent] = []
        while (event := self._next) is not None and len(batch) < BATCH_MAX:
            if self._until is not None and event.at > self._until:
                break
            if self._speed is not None and batch and event.at != batch[0].at:
                break
            batch.append(event)
            self._next = next(self._events, None)
        return batch

    def _arrive(self) -> None:
        if self._until is not None:
            if self._until > self.now:
                self.now = self._until
                self._on_time(self._until)
            self._until = None
            self._running.clear()
        self._arrived.set()

    async def _wait_for(self, at: datetime) -> None:
        if self._speed is not None and at > self.now:
            await self._clock.sleep((at - self.now).total_seconds() / self._speed)
