"""200 messages a second to each of 1,000 WebSocket subscribers, against bare picows without coalescing.

Three processes: this one, a server (``hub``: Tradebook's own stream; ``bare``: the baseline) that publishes
messages carrying their time, and the subscribers, who note how old each message is when it arrives.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import picows
import uvicorn
import uvloop

from bench.report import report
from tradebook.identity.principal import SCOPES_OF_ROLE, Principal, Role
from tradebook.kernel.ids import UserId
from tradebook.web.channels import Channel, Snapshot
from tradebook.web.hub import Hub
from tradebook.web.sockets import websocket_protocol
from tradebook.web.stream import StreamSocket

SUBSCRIBERS = 1_000
MESSAGES_PER_S = 200
SECONDS = 8
WARM_UP_S = 2
CHANNEL = "quotes:BTC-USDT.SIM"


class Anyone:
    """An authenticator for whom every token is good."""

    principal = Principal(
        actor="user:bench",
        user_id=UserId("bench"),
        role=Role.OWNER,
        scopes=SCOPES_OF_ROLE[Role.OWNER],
        parties=None,
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )

    def recall(self, _: str) -> Principal:
        return self.principal

    async def authenticate(self, _: str) -> Principal:
        return self.principal

    def admit(self, _: Principal) -> None:
        return


def quote(sequence: int) -> bytes:
    """A message of usual size that ends in the time of its publication."""
    return msgspec.json.encode(
        {
            "instrument": "BTC-USDT.SIM",
            "bid": "64120.50",
            "bid_size": "0.75",
            "ask": "64120.60",
            "ask_size": "1.2",
            "sequence": str(sequence),
            "at": f"{time.monotonic():020.9f}",
        }
    )


async def tick(publish: Any) -> None:
    """Call ``publish`` so many times a second, catching up when late."""
    began = time.monotonic()
    sequence = 0
    while True:
        due = int((time.monotonic() - began) * MESSAGES_PER_S)
        while sequence < due:
            sequence += 1
            publish(sequence)
        await asyncio.sleep(max(0.0, began + (sequence + 1) / MESSAGES_PER_S - time.monotonic()))


async def serve_hub() -> None:
    """The product's own sockets, hub and outboxes under uvicorn."""

    async def snapshot(_: Principal, __: Channel) -> Snapshot:
        return Snapshot(position=0, data=msgspec.Raw(b"null"))

    async def no_parties() -> dict[str, str]:
        return {}

    hub = Hub(snapshots={"quotes": snapshot}, parties_of_accounts=no_parties)

    async def no_http(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send

    sockets = websocket_protocol({"/v1/stream": lambda: StreamSocket(hub=hub, authenticator=Anyone())})
    config = uvicorn.Config(no_http, port=0, ws=sockets, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
        await asyncio.sleep(0.01)
    announce(server.servers[0].sockets[0].getsockname()[1])
    publishing = asyncio.create_task(tick(lambda n: hub.publish_latest(CHANNEL, n, quote(n))))
    await asyncio.wait([serving, publishing], return_when=asyncio.FIRST_COMPLETED)


class Bare(picows.WSListener):
    """A client of the baseline: the library's own send for each message."""

    clients: ClassVar[set[picows.WSTransport]] = set()

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if b"subscribe" in frame.get_payload_as_bytes():
            self.clients.add(transport)


async def serve_bare() -> None:
    """The baseline."""
    server = await picows.ws_create_server(lambda _: Bare(), "127.0.0.1", 0)
    announce(server.sockets[0].getsockname()[1])

    def publish(n: int) -> None:
        head = b'{"channel":"quotes:BTC-USDT.SIM","type":"change","position":"%d","data":' % n
        message = head + quote(n) + b"}"
        for transport in Bare.clients:
            transport.send(picows.WSMsgType.TEXT, message)

    await tick(publish)


def announce(port: int) -> None:
    """Tell the parent where to connect."""
    print(port, flush=True)


class Subscriber(picows.WSListener):
    """Notes the age of every message."""

    ages_s: ClassVar[list[float]] = []
    noting = False

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        transport.send(picows.WSMsgType.TEXT, b'{"op":"auth","token":"any"}')
        transport.send(picows.WSMsgType.TEXT, b'{"op":"subscribe","channels":["quotes:BTC-USDT.SIM"]}')

    def on_ws_frame(self, _: picows.WSTransport, frame: picows.WSFrame) -> None:
        if Subscriber.noting:
            payload = frame.get_payload_as_bytes()
            if payload.endswith(b'"}}'):
                Subscriber.ages_s.append(time.monotonic() - float(payload[-23:-3]))


async def subscribe(port: int) -> None:
    """All subscribers; prints what they saw."""
    url = f"ws://127.0.0.1:{port}/v1/stream"
    for start in range(0, SUBSCRIBERS, 50):
        await asyncio.gather(
            *(picows.ws_connect(Subscriber, url) for _ in range(start, min(start + 50, SUBSCRIBERS)))
        )
    await asyncio.sleep(WARM_UP_S)
    Subscriber.noting = True
    began = time.monotonic()
    await asyncio.sleep(SECONDS)
    Subscriber.noting = False
    ages = sorted(Subscriber.ages_s)
    sampled = ages[:: max(1, len(ages) // 10_000)]
    json.dump(
        {"rate": len(ages) / (time.monotonic() - began), "ages_ms": [s * 1000 for s in sampled]}, sys.stdout
    )


def measure(kind: str) -> dict[str, Any]:
    """Run one server with its subscribers."""
    server = subprocess.Popen([sys.executable, "-m", "bench.fanout", kind], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        command = [sys.executable, "-m", "bench.fanout", "subscribe", port]
        result: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    finally:
        server.kill()
        _, _, usage = os.wait4(server.pid, 0)
        server.returncode = 0
    return {**result, "cpu_s": round(usage.ru_utime + usage.ru_stime, 2)}


async def run() -> dict[str, Any]:
    """The benchmark's report: deliveries per second and how old they were."""
    bare = await asyncio.to_thread(measure, "bare")
    hub = await asyncio.to_thread(measure, "hub")
    return report(
        "fanout",
        hub["rate"],
        "deliveries/s",
        baseline_name="bare picows, a write for each message",
        baseline=bare["rate"],
        latencies_ms=hub["ages_ms"],
        subscribers=SUBSCRIBERS,
        messages_per_s=MESSAGES_PER_S,
        server_cpu_s={"hub": hub["cpu_s"], "bare": bare["cpu_s"]},
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hub"]:
            uvloop.run(serve_hub())
        case ["bare"]:
            uvloop.run(serve_bare())
        case ["subscribe", port]:
            uvloop.run(subscribe(int(port)))
        case _:
            print(json.dumps(asyncio.run(run())))
