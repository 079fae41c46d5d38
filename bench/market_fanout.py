"""20,000 messages a second from a venue; 1,000 watchers are told ten times a second of each instrument.

Four processes: this one, a sender, a server (``live``: Tradebook's own path, hub and sockets; ``bare``: the
baseline, which keeps the newest frame of each instrument and every 100 ms writes to each client what is new
of what it watches), and the watchers, who note how old each quote is when it arrives.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from typing import Any, ClassVar

import picows
import uvicorn
import uvloop

from bench import bare_pipeline
from bench.fanout import Anyone, announce
from bench.live_path import LivePath, instrument_of
from bench.processes import run_job, serving
from bench.report import part, percentile
from tradebook.bootstrap import garbage
from tradebook.venues.connections.picows_socket import connect
from tradebook.web.conflation import EVERY_S
from tradebook.web.sockets import text_frame, websocket_protocol
from tradebook.web.stream import StreamSocket

CLIENTS, WATCHED = 1_000, 5
MESSAGES_PER_S = 20_000
SECONDS, WARM_UP_S = 6.0, 5.0
"""The sender settles and the watchers connect meanwhile."""
LASTS_S = 18


async def run(clients: int = CLIENTS, rate: int = MESSAGES_PER_S) -> list[dict[str, Any]]:
    """One part of the report: deliveries a second, and how old they were."""
    bare = await _measure("bare", clients, rate)
    live = await _measure("live", clients, rate)
    ages = sorted(live["ages_ms"])
    return [
        part(
            "fanout_live",
            live["rate"],
            "deliveries/s",
            baseline_name="bare picows and msgspec, a write for each client every 100 ms",
            baseline=bare["rate"],
            p50_ms=round(percentile(ages, 0.50), 3),
            p99_ms=round(percentile(ages, 0.99), 3),
            bare_p99_ms=round(percentile(sorted(bare["ages_ms"]), 0.99), 3),
            updates_per_s_max=live["updates_per_s_max"],
            clients=clients,
            instruments_each=WATCHED,
            messages_per_s={"live": live["taken_per_s"], "bare": bare["taken_per_s"]},
            server_cpu_percent={"live": live["cpu_percent"], "bare": bare["cpu_percent"]},
        )
    ]


async def _measure(kind: str, clients: int, rate: int) -> dict[str, Any]:
    job = {"clients": clients, "watched": WATCHED, "warm_up_s": WARM_UP_S, "seconds": SECONDS}
    async with serving("bench.venue_sender", str(rate * LASTS_S), str(rate)) as sender:
        command = [sys.executable, "-m", "bench.market_fanout", kind, str(sender.port)]
        server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert server.stdout is not None
        try:
            port = int(await server.stdout.readline())
            seen = await run_job("bench.market_watchers", {**job, "port": port})
        finally:
            server.terminate()
            output, _ = await server.communicate()
    told: dict[str, Any] = json.loads(output)
    if seen["channels_heard"] < clients * WATCHED:
        raise ValueError(f"{seen['channels_heard']} of {clients * WATCHED} channels said anything")
    return {**seen, **told}


class Taken:
    """How many messages a server takes in a second, and what it costs, once the flow has begun."""

    FLOWS_FROM = 10_000

    def __init__(self) -> None:
        self.messages = 0
        self._began_at = self._last_at = 0.0
        self._began_cpu_s = 0.0

    def take(self, events: Sized) -> None:
        """Implements ``Sink``."""
        self.messages += len(events)
        self._last_at = time.monotonic()
        if not self._began_at and self.messages >= self.FLOWS_FROM:
            self._began_at, self._began_cpu_s = self._last_at, time.process_time()
            self.messages = 0

    def tell(self) -> None:
        """To the parent."""
        seconds = self._last_at - self._began_at
        cpu_s = time.process_time() - self._began_cpu_s
        told = {"taken_per_s": round(self.messages / seconds), "cpu_percent": round(100 * cpu_s / seconds)}
        print(json.dumps(told), flush=True)


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    return stop


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """They are ours."""
        yield


async def serve_live(venue_port: int) -> None:
    """The product's own parts under uvicorn."""
    stop, taken = _told_to_stop(), Taken()
    path = LivePath(connect, url=f"http://127.0.0.1:{venue_port}", sinks=[taken])

    async def no_http(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send

    sockets = websocket_protocol({"/v1/stream": lambda: StreamSocket(hub=path.hub, authenticator=Anyone())})
    server = _Server(uvicorn.Config(no_http, port=0, ws=sockets, lifespan="off", log_level="warning"))
    async with path.running(), garbage.kept_apart():
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
            await asyncio.sleep(0.01)
        announce(server.servers[0].sockets[0].getsockname()[1])
        await stop.wait()
        path.require_whole()
        taken.tell()
        serving.cancel()


class BareClient(picows.WSListener):
    """A client of the baseline, and what it watches."""

    clients: ClassVar[dict[picows.WSTransport, list[str]]] = {}

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        asked = json.loads(frame.get_payload_as_bytes())
        if asked["op"] == "subscribe":
            bases = [re.split("[:-]", each)[1] for each in asked["channels"]]
            self.clients[transport] = [f"{base}USDT" for base in bases]

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        self.clients.pop(transport, None)


async def serve_bare(venue_port: int) -> None:
    """The baseline."""
    stop, taken, pipeline = _told_to_stop(), Taken(), CountingPipeline()
    server = await picows.ws_create_server(lambda _: BareClient(), "127.0.0.1", 0)
    await bare_pipeline.connect(venue_port, pipeline)
    announce(server.sockets[0].getsockname()[1])
    while not stop.is_set():
        await asyncio.sleep(EVERY_S)
        taken.take(range(pipeline.taken_since()))
        frames = {symbol: text_frame(_message(data)) for symbol, data in pipeline.quotes_since().items()}
        for transport, symbols in BareClient.clients.items():
            told = [frames[each] for each in symbols if each in frames]
            if told:
                transport.underlying_transport.write(b"".join(told))
    taken.tell()


class CountingPipeline(bare_pipeline.BarePipeline):
    """Counts, and knows what is new."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0

    def take(self, frame: bytes) -> None:
        super().take(frame)
        self._taken += 1

    def taken_since(self) -> int:
        """Messages since this was last asked."""
        taken, self._taken = self._taken, 0
        return taken

    def quotes_since(self) -> dict[str, bare_pipeline.Data]:
        """The newest of each symbol that was quoted since this was last asked."""
        newest, self.newest = self.newest, {}
        return {symbol: data for (symbol, kind), data in newest.items() if kind == "bookTicker"}


def _message(data: bare_pipeline.Data) -> bytes:
    return (
        f'{{"channel":"quotes:{instrument_of(data.s)}","type":"change","position":"{data.u}","data":{{'
        f'"bid":"{data.b}","bid_size":"{data.B}","ask":"{data.a}","ask_size":"{data.A}","sequence":"{data.u}"}}}}'
    ).encode()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["live", port]:
            uvloop.run(serve_live(int(port)))
        case ["bare", port]:
            uvloop.run(serve_bare(int(port)))
        case _:
            print(json.dumps(asyncio.run(run())))
