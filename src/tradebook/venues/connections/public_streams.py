"""The public streams of one market of a venue: who wants which, on which connection each is, books in step.

One set of connections serves everybody in this process. A stream is subscribed to when the first wants it and
ended when the last does not. A connection carries as many as the venue allows; then another is opened.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from random import Random
from typing import cast

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, MarketEvent, MarketStream, Quote, Trade
from tradebook.venues.connections.backoff import Backoff
from tradebook.venues.connections.book_requests import BookRequests
from tradebook.venues.connections.books import BookInStep
from tradebook.venues.connections.connection import Connection
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.health import MarketHealth
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.connections.openings import PacedConnector
from tradebook.venues.connections.prints import Prints
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.connections.stream_care import StreamCare
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import BookChange, Refusal

log = structlog.get_logger("tradebook.venues")

ASK_BOOK_AFTER_S = 2.0
"""How long after its subscription a book is asked for that no change has come of: nothing happens in it."""
EXPECTED = (OSError, UndecodableFrame, VenueBusy)
"""What asking a venue may raise; anything else is a defect of ours."""
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
        self._connector = PacedConnector(connector, market.name, clock)
        self._clock = clock
        self._chance = chance
        self._give = give
        self._wanted: Counter[InstrumentId] = Counter()
        self._unserved: Sequence[InstrumentId] = ()
        self._names: dict[InstrumentId, Mapping[MarketStream, str]] = {}
        """What the venue calls the streams of what is wanted; it may be delisted meanwhile."""
        self._connections: dict[Endpoint, list[Connection]] = {}
        self._runs: dict[Connection, asyncio.Task[None]] = {}
        self._numbers = count(1)
        self._carried_by: dict[str, Connection] = {}
        self._care = StreamCare(market, clock, self._carried_by)
        self._heard_quotes, self._heard_trades, self._heard_book = (
            self._care.heard_of(each)
            for each in (MarketStream.QUOTES, MarketStream.TRADES, MarketStream.BOOK)
        )
        self._book_streams: dict[str, InstrumentId] = {}
        self._prints: dict[InstrumentId, Prints] = {}
        self._books: dict[InstrumentId, BookInStep] = {}
        self._book_requests = BookRequests(clock, chance)
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
            refused=self._care.refused,
            silent=self._care.silent,
            unserved=tuple(self._unserved),
            last_problem=self._last_problem,
        )

    async def wait_for_listing(self) -> Sequence[ListedInstrument]:
        """Ask what is listed, again and again until the venue says it."""
        backoff = Backoff(self._chance)
        while True:
            try:
                self._listed = await self._market.list_instruments()
            except Exception as error:  # whatever it is, other markets live on
                self._last_problem = f"the list of instruments: {error}"
                log.warning(
                    "venue_lists_nothing",
                    market=self._market.name,
                    error=str(error),
                    exc_info=None if isinstance(error, EXPECTED) else error,
                )
                await self._clock.sleep(backoff.next_s())
            else:
                return self._listed

    @property
    def served(self) -> Collection[InstrumentId]:
        """What is streamed, or will be as soon as the venue can be reached."""
        return self._wanted.keys()

    def serve(self, wanted: Sequence[InstrumentId]) -> None:
        """Stream what is listed of these and nothing else: of more than there is room for, the first."""
        listed = [each for each in wanted if self._is_listed(each)]
        kept = listed[: self._instruments_max(listed)]
        self._unserved = listed[len(kept) :]
        for each in set(self._wanted).difference(kept):
            del self._wanted[each]
            self._end(each)
        new = [each for each in kept if each not in self._wanted]
        self._wanted.update(new)
        self._begin(new)

    def want(self, instrument_id: InstrumentId) -> None:
        """One more wants it. Raises KeyError where it is not listed."""
        self._market.stream_of(instrument_id, MarketStream.QUOTES)
        self._wanted[instrument_id] += 1
        if self._wanted[instrument_id] == 1:
            self._begin([instrument_id])

    def unwant(self, instrument_id: InstrumentId) -> None:
        """One less wants it."""
        self._wanted[instrument_id] -= 1
        if self._wanted[instrument_id] <= 0:
            del self._wanted[instrument_id]
            self._end(instrument_id)

    def _begin(self, instruments: Sequence[InstrumentId]) -> None:
        """Those on one connection are asked for together: a venue counts what we say."""
        asked: dict[Connection, list[str]] = {}
        for instrument_id in instruments:
            self._books[instrument_id] = BookInStep(instrument_id)
            self._prints[instrument_id] = Prints()
            streams = {each: self._market.stream_of(instrument_id, each) for each in STREAMS}
            self._names[instrument_id] = {stream: name for stream, (name, _) in streams.items()}
            for stream, (name, endpoint) in streams.items():
                if stream is MarketStream.BOOK:
                    self._book_streams[name] = instrument_id
                self._care.begin(name, instrument_id, stream)
                self._carried_by[name] = connection = self._with_room(endpoint)
                connection.expect(name)
                asked.setdefault(connection, []).append(name)
            self._book_requests.want(instrument_id, in_s=ASK_BOOK_AFTER_S)
        for connection, names in asked.items():
            connection.add(names)

    def _end(self, instrument_id: InstrumentId) -> None:
        del self._books[instrument_id], self._prints[instrument_id]
        self._book_requests.drop(instrument_id)
        ended: dict[Connection, list[str]] = {}
        for name in self._names.pop(instrument_id).values():
            self._book_streams.pop(name, None)
            self._care.end(name)
            ended.setdefault(self._carried_by.pop(name), []).append(name)
        for connection, names in ended.items():
            connection.remove(names)
            if not connection.streams:
                self._retire(connection)

    def _is_listed(self, instrument_id: InstrumentId) -> bool:
        if instrument_id in self._wanted:
            return True
        try:
            self._market.stream_of(instrument_id, MarketStream.QUOTES)
        except KeyError:
            return False
        return True

    def _instruments_max(self, listed: Sequence[InstrumentId]) -> int:
        """For how many there is room on all the connections that we open."""
        if not listed:
            return 0
        of_each = Counter(self._market.stream_of(listed[0], each)[1] for each in STREAMS)
        return min(at.connections_max * at.streams_max // streams for at, streams in of_each.items())

    def hold(self, *, back: bool) -> None:
        """Read nothing for now, or read again: whoever takes our events has no room."""
        for each in self._all_connections():
            each.hold(back=back)

    async def run(self) -> None:
        """Keep the connections and the books, without end."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for each in self._all_connections():
                self._runs[each] = tasks.create_task(each.run())
            tasks.create_task(self._care.run())
            await self._book_requests.run(self._ask_book)

    # --- connections

    def _all_connections(self) -> list[Connection]:
        return [each for shard in self._connections.values() for each in shard]

    def _with_room(self, endpoint: Endpoint) -> Connection:
        shard = self._connections.setdefault(endpoint, [])
        for each in shard:
            if each.room:
                return each
        made = Connection(
            f"{self._market.name} {next(self._numbers)}",
            endpoint,
            self._market,
            connector=self._connector.to(endpoint),
            clock=self._clock,
            backoff=Backoff(self._chance),
            take=lambda frame, received_at: self._take(made, frame, received_at),
            opened=self._opened,
            lost=self._lost,
        )
        shard.append(made)
        if self._tasks is not None:
            self._runs[made] = self._tasks.create_task(made.run())
        return made

    def _retire(self, connection: Connection) -> None:
        """End a connection that carries nothing any more; the first of each kind stays for what comes."""
        shard = self._connections[connection.endpoint]
        if connection is shard[0]:
            return
        shard.remove(connection)
        run = self._runs.pop(connection, None)
        if run is not None:
            run.cancel()

    def _opened(self, streams: Iterable[str]) -> None:
        names = list(streams)
        self._care.opened(names)
        for instrument_id in self._books_of(names):
            self._book_requests.want(instrument_id, in_s=ASK_BOOK_AFTER_S)

    def _lost(self, streams: Iterable[str]) -> None:
        """What broke off may have changed meanwhile: no book is believed until its next snapshot."""
        for instrument_id in self._books_of(streams):
            self._book_requests.drop(instrument_id)
            self._give(self._books[instrument_id].lose(self._clock.now()))

    def _books_of(self, streams: Iterable[str]) -> list[InstrumentId]:
        return [self._book_streams[name] for name in streams if name in self._book_streams]

    # --- what comes in

    def _take(self, connection: Connection, frame: bytes, received_at: datetime) -> None:
        try:
            messages = self._decode(frame, received_at)
        except Exception as error:  # noqa: BLE001  # a defect of a decoder must not break the connection
            self._note_undecodable(error)
            return
        for message in messages:
            if type(message) is Quote:  # by far most are, and looking for these first costs least
                if self._heard_quotes(message.instrument_id, received_at):
                    self._give((message,))
            elif type(message) is Trade:
                self._take_prints(cast("Sequence[Trade]", messages), received_at)
                return
            elif isinstance(message, BookChange):
                self._take_change(message, received_at)
            elif isinstance(message, BookUpdate):
                if self._heard_book(message.instrument_id, received_at):
                    self._give(self._books[message.instrument_id].snapshot(message))
            elif isinstance(message, Refusal):
                self._last_problem = f"refused: {message.reason}"
                self._care.refuse(connection, message)

    def _take_prints(self, told: Sequence[Trade], received_at: datetime) -> None:
        instrument_id = told[0].instrument_id
        if self._heard_trades(instrument_id, received_at):
            self._give(self._prints[instrument_id].take(told))

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

    def _take_change(self, change: BookChange, received_at: datetime) -> None:
        instrument_id = change.update.instrument_id
        if not self._heard_book(instrument_id, received_at):
            return
        book = self._books[instrument_id]
        self._give(book.change(change))
        if not book.is_in_step:
            self._book_requests.want(instrument_id)
        elif change.update.is_snapshot:
            self._book_requests.drop(instrument_id)

    # --- books that are asked for

    async def _ask_book(self, instrument_id: InstrumentId) -> bool:
        """Whether nothing more is to be done for it now."""
        name = self._names[instrument_id][MarketStream.BOOK]
        book, connection = self._books[instrument_id], self._carried_by[name]
        if book.is_in_step or not connection.is_open or self._care.is_refused(name):
            return True  # what is not streamed now is asked for when it is again
        if not connection.has_asked:
            return False
        losses = book.losses
        try:
            snapshot = await self._market.ask_book(instrument_id)
        except Exception as error:  # noqa: BLE001  # a defect of a decoder must not end the market
            self._last_problem = f"the book of {instrument_id}: {error}"
            return False
        if self._books.get(instrument_id) is not book or book.losses != losses:
            return False  # nobody wants it any more, or its stream broke while it was asked for
        if snapshot is None:
            connection.ask_again([name])
            return False  # until it has come
        self._give(book.snapshot(snapshot))
        return True
