"""The live markets of venues as one source of market events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from random import Random

import msgspec
import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Instrument, MarketEvent
from tradebook.trading.ports import VenueHealth, VenueState
from tradebook.venues.connections.health import MarketHealth
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.connections.public_streams import PublicStreams
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument

log = structlog.get_logger("tradebook.venues")

LIST_EVERY_S = 900.0
"""Ticks and lots change, and instruments are listed and delisted, without anybody being told."""
WAITING_MAX, ROOM_AGAIN_BELOW = 20_000, 5_000
"""Events between sockets and the market's picture; with more of them the sockets are not read."""


class LiveMarket:
    """Implements ``MarketSource``. It lists and streams while ``run`` runs."""

    def __init__(
        self,
        markets: Sequence[PublicMarket],
        *,
        watched: Sequence[InstrumentId],
        run_id: str,
        clock: Clock,
        connector: Connector,
        chance: Random,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        """``watched`` is streamed from the start, as far as it is listed; ``close`` is called at the end."""
        self.run_id = run_id
        self._clock = clock
        self._watched = watched
        self._close = close
        self._known: dict[InstrumentId, Instrument] = {}
        self._waiting: list[MarketEvent] = []
        self._has_events = asyncio.Event()
        self._is_held_back = False
        self._streams = [
            PublicStreams(market, connector=connector, clock=clock, chance=chance, give=self._take)
            for market in markets
        ]

    def instruments(self) -> Sequence[Instrument]:
        """What is listed and watched, as far as the venues have told it yet."""
        return list(self._known.values())

    def standing(self) -> VenueHealth:
        """In a line: degraded where a connection is not open or a book is not in step."""
        problems = [problem for each in self.health if (problem := each.problem())]
        streams = sum(connection.streams for each in self.health for connection in each.connections)
        if problems:
            return VenueHealth(state=VenueState.DEGRADED, detail="; ".join(problems))
        return VenueHealth(state=VenueState.OK, detail=f"{streams} streams")

    @property
    def health(self) -> Sequence[MarketHealth]:
        """How each market's connections are."""
        return [each.health for each in self._streams]

    async def run(self, on_instruments: Callable[[Sequence[Instrument]], None]) -> None:
        """Keep the connections, and tell of instruments as they become known or change. Without end."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for each in self._streams:
                    tasks.create_task(each.run())
                    tasks.create_task(self._keep_listed(each, on_instruments))
        finally:
            await self._close()

    async def events(self) -> AsyncIterator[Sequence[MarketEvent]]:
        """What the streams say, in batches as large as have come together. Without end."""
        while True:
            await self._has_events.wait()
            self._has_events.clear()
            batch, self._waiting = self._waiting, []
            yield batch
            if self._is_held_back and len(self._waiting) < ROOM_AGAIN_BELOW:
                self._hold(back=False)

    def _take(self, events: Sequence[MarketEvent]) -> None:
        if not self._waiting:
            self._has_events.set()
        self._waiting.extend(events)
        if len(self._waiting) >= WAITING_MAX and not self._is_held_back:
            self._hold(back=True)

    def _hold(self, *, back: bool) -> None:
        self._is_held_back = back
        for each in self._streams:
            each.hold(back=back)

    async def _keep_listed(
        self, streams: PublicStreams, on_instruments: Callable[[Sequence[Instrument]], None]
    ) -> None:
        while True:
            listed = {each.instrument.instrument_id: each for each in await streams.wait_for_listing()}
            watched = [_instrument(listed[each]) for each in self._watched if each in listed]
            self._want_new(streams, watched)
            on_instruments(watched)
            await self._clock.sleep(LIST_EVERY_S)

    def _want_new(self, streams: PublicStreams, watched: Sequence[Instrument]) -> None:
        for each in watched:
            if each.instrument_id not in self._known:
                streams.want(each.instrument_id)
            self._known[each.instrument_id] = each


def _instrument(listed: ListedInstrument) -> Instrument:
    is_derivative = listed.kind is not InstrumentKind.SPOT
    return msgspec.structs.replace(listed.instrument, is_derivative=is_derivative)
