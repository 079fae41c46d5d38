"""A connection comes back by itself, with everything that was subscribed to on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise
from random import Random

import msgspec
from tests.support.streams import ENDPOINT, FakeNetwork, FakeWords
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.connections.backoff import Backoff
from tradebook.venues.connections.connection import SILENT_AFTER_S, Connection
from tradebook.venues.connections.endpoint import Endpoint, Heartbeat
from tradebook.venues.connections.health import ConnectionState


class Kept:
    """A connection under test and what it told."""

    def __init__(self, endpoint: Endpoint = ENDPOINT) -> None:
        self.network = FakeNetwork()
        self.frames: list[bytes] = []
        self.opened: list[list[str]] = []
        self.lost: list[list[str]] = []
        self.connection = Connection(
            "venue 1",
            endpoint,
            FakeWords(),
            connector=self.network.connect,
            clock=VirtualClock(),
            backoff=Backoff(Random(1)),
            take=lambda frame, _: self.frames.append(frame),
            opened=lambda streams: self.opened.append(list(streams)),
            lost=self._lost,
        )

    def _lost(self, streams: Iterable[str]) -> None:
        self.lost.append(list(streams))


@asynccontextmanager
async def kept(*streams: str, endpoint: Endpoint = ENDPOINT) -> AsyncIterator[Kept]:
    """Running, with streams that were wanted before."""
    under_test = Kept(endpoint)
    under_test.connection.add(streams)
    task = asyncio.create_task(under_test.connection.run())
    await asyncio.sleep(1)
    yield under_test
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_what_was_wanted_before_and_after_it_opened_is_subscribed_to() -> None:
    async def main() -> None:
        async with kept("a", "b") as it:
            it.connection.add(["c"])
            it.connection.remove(["a"])
            await asyncio.sleep(2)
            assert it.network.sockets[0].subscribed == ["b", "c"]
            assert it.connection.room == 2

    run(main())


def test_a_broken_connection_is_made_again_with_all_its_streams_and_says_what_it_lost() -> None:
    async def main() -> None:
        async with kept("a", "b") as it:
            it.network.sockets[0].close("the connection broke")
            await asyncio.sleep(2)
            assert it.lost == [["a", "b"]]
            assert it.opened == [["a", "b"]] * 2
            assert it.network.sockets[1].subscribed == ["a", "b"]
            health = it.connection.health
            assert (health.state, health.losses) == (ConnectionState.OPEN, 1)
            assert health.last_problem == "the connection broke"

    run(main())


def test_who_is_refused_waits_longer_each_time() -> None:
    async def main() -> None:
        it = Kept()
        it.network.refuses = 12
        it.connection.add(["a"])
        task = asyncio.create_task(it.connection.run())
        await asyncio.sleep(600)
        waits = [later - earlier for earlier, later in pairwise(it.network.attempts[:13])]
        assert all(later > earlier for earlier, later in zip(waits[:5], waits[2:7], strict=True))
        assert max(waits) <= 61
        assert len(it.network.attempts) >= 13
        assert it.network.sockets[0].subscribed == ["a"]
        task.cancel()

    run(main())


def test_a_connection_that_breaks_at_once_every_time_is_not_hammered() -> None:
    async def main() -> None:
        async with kept("a") as it:
            for _ in range(200):
                it.network.sockets[-1].close()
                await asyncio.sleep(3)
            assert len(it.network.attempts) < 40

    run(main())


def test_a_silent_connection_is_given_up() -> None:
    async def main() -> None:
        async with kept("a") as it:
            for _ in range(10):
                await asyncio.sleep(SILENT_AFTER_S - 1)
                it.network.sockets[0].say(b"{}")
            assert len(it.network.sockets) == 1
            await asyncio.sleep(SILENT_AFTER_S + 3)
            assert it.network.sockets[0].is_closed
            assert len(it.network.sockets) == 2
            assert it.connection.health.last_problem == f"silent for {SILENT_AFTER_S:.0f} s"

    run(main())


def test_a_connection_that_we_do_not_read_or_that_carries_nothing_may_be_silent() -> None:
    async def main() -> None:
        async with kept() as it:
            await asyncio.sleep(10 * SILENT_AFTER_S)
            it.connection.add(["a"])
            it.connection.hold(back=True)
            await asyncio.sleep(10 * SILENT_AFTER_S)
            assert len(it.network.sockets) == 1
            assert it.network.sockets[0].is_held_back

    run(main())


def test_it_is_renewed_before_the_venue_ends_it() -> None:
    async def main() -> None:
        async with kept("a") as it:

            async def talk() -> None:
                while True:
                    it.network.sockets[-1].say(b"{}")
                    await asyncio.sleep(20)

            talking = asyncio.create_task(talk())
            await asyncio.sleep(23.7 * 3600)
            assert len(it.network.sockets) == 1
            await asyncio.sleep(0.29 * 3600)
            assert len(it.network.sockets) == 2
            talking.cancel()

    run(main())


def test_frames_of_subscription_are_as_few_and_as_slow_as_the_venue_wants() -> None:
    async def main() -> None:
        async with kept(*[f"s{n}" for n in range(730)]) as it:
            await asyncio.sleep(10)
            sent = it.network.sockets[0].sent
            assert len(it.network.sockets[0].subscribed) == 730
            assert len(sent) == 15
            times = [at for at, _ in sent]
            for n, at in enumerate(times):
                assert sum(at <= each < at + 1 for each in times[n:]) <= ENDPOINT.messages_per_s_max

    run(main())


BEATING = msgspec.structs.replace(
    ENDPOINT, heartbeat=Heartbeat(frame=b'{"op":"ping"}', every_s=20.0), streams_per_request_max=10
)


def test_a_venue_that_wants_heartbeats_gets_them_as_long_as_the_connection_is_open() -> None:
    async def main() -> None:
        async with kept("a", endpoint=BEATING) as it:
            await asyncio.sleep(100)
            times = [at for at, frame in it.network.sockets[0].sent if frame.get("op") == "ping"]
            assert [round(later - earlier) for earlier, later in pairwise(times)] == [20] * 4
            it.network.sockets[0].close()
            await asyncio.sleep(25)
            assert [frame.get("op") for _, frame in it.network.sockets[1].sent] == [None, "ping"]

    run(main())


def test_a_heartbeat_goes_before_the_many_requests_that_wait() -> None:
    async def main() -> None:
        many = [f"s{n}" for n in range(1500)]
        async with kept(*many, endpoint=BEATING) as it:
            await asyncio.sleep(21)
            beats = [at for at, frame in it.network.sockets[0].sent if frame.get("op") == "ping"]
            assert len(beats) == 1
            assert not it.connection.has_asked
            await asyncio.sleep(30)
            assert it.connection.has_asked

    run(main())


def test_a_request_asks_for_no_more_streams_than_the_venue_takes_in_one() -> None:
    async def main() -> None:
        async with kept(*[f"s{n}" for n in range(25)], endpoint=BEATING) as it:
            await asyncio.sleep(5)
            sizes = [len(frame["streams"]) for _, frame in it.network.sockets[0].sent]  # type: ignore[arg-type]  # a list by our own encoding
            assert sizes == [10, 10, 5]

    run(main())
