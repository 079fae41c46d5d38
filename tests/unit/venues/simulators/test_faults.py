"""What goes wrong between a simulated venue and its clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from tests.support import virtual_time

from tradebook.market.values import MarketEvent
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    NoFaults,
    RequestFate,
    RequestFault,
    ScriptedFaults,
    SeededFaults,
)
from tradebook.venues.simulators.in_process import HELD_FRAMES_MAX, InProcessConnector, InProcessHttp
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

REQUEST = SimulatedRequest(method="GET", path="/", query="", headers={})


class Echo:
    """A venue that counts what it is asked, and says back what it hears."""

    def __init__(self) -> None:
        self.asked: list[SimulatedRequest] = []
        self.sessions: list[EchoSession] = []

    def take(self, events: Sequence[MarketEvent]) -> None:
        raise NotImplementedError

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        self.asked.append(request)
        return SimulatedAnswer(body=b"{}", headers={"X-Count": str(len(self.asked))})

    def open(self, path: str, send: Callable[[bytes], None]) -> StreamSession | None:
        if path != "/echo":
            return None
        self.sessions.append(EchoSession(send))
        return self.sessions[-1]


class EchoSession:
    """One client."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.say = send
        self.is_closed = False

    def received(self, frame: bytes) -> None:
        self.say(frame)

    def closed(self) -> None:
        self.is_closed = True


def scripted(fault: RequestFault, delay_s: float = 0) -> ScriptedFaults:
    return ScriptedFaults(requests=[RequestFate(fault=fault, delay_s=delay_s)])


@pytest.mark.parametrize(
    ("faults", "status", "asked"),
    [
        (NoFaults(), 200, 1),
        (scripted(RequestFault.LOST), 0, 0),
        (scripted(RequestFault.LATE, 3), 200, 1),
        (scripted(RequestFault.LATE, 30), 0, 1),
        (scripted(RequestFault.TWICE), 200, 2),
        (scripted(RequestFault.ANSWER_LOST), 0, 1),
        (scripted(RequestFault.ANSWER_LATE, 3), 200, 1),
        (scripted(RequestFault.ANSWER_LATE, 30), 0, 1),
        (scripted(RequestFault.FAILS_BEFORE), 502, 0),
        (scripted(RequestFault.FAILS_AFTER), 502, 1),
        (scripted(RequestFault.MAINTENANCE), 503, 0),
        (scripted(RequestFault.TOO_MANY), 429, 0),
        (scripted(RequestFault.BANNED), 418, 0),
    ],
)
def test_what_becomes_of_a_request(faults: ScriptedFaults, status: int, asked: int) -> None:
    async def round_() -> None:
        venue = Echo()
        http = InProcessHttp(venue, faults=faults, timeout_s=10)
        if status:
            answer = await http("GET", "http://venue.test/path?a=1", headers={"X-Key": "k"}, body=b"b")
            assert answer.status == status
            assert ("retry-after" in answer.headers) is (status in (418, 429))
        else:
            with pytest.raises(TimeoutError, match=r"venue\.test"):
                await http("GET", "http://venue.test/path?a=1")
        await asyncio.sleep(60)  # what was late has arrived by now, though nobody waits for it
        assert len(venue.asked) == asked

    virtual_time.run(round_())


def test_a_request_arrives_as_it_was_sent() -> None:
    async def round_() -> None:
        venue = Echo()
        answer = await InProcessHttp(venue)("POST", "http://v/p?a=%201", headers={"X-Key": "k"}, body=b"b")
        assert venue.asked == [
            SimulatedRequest(method="POST", path="/p", query="a=%201", headers={"x-key": "k"}, body=b"b")
        ]
        assert answer.headers == {"x-count": "1"}

    virtual_time.run(round_())


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (FrameFault.LOST, [b"2", b"3"]),
        (FrameFault.TWICE, [b"1", b"1", b"2", b"3"]),
        (FrameFault.LATE, [b"2", b"3", b"1"]),
        (FrameFault.CLOSED, []),
        (FrameFault.HALF_OPEN, []),
    ],
)
def test_what_becomes_of_a_frame(fault: FrameFault, heard: list[bytes]) -> None:
    async def round_() -> None:
        venue, frames = Echo(), list[bytes]()
        faults = ScriptedFaults(frames=[FrameFate(fault=fault, delay_s=1)])
        socket = await InProcessConnector(venue, faults=faults)("ws://v/echo", frames.append)
        for each in (b"1", b"2", b"3"):
            socket.send(each)
        await asyncio.sleep(5)
        assert frames == heard
        assert venue.sessions[0].is_closed is (fault is FrameFault.CLOSED)
        if fault is FrameFault.CLOSED:
            assert await socket.ended() == "the venue closed it"

    virtual_time.run(round_())


def test_a_socket_that_is_held_back_gives_everything_in_order_afterwards() -> None:
    async def round_() -> None:
        venue, frames = Echo(), list[bytes]()
        socket = await InProcessConnector(venue)("ws://v/echo", frames.append)
        socket.hold(back=True)
        for each in (b"1", b"2"):
            socket.send(each)
        await asyncio.sleep(1)
        assert frames == []
        socket.hold(back=False)
        socket.send(b"3")
        await asyncio.sleep(1)
        assert frames == [b"1", b"2", b"3"]
        socket.close()
        venue.sessions[0].say(b"4")
        assert await socket.ended() == "closed by us"
        assert frames[-1] == b"3"

    virtual_time.run(round_())


def test_a_client_that_does_not_read_is_cut_off() -> None:
    async def round_() -> None:
        venue = Echo()
        socket = await InProcessConnector(venue)("ws://v/echo", lambda _: None)
        socket.hold(back=True)
        for _ in range(HELD_FRAMES_MAX + 1):
            venue.sessions[0].say(b"more")
        assert await socket.ended() == "the venue closed it"

    virtual_time.run(round_())


def test_there_is_no_stream_at_a_strange_path() -> None:
    async def round_() -> None:
        with pytest.raises(ConnectionError, match="/nowhere"):
            await InProcessConnector(Echo())("ws://v/nowhere", lambda _: None)

    virtual_time.run(round_())


def test_a_connection_may_be_refused_some_times() -> None:
    async def round_() -> None:
        connector = InProcessConnector(Echo(), faults=ScriptedFaults(refusals=2))
        for _ in range(2):
            with pytest.raises(ConnectionError, match="/echo"):
                await connector("ws://v/echo", lambda _: None)
        assert (await connector("ws://v/echo", lambda _: None)).is_open

    virtual_time.run(round_())


def test_the_same_seed_gives_the_same_faults_and_every_kind_comes() -> None:
    def of_requests(seed: int) -> list[RequestFate]:
        faults = SeededFaults(seed, 0.5)
        return [faults.of_request(REQUEST) for _ in range(500)]

    def of_frames(seed: int) -> list[FrameFate]:
        faults = SeededFaults(seed, 0.5)
        return [faults.of_frame(b"") for _ in range(500)]

    assert of_requests(1) == of_requests(1) != of_requests(2)
    assert of_frames(1) == of_frames(1) != of_frames(2)
    assert {each.fault for each in of_requests(1)} == {None, *RequestFault} - {RequestFault.TWICE}
    assert {each.fault for each in of_frames(1)} == {None, *FrameFault}
    assert {SeededFaults(seed, 0.5).refuses("/") for seed in range(10)} == {True, False}


def test_faults_end_when_it_is_to_be_calm() -> None:
    faults = SeededFaults(1, 1)
    assert faults.of_request(REQUEST).fault is not None
    faults.is_calm = True
    assert faults.of_request(REQUEST).fault is None
    assert faults.of_frame(b"").fault is None
    assert not faults.refuses("/")


def test_a_script_can_mean_some_paths_and_some_frames_only() -> None:
    lost, silent = RequestFate(fault=RequestFault.LOST), FrameFate(fault=FrameFault.LOST)
    faults = ScriptedFaults(requests=[lost], frames=[silent], paths=["/order"], words=b"TRADE")
    assert faults.of_request(REQUEST).fault is None
    assert faults.of_frame(b"NEW").fault is None
    assert faults.of_frame(b"a TRADE") is silent
    meant = SimulatedRequest(method="GET", path="/order", query="", headers={})
    assert faults.of_request(meant) is lost
    assert faults.of_request(meant).fault is None
