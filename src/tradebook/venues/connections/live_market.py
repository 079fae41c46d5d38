"""The live markets of venues as one source of market events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from random import Random
from typing import Protocol

import msgspec
import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.needs import Needs
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
LOOK_EVERY_S, GATHER_S = 1.0, 0.05
"""Needs are looked at so often, for some end by themselves; those that change together are served so."""


class Picture(Protocol):
    """What is seen of the market."""

    def add_instruments(self, instruments: Iterable[Instrument]) -> None:
        """They are listed, or their rules have changed."""
        ...

    def show(self, instruments: Collection[InstrumentId]) -> None:
        """These are there without being asked for."""
        ...

    def forget(self, instruments: Iterable[InstrumentId]) -> None:
        """Nobody streams these any more."""
        ...


class LiveMarket:
    """Implements ``MarketSource``. It lists and streams while ``run`` runs."""

    def __init__(
        self,
        markets: Sequence[PublicMarket],
        *,
        needs: Needs,
        run_id: str,
        clock: Clock,
        connector: Connector,
        chance: Random,
    ) -> None:
        """What is needed is streamed, as far as it is listed."""
        self.run_id = run_id
        self._clock = clock
        self._needs = needs
        self._served: frozenset[InstrumentId] = frozenset()
        self._let_go: frozenset[InstrumentId] = frozenset()
        """At the last look; what was on its way has come since."""
        self._waiting: list[MarketEvent] = []
        self._has_events = asyncio.Event()
        self._is_held_back = False
        self._streams = [
            PublicStreams(market, connector=connector, clock=clock, chance=chance, give=self._take)
            for market in markets
        ]

    def instruments(self) -> Sequence[Instrument]:
        """None before ``run`` has been told by the venues."""
        return ()

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

    async def run(self, picture: Picture) -> None:
        """Keep the connections, and tell of instruments as they become known or change. Without end."""
        async with asyncio.TaskGroup() as tasks:
            for each in self._streams:
                tasks.create_task(each.run())
                tasks.create_task(self._keep_listed(each, picture))
            tasks.create_task(self._serve(picture))

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

    async def _keep_listed(self, streams: PublicStreams, picture: Picture) -> None:
        while True:
            picture.add_instruments([_instrument(each) for each in await streams.wait_for_listing()])
            self._needs.nudge()
            await self._clock.sleep(LIST_EVERY_S)

    async def _serve(self, picture: Picture) -> None:
        while True:
            wanted = self._needs.wanted()
            for each in self._streams:
                each.serve(wanted)
            served = frozenset().union(*(each.served for each in self._streams))
            picture.forget(self._let_go - served)
            self._let_go, self._served = self._served - served, served
            picture.show(self._needs.desk())
            await self._needs.changed(within_s=LOOK_EVERY_S)
            await self._clock.sleep(GATHER_S)


def _instrument(listed: ListedInstrument) -> Instrument:
    is_derivative = listed.kind is not InstrumentKind.SPOT
    return msgspec.structs.replace(listed.instrument, is_derivative=is_derivative)
