"""The public streams of one market of a venue: who wants which, on which connection each is, books in step.

One set of connections serves everybody in this process. A stream is subscribed to when the first wants it and
ended when the last does not. A connection carries as many as the venue allows; then another is opened.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, MarketEvent, MarketStream, Quote, Trade
from tradebook.venues.connections.backoff import Backoff
from tradebook.venues.connections.books import BookInStep
from tradebook.venues.connections.connection import Connection
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.health import MarketHealth
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import BookChange

log = structlog.get_logger("tradebook.venues")

LOOK_AGAIN_S = 0.5
"""Where the next book is due later than that, others may become due before it."""
ASK_BOOK_AFTER_S = 2.0
"""How long after its subscription a book is asked for that no change has come of: nothing happens in it."""
STREAMS = tuple(MarketStream)
"""What whoever wants an instrument gets."""


class PublicStreams:
    """One market's streams; ``give`` gets what they say, in order."""

    def __init__(
        self,
        market: PublicMarket,
        *,
        connector: Connector,
        clock: Clock,
        chance: Random,
        give: Callable[[Sequence[MarketEvent]], None],
    ) -> None:
        self._market = market
        self._decode = market.decode
        self._connector = connector
        self._clock = clock
        self._chance = chance
        self._give = give
        self._wanted: Counter[InstrumentId] = Counter()
        self._connections: dict[Endpoint, list[Connection]] = {}
        self._carried_by: dict[str, Connection] = {}
        self._book_streams: dict[str, InstrumentId] = {}
        self._books: dict[InstrumentId, BookInStep] = {}
        self._to_ask: dict[InstrumentId, _Asking] = {}
        """Books whose snapshot is wanted."""
        self._has_to_ask = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._listed: Sequence[ListedInstrument] = ()
        self._undecodable = 0
        self._last_problem = ""

    @property
    def health(self) -> MarketHealth:
        """How its connections and books are."""
        return MarketHealth(
            name=self._market.name,
            connections=tuple(each.health for each in self._all_connections()),
            instruments=len(self._listed),
            books_out_of_step=sum(not book.is_in_step for book in self._books.values()),
            book_gaps=sum(book.gaps for book in self._books.values()),
            undecodable=self._undecodable,
            last_problem=self._last_problem,
        )

    async def wait_for_listing(self) -> Sequence[ListedInstrument]:
        """Ask what is listed, again and again until the venue says it."""
        backoff = Backoff(self._chance)
        while True:
            try:
                self._listed = await self._market.list_instruments()
            except (OSError, UndecodableFrame, VenueBusy) as error:
                self._last_problem = f"the list of instruments: {error}"
                log.warning("venue_lists_nothing", market=self._market.name, error=str(error))
                await self._clock.sleep(backoff.next_s())
            else:
                return self._listed

    def want(self, instrument_id: InstrumentId) -> None:
        """One more wants it. Raises KeyError where it is not listed."""
        streams = [self._market.stream_of(instrument_id, each) for each in STREAMS]
        self._wanted[instrument_id] += 1
        if self._wanted[instrument_id] > 1:
            return
        self._books[instrument_id] = BookInStep(instrument_id)
        self._book_streams[streams[STREAMS.index(MarketStream.BOOK)][0]] = instrument_id
        for name, endpoint in streams:
            self._carried_by[name] = connection = self._with_room(endpoint)
            connection.add([name])
        self._ask_for(instrument_id, in_s=ASK_BOOK_AFTER_S)

    def unwant(self, instrument_id: InstrumentId) -> None:
        """One less wants it."""
        self._wanted[instrument_id] -= 1
        if self._wanted[instrument_id] > 0:
            return
        del self._wanted[instrument_id], self._books[instrument_id]
        self._to_ask.pop(instrument_id, None)
        for stream in STREAMS:
            name, _ = self._market.stream_of(instrument_id, stream)
            self._book_streams.pop(name, None)
            self._carried_by.pop(name).remove([name])

    def hold(self, *, back: bool) -> None:
        """Read nothing for now, or read again: whoever takes our events has no room."""
        for each in self._all_connections():
            each.hold(back=back)

    async def run(self) -> None:
        """Keep the connections and the books, without end."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for each in self._all_connections():
                tasks.create_task(each.run())
            await self._ask_books()

    # --- connections

    def _all_connections(self) -> list[Connection]:
        return [each for shard in self._connections.values() for each in shard]

    def _with_room(self, endpoint: Endpoint) -> Connection:
        shard = self._connections.setdefault(endpoint, [])
        for each in shard:
            if each.room:
                return each
        made = Connection(
            f"{self._market.name} {len(self._all_connections()) + 1}",
            endpoint,
            self._market,
            connector=self._connector,
            clock=self._clock,
            backoff=Backoff(self._chance),
            take=self._take,
            opened=self._opened,
            lost=self._lost,
        )
        shard.append(made)
        if self._tasks is not None:
            self._tasks.create_task(made.run())
        return made

    def _opened(self, streams: Iterable[str]) -> None:
        for name in streams:
            instrument_id = self._book_streams.get(name)
            if instrument_id is not None:
                self._ask_for(instrument_id, in_s=ASK_BOOK_AFTER_S)

    def _lost(self, streams: Iterable[str]) -> None:
        """What broke off may have changed meanwhile: no book is believed until its next snapshot."""
        for name in streams:
            instrument_id = self._book_streams.get(name)
            if instrument_id is not None:
                self._to_ask.pop(instrument_id, None)
                self._give(self._books[instrument_id].lose(self._clock.now()))

    # --- what comes in

    def _take(self, frame: bytes, received_at: datetime) -> None:
        try:
            messages = self._decode(frame, received_at)
        except Exception as error:  # noqa: BLE001  # a defect of a decoder must not break the connection
            self._note_undecodable(error)
            return
        for message in messages:
            if isinstance(message, (Quote, Trade)):  # by far most are
                self._give((message,))
            elif isinstance(message, BookChange):
                self._take_change(message)
            elif isinstance(message, BookUpdate) and message.instrument_id in self._books:
                self._give(self._books[message.instrument_id].snapshot(message))

    def _note_undecodable(self, error: Exception) -> None:
        self._undecodable += 1
        self._last_problem = str(error) or type(error).__name__
        if self._undecodable.bit_count() == 1:  # the first, second, fourth, …: not a flood
            is_defect = not isinstance(error, UndecodableFrame)
            log.warning(
                "undecodable_frame",
                market=self._market.name,
                count=self._undecodable,
                error=str(error),
                exc_info=error if is_defect else None,
            )

    def _take_change(self, change: BookChange) -> None:
        book = self._books.get(change.update.instrument_id)
        if book is None:
            return  # on its way when the last stopped wanting it
        self._give(book.change(change))
        if not book.is_in_step:
            self._ask_for(change.update.instrument_id)

    # --- snapshots of books

    def _ask_for(self, instrument_id: InstrumentId, *, in_s: float = 0.0) -> None:
        """Sooner than it was going to be; what failed before waits on."""
        due_at = self._clock.now() + timedelta(seconds=in_s)
        asking = self._to_ask.get(instrument_id)
        if asking is None:
            self._to_ask[instrument_id] = _Asking(due_at, Backoff(self._chance))
        elif not asking.has_failed:
            asking.due_at = min(asking.due_at, due_at)
        self._has_to_ask.set()

    async def _ask_books(self) -> None:
        """One at a time: each costs much of what the venue allows. One that fails lets the others go."""
        while True:
            while not self._to_ask:  # what woke us may be wanted no more
                self._has_to_ask.clear()
                await self._has_to_ask.wait()
            instrument_id, asking = min(self._to_ask.items(), key=lambda item: item[1].due_at)
            wait_s = (asking.due_at - self._clock.now()).total_seconds()
            if wait_s > 0:
                await self._clock.sleep(min(wait_s, LOOK_AGAIN_S))
            elif self._is_to_be_asked(instrument_id):
                await self._ask_book(instrument_id, asking)
            else:
                del self._to_ask[instrument_id]

    def _is_to_be_asked(self, instrument_id: InstrumentId) -> bool:
        """What is in step needs nothing; what is not streamed now is asked for when it is again."""
        name, _ = self._market.stream_of(instrument_id, MarketStream.BOOK)
        return not self._books[instrument_id].is_in_step and self._carried_by[name].is_open

    async def _ask_book(self, instrument_id: InstrumentId, asking: _Asking) -> None:
        book = self._books[instrument_id]
        losses = book.losses
        try:
            snapshot = await self._market.ask_book(instrument_id)
        except (OSError, UndecodableFrame, VenueBusy) as error:
            self._last_problem = f"the book of {instrument_id}: {error}"
            asking.fails(self._clock.now())
            return
        if self._books.get(instrument_id) is not book or book.losses != losses:
            return  # nobody wants it any more, or its stream broke while it was asked for
        self._to_ask.pop(instrument_id, None)
        if snapshot is not None:
            self._give(book.snapshot(snapshot))
            return
        name, _ = self._market.stream_of(instrument_id, MarketStream.BOOK)
        self._carried_by[name].remove([name])
        self._carried_by[name].add([name])


class _Asking:
    """When a book is asked for."""

    def __init__(self, due_at: datetime, backoff: Backoff) -> None:
        self.due_at = due_at
        self.has_failed = False
        self._backoff = backoff

    def fails(self, now: datetime) -> None:
        self.has_failed = True
        self.due_at = now + timedelta(seconds=self._backoff.next_s())
