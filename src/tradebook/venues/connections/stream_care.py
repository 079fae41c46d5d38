"""Streams that were asked for and do not come: told to people, and asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import MarketStream
from tradebook.venues.connections.connection import Connection
from tradebook.venues.connections.freshness import Freshness
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.connections.refusals import Refusals
from tradebook.venues.messages.market import Refusal

log = structlog.get_logger("tradebook.venues")

WATCH_EVERY_S = 5.0


class StreamCare:
    """Of one market; ``carried_by`` says which connection has a stream."""

    def __init__(self, market: PublicMarket, clock: Clock, carried_by: Mapping[str, Connection]) -> None:
        self._market = market
        self._clock = clock
        self._carried_by = carried_by
        self._streams: dict[str, tuple[InstrumentId, MarketStream]] = {}
        """What the venue calls them → what they are."""
        self._names: dict[tuple[InstrumentId, MarketStream], str] = {}
        """The other way round."""
        self._refused = Refusals()
        self._freshness = {each: Freshness(market.silent_after_s.get(each)) for each in MarketStream}

    @property
    def refused(self) -> tuple[str, ...]:
        """What the venue does not give us, with its reasons."""
        return self._refused.told

    @property
    def silent(self) -> tuple[str, ...]:
        """What nothing comes on although the venue was reminded."""
        return tuple(
            f"{stream} of {instrument_id}"
            for stream, freshness in self._freshness.items()
            for instrument_id in freshness.silent
        )

    def heard_of(self, stream: MarketStream) -> Callable[[InstrumentId, datetime], bool]:
        """What to call when a stream of this kind says something of an instrument: whether it is wanted."""
        return self._freshness[stream].heard

    def is_refused(self, name: str) -> bool:
        """Whether the venue does not give us the stream now."""
        return name in self._refused

    def begin(self, name: str, instrument_id: InstrumentId, stream: MarketStream) -> None:
        """It is wanted."""
        self._streams[name] = instrument_id, stream
        self._names[instrument_id, stream] = name
        self._asked(name)

    def end(self, name: str) -> None:
        """It is wanted no more."""
        instrument_id, stream = self._streams.pop(name)
        del self._names[instrument_id, stream]
        self._refused.forget(name)
        self._freshness[stream].end(instrument_id)

    def opened(self, names: Iterable[str]) -> None:
        """They are asked for on a new connection."""
        for name in names:
            self._asked(name)

    def refuse(self, connection: Connection, refusal: Refusal) -> None:
        """Of several streams that were asked for at once, each is asked for by itself before that."""
        names = [each for each in refusal.streams if self._carried_by.get(each) is connection]
        log.warning("venue_refuses_streams", market=self._market.name, streams=names, reason=refusal.reason)
        if len(names) > 1:
            connection.ask_each(names)
            return
        for name in names:
            self._refused.note(name, refusal.reason, self._clock.now())

    async def run(self) -> None:
        """Ask again for streams that are silent for too long, and at times for those that were refused."""
        while True:
            await self._clock.sleep(WATCH_EVERY_S)
            now = self._clock.now()
            for name in self._refused.due(now):
                self._asked(name)
                self._carried_by[name].ask_each([name])
            for stream, freshness in self._freshness.items():
                for instrument_id in freshness.overdue(now):
                    self._remind(instrument_id, stream, now)

    def _remind(self, instrument_id: InstrumentId, stream: MarketStream, now: datetime) -> None:
        name = self._names[instrument_id, stream]
        connection = self._carried_by[name]
        if name not in self._refused and connection.has_asked and not connection.is_held_back:
            self._freshness[stream].remind(instrument_id, now)
            connection.ask_again([name])

    def _asked(self, name: str) -> None:
        instrument_id, stream = self._streams[name]
        self._refused.forget(name)
        self._freshness[stream].begin(instrument_id, self._clock.now())
