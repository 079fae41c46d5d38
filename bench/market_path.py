"""The whole path in one process: frames from a socket are read, kept in step, cached and told to watchers."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bench import bare_pipeline
from bench.fanout import Anyone
from bench.live_path import LivePath, instrument_of
from bench.processes import serving
from bench.report import part
from bench.venue_frames import BEGIN, END, SYMBOLS, VenueFrames, mark
from bench.venue_in_memory import MemorySocket
from tradebook.bootstrap import garbage
from tradebook.identity.principal import Principal
from tradebook.market.data import LiveMarketData
from tradebook.market.values import MarketEvent
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.connections.sockets import Connector, FrameTaker
from tradebook.web.channels import parse_channel
from tradebook.web.outbox import Outbox

FRAMES = 300_000
ROUNDS = 3
WATCHERS = 100
WATCHED = 10
"""Instruments of which each watcher sees the quotes; of the first two also prints and books."""
UNIT = "messages/s"


async def run(rounds: int = ROUNDS, count: int = FRAMES) -> list[dict[str, Any]]:
    """Two parts of the report: from a real socket, and from memory."""
    made = VenueFrames()
    opening, frames = made.opening(), made.mixed(count)
    memory, socket = list[Arrivals](), list[Arrivals]()
    bare_memory, bare_socket = list[float](), list[float]()
    for _ in range(rounds):
        bare_memory.append(count / bare_pipeline.from_memory(frames))
        memory.append(await _from_memory(opening, frames))
        async with _sender(count) as port:
            bare_socket.append(count / await bare_pipeline.from_socket(port))
        async with _sender(count) as port:
            socket.append(await _from_socket(port))
    return [
        part(
            "path_from_socket",
            statistics.median(count / each.took_s for each in socket),
            UNIT,
            baseline_name="bare picows, msgspec and a dict, same socket",
            baseline=statistics.median(bare_socket),
            per_cpu_second=round(statistics.median(count / each.cpu_s for each in socket)),
            watchers=WATCHERS,
        ),
        part(
            "path_from_memory",
            statistics.median(count / each.took_s for each in memory),
            UNIT,
            baseline_name="msgspec and a dict",
            baseline=statistics.median(bare_memory),
            per_cpu_second=round(statistics.median(count / each.cpu_s for each in memory)),
            watchers=WATCHERS,
        ),
    ]


@asynccontextmanager
async def _sender(count: int) -> AsyncIterator[int]:
    async with serving("bench.venue_sender", str(count), "0") as sender:
        yield sender.port


class Arrivals:
    """A sink that notes how long it took from one mark to the other, and of the processor's time."""

    def __init__(self) -> None:
        self.data: LiveMarketData | None = None
        self.began_at = self.took_s = self.cpu_s = 0.0
        self.ended = asyncio.Event()

    def take(self, _: Sequence[MarketEvent]) -> None:
        """Implements ``Sink``."""
        assert self.data is not None
        if not self.began_at and self.data.quote(_BEGIN) is not None:
            self.began_at, self.cpu_s = time.perf_counter(), -time.process_time()
        if not self.took_s and self.data.quote(_END) is not None:
            self.took_s = time.perf_counter() - self.began_at
            self.cpu_s += time.process_time()
            self.ended.set()


_BEGIN, _END = instrument_of(BEGIN), instrument_of(END)


async def _from_socket(port: int) -> Arrivals:
    async with _watched_path(connect, url=f"http://127.0.0.1:{port}") as arrivals:
        await arrivals.ended.wait()
        return arrivals


async def _from_memory(opening: Sequence[bytes], frames: Sequence[bytes]) -> Arrivals:
    opened: asyncio.Queue[MemorySocket] = asyncio.Queue()

    async def connect_to_memory(url: str, take: FrameTaker) -> MemorySocket:
        del url
        socket = MemorySocket(take)
        opened.put_nowait(socket)
        return socket

    async with _watched_path(connect_to_memory) as arrivals:
        socket = await opened.get()
        await socket.say(opening)
        await asyncio.sleep(3)  # until the books of the marks were asked for too
        await socket.say([mark(BEGIN), *frames, mark(END)])
        await arrivals.ended.wait()
        return arrivals


@asynccontextmanager
async def _watched_path(connector: Connector, url: str | None = None) -> AsyncIterator[Arrivals]:
    arrivals = Arrivals()
    path = LivePath(connector, url=url, sinks=[arrivals])
    arrivals.data = path.data
    async with path.running(), garbage.kept_apart():
        for number in range(WATCHERS):
            await _watch(path, number)
        yield arrivals
        path.require_whole()


class _Watcher:
    """Implements ``Client``; what it is sent goes nowhere."""

    def __init__(self) -> None:
        self.outbox = Outbox(lambda _: None)
        self.principal: Principal | None = Anyone.principal

    def fall_behind(self) -> None:
        """It never does."""


async def _watch(path: LivePath, number: int) -> None:
    watcher = _Watcher()
    symbols = [SYMBOLS[(number + n) % len(SYMBOLS)] for n in range(WATCHED)]
    channels = [f"quotes:{instrument_of(each)}" for each in symbols]
    channels += [f"{kind}:{instrument_of(each)}" for each in symbols[:2] for kind in ("trades", "depth")]
    for each in channels:
        await path.hub.subscribe(watcher, parse_channel(each))
