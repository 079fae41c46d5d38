"""Streams are shared by who wants them, and a book is shown only while it is the venue's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from random import Random

import msgspec
from tests.support.streams import ENDPOINT, FakeNetwork, FakeSocket, FakeWords
from tests.support.virtual_time import VirtualClock, run

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, Level, MarketEvent, MarketStream
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.public_streams import PublicStreams
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import BookChange, MarketMessage, Refusal

BTC, ETH = InstrumentId("BTC-USDT.TEST"), InstrumentId("ETH-USDT.TEST")
CLOCK = VirtualClock()


def book(instrument_id: InstrumentId, sequence: int, *, is_snapshot: bool = True) -> BookUpdate:
    bids = (Level(price=Decimal(100), size=Decimal(sequence)),)
    return BookUpdate(
        instrument_id=instrument_id,
        bids=bids,
        asks=(),
        is_snapshot=is_snapshot,
        at=CLOCK.now(),
        sequence=sequence,
    )


class FakeMarket(FakeWords):
    """Frames are ``{"book": id, "first": n, "last": n}``, whole where there is no ``first``, or
    ``{"refused": [stream, …]}``; books are asked for as the test says.
    """

    name = "Test"
    silent_after_s: Mapping[MarketStream, float] = {}

    def __init__(self) -> None:
        self.asked: list[InstrumentId] = []
        self.refused: set[InstrumentId] = set()
        self.answers_in_s = 0.1
        self.begins_by_itself = False
        self.sequence = 10
        self.endpoint = ENDPOINT

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        return ()

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        if instrument_id not in (BTC, ETH):
            raise KeyError(instrument_id)
        return f"{instrument_id}@{stream}", self.endpoint

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage | Refusal]:
        read = json.loads(frame)
        if "refused" in read:
            return (Refusal(streams=tuple(read["refused"]), reason="no such stream"),)
        if "book" not in read:
            raise UndecodableFrame("test", "frame", "what is it?")
        is_whole = "first" not in read
        update = book(read["book"], int(read["last"]), is_snapshot=is_whole)
        return (BookChange(update=update, first=read.get("first", read["last"])),)

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate | None:
        self.asked.append(instrument_id)
        if self.begins_by_itself:
            return None
        await asyncio.sleep(self.answers_in_s)
        if instrument_id in self.refused:
            raise ConnectionError("no such symbol")
        return book(instrument_id, self.sequence)


class Streamed:
    """Streams under test, and what they gave."""

    def __init__(self, market: FakeMarket) -> None:
        self.network, self.market = FakeNetwork(), market
        self.given: list[MarketEvent] = []
        self.streams = PublicStreams(
            self.market,
            connector=self.network.connect,
            clock=CLOCK,
            chance=Random(1),
            give=self.given.extend,
        )

    @property
    def socket(self) -> FakeSocket:
        return self.network.sockets[-1]

    def change(self, instrument_id: InstrumentId, first: int, last: int) -> None:
        self.say({"book": instrument_id, "first": first, "last": last})

    def say(self, frame: object) -> None:
        for each in self.network.sockets:
            if not each.is_closed:
                each.say(json.dumps(frame).encode())

    @property
    def asked_for(self) -> list[tuple[str, list[str]]]:
        """What the last socket was sent."""
        return [(str(frame["ask"]), list(frame["streams"])) for _, frame in self.socket.sent]  # type: ignore[call-overload]  # a list by our own encoding

    @property
    def shown(self) -> list[tuple[int, bool]]:
        """Sequence of each book event, and whether it was the whole book (empty where nothing is known)."""
        return [(each.sequence, each.is_snapshot) for each in self.given if isinstance(each, BookUpdate)]


@asynccontextmanager
async def streamed(*wanted: InstrumentId, market: FakeMarket | None = None) -> AsyncIterator[Streamed]:
    it = Streamed(market or FakeMarket())
    for each in wanted:
        it.streams.want(each)
    task = asyncio.create_task(it.streams.run())
    await asyncio.sleep(1)
    yield it
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_stream_is_ended_when_the_last_one_stops_wanting_it() -> None:
    async def main() -> None:
        async with streamed(BTC, BTC) as it:
            assert len(it.socket.subscribed) == len(MarketStream)
            it.streams.unwant(BTC)
            await asyncio.sleep(2)
            assert len(it.socket.subscribed) == len(MarketStream)
            it.streams.unwant(BTC)
            await asyncio.sleep(2)
            assert it.socket.subscribed == []

    run(main())


def test_more_streams_than_a_connection_carries_get_another() -> None:
    async def main() -> None:
        async with streamed(BTC, ETH) as it:
            carried = sorted(len(each.subscribed) for each in it.network.sockets)
            assert carried == [2 * len(MarketStream) - ENDPOINT.streams_max, ENDPOINT.streams_max]

    run(main())


def test_a_quiet_book_is_asked_for_all_the_same() -> None:
    async def main() -> None:
        async with streamed(BTC) as it:
            await asyncio.sleep(3)
            assert it.market.asked == [BTC]
            assert it.shown == [(10, True)]
            it.change(BTC, 11, 12)
            assert it.shown[-1] == (12, False)

    run(main())


def test_a_snapshot_that_was_asked_for_before_the_connection_broke_is_not_believed() -> None:
    async def main() -> None:
        async with streamed(BTC) as it:
            it.market.answers_in_s = 1.5
            it.change(BTC, 9, 11)
            await asyncio.sleep(1)
            assert it.market.asked == [BTC]
            it.socket.close("the connection broke")
            await asyncio.sleep(1)
            assert it.shown == []
            await asyncio.sleep(6)
            assert it.market.asked == [BTC, BTC]
            assert it.shown == [(10, True)]

    run(main())


def test_what_is_wanted_no_more_before_anybody_looked_harms_nothing() -> None:
    async def main() -> None:
        async with streamed() as it:
            it.streams.want(BTC)
            it.streams.unwant(BTC)
            await asyncio.sleep(3)
            it.streams.want(ETH)
            await asyncio.sleep(5)
            assert it.shown == [(10, True)]

    run(main())


def test_one_book_that_is_never_answered_does_not_keep_the_others_waiting() -> None:
    async def main() -> None:
        async with streamed() as it:
            it.market.refused = {BTC}
            it.streams.want(BTC)
            it.streams.want(ETH)
            await asyncio.sleep(5)
            assert it.shown == [(10, True)]
            for n in range(11, 71):
                it.change(ETH, n, n)
                await asyncio.sleep(10)
            assert it.market.asked.count(ETH) == 1
            assert 5 < it.market.asked.count(BTC) < 40
            assert it.streams.health.last_problem == f"the book of {BTC}: no such symbol"

    run(main())


def test_a_frame_that_breaks_a_decoder_breaks_nothing_else() -> None:
    async def main() -> None:
        async with streamed(BTC) as it:
            await asyncio.sleep(3)
            it.socket.say(b'{"what": 1}')
            it.socket.say(b"not even JSON")
            it.change(BTC, 11, 11)
            assert it.shown[-1] == (11, False)
            assert it.streams.health.undecodable == 2
            assert len(it.network.sockets) == 1

    run(main())


BOOK, QUOTES, TRADES = (f"{BTC}@{each}" for each in ("book", "quotes", "trades"))


def test_a_refused_stream_is_told_and_asked_for_again_after_minutes_and_on_a_new_connection() -> None:
    async def main() -> None:
        async with streamed(BTC) as it:
            it.say({"refused": [TRADES]})
            health = it.streams.health
            assert health.refused == (f"{TRADES} (no such stream)",)
            assert it.asked_for == [("subscribe", [QUOTES, TRADES, BOOK])]
            for n in range(11, 17):
                await asyncio.sleep(51)
                it.change(BTC, n, n)
            assert it.asked_for[-1] == ("subscribe", [TRADES])
            assert not it.streams.health.refused
            it.say({"refused": [TRADES]})
            it.socket.close("the connection broke")
            await asyncio.sleep(3)
            assert not it.streams.health.refused
            assert it.asked_for[0] == ("subscribe", [QUOTES, TRADES, BOOK])

    run(main())


def test_of_streams_that_are_refused_together_each_is_asked_for_by_itself() -> None:
    async def main() -> None:
        async with streamed(BTC) as it:
            it.say({"refused": [QUOTES, TRADES, BOOK]})
            await asyncio.sleep(2)
            assert it.asked_for[1:] == [("subscribe", [each]) for each in (QUOTES, TRADES, BOOK)]
            assert not it.streams.health.refused
            it.say({"refused": [BOOK]})
            assert it.streams.health.refused == (f"{BOOK} (no such stream)",)

    run(main())


def test_a_refused_book_is_not_shown_from_a_snapshot_that_nothing_would_follow() -> None:
    async def main() -> None:
        async with streamed(BTC) as it:
            it.say({"refused": [BOOK]})
            await asyncio.sleep(60)
            assert it.market.asked == []
            assert it.shown == []

    run(main())


def test_a_stream_that_is_silent_is_asked_for_anew_and_told_until_it_speaks() -> None:
    async def main() -> None:
        market = FakeMarket()
        market.silent_after_s = {MarketStream.BOOK: 20.0}
        async with streamed(BTC, market=market) as it:
            for n in range(11, 16):
                await asyncio.sleep(10)
                it.change(BTC, n, n)
            assert not it.streams.health.silent
            await asyncio.sleep(27)
            assert it.streams.health.silent == (f"book of {BTC}",)
            assert it.asked_for[-2:] == [("unsubscribe", [BOOK]), ("subscribe", [BOOK])]
            asked = len(it.asked_for)
            await asyncio.sleep(10)
            assert len(it.asked_for) == asked
            it.change(BTC, 16, 16)
            assert not it.streams.health.silent

    run(main())


def test_what_is_not_read_for_now_is_not_silent() -> None:
    async def main() -> None:
        market = FakeMarket()
        market.silent_after_s = {MarketStream.QUOTES: 20.0}
        async with streamed(BTC, market=market) as it:
            it.streams.hold(back=True)
            await asyncio.sleep(100)
            assert not it.streams.health.silent

    run(main())


def test_a_book_that_begins_by_itself_is_streamed_anew_after_a_gap_and_not_over_and_over() -> None:
    async def main() -> None:
        market = FakeMarket()
        market.begins_by_itself = True
        async with streamed(BTC, market=market) as it:
            it.say({"book": BTC, "last": 5})
            await asyncio.sleep(5)
            assert it.market.asked == []
            for n in range(7, 27):  # the sixth is lost
                it.change(BTC, n, n)
                await asyncio.sleep(0.04)
            assert it.market.asked == [BTC]
            assert it.asked_for[1:] == [("unsubscribe", [BOOK]), ("subscribe", [BOOK])]
            assert it.shown == [(5, True), (5, True)]
            it.say({"book": BTC, "last": 40})
            it.change(BTC, 41, 41)
            await asyncio.sleep(10)
            assert it.shown[2:] == [(40, True), (41, False)]
            assert it.market.asked == [BTC]

    run(main())


def test_what_is_served_is_what_is_wanted_and_no_more_than_there_is_room_for() -> None:
    async def main() -> None:
        market = FakeMarket()
        async with streamed(market=market) as it:
            it.streams.serve([BTC, InstrumentId("NOBODY-LISTS.THIS")])
            assert set(it.streams.served) == {BTC}
            it.streams.serve([ETH, BTC])
            await asyncio.sleep(5)
            assert set(it.streams.served) == {ETH, BTC}
            assert len(it.network.sockets) == 2
            it.streams.serve([ETH])
            await asyncio.sleep(5)
            assert set(it.streams.served) == {ETH}
            open_ones = [each for each in it.network.sockets if not each.is_closed]
            carried = [name for each in open_ones for name in each.subscribed]
            assert len(carried) == len(MarketStream)

    run(main())


def test_where_the_connections_are_full_the_most_urgent_are_served_and_the_others_told() -> None:
    async def main() -> None:
        market = FakeMarket()
        market.endpoint = msgspec.structs.replace(ENDPOINT, connections_max=1)
        async with streamed(market=market) as it:
            it.streams.serve([ETH, BTC])
            await asyncio.sleep(2)
            assert set(it.streams.served) == {ETH}
            health = it.streams.health
            assert health.unserved == (BTC,)
            assert BTC in msgspec.structs.replace(health, instruments=2, books_out_of_step=0).problem()
            it.streams.serve([BTC])
            assert set(it.streams.served) == {BTC}
            assert it.streams.health.unserved == ()

    run(main())


def test_a_connection_that_carries_nothing_any_more_is_closed() -> None:
    async def main() -> None:
        async with streamed(BTC, ETH) as it:
            assert [each.is_closed for each in it.network.sockets] == [False, False]
            it.streams.unwant(ETH)
            await asyncio.sleep(5)
            assert [each.is_closed for each in it.network.sockets] == [False, True]
            it.streams.want(ETH)
            await asyncio.sleep(5)
            assert [each.is_closed for each in it.network.sockets] == [False, True, False]

    run(main())
