"""A closed-loop HTTP/1.1 load generator in a process of its own: one request in flight per connection.

Run as ``python -m bench.http_load``; reads a JSON job from standard input and writes the result as JSON.
It speaks just enough HTTP to cost little beside the server that it shares the machine with.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import uvloop

from bench.order_templates import Requests

Request = bytes


class Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, notes the time, sends the next."""

    def __init__(self, requests: Iterator[Request], deadline: float, done: Callable[[], None]) -> None:
        self.requests = requests
        self.deadline = deadline
        self.done = done
        self.latencies_s: list[float] = []
        self.statuses: dict[str, int] = {}
        self.sample_error = ""
        self.received = b""
        self.awaiting = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        assert self.transport is not None
        now = time.perf_counter()
        if now >= self.deadline:
            self.transport.close()
            return
        self.awaiting = now
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.received += data
        head_end = self.received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self.received[:head_end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self.received) < head_end + 4 + length:
            return
        status = head[9:12].decode()
        self.statuses[status] = self.statuses.get(status, 0) + 1
        refused = self.received.count(b'"problem":{', head_end)
        if refused:
            self.statuses["problem"] = self.statuses.get("problem", 0) + refused
        if (status[0] != "2" or refused) and not self.sample_error:
            self.sample_error = self.received.decode(errors="replace")[:1000]
        self.received = b""
        self.latencies_s.append(time.perf_counter() - self.awaiting)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # a connection ends with its deadline or with the server
        self.done()


def http_request(method: str, path: str, token: str, body: bytes) -> Request:
    """One HTTP/1.1 request with a JSON body."""
    return (
        f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body


def numbered(
    template: dict[str, Any], accounts: list[str], run: str, path: str, token: str
) -> Iterator[Request]:
    """Requests that differ in client order id and go round the accounts."""
    n = 0
    while True:
        body = dict(template, client_order_id=f"{run}-{n:08d}", account_id=accounts[n % len(accounts)])
        yield http_request("POST", path, token, json.dumps(body).encode())
        n += 1


def batches(job: dict[str, Any]) -> Iterator[Request]:
    """Requests of ``batch`` orders each. What differs is put between bytes written once."""
    size = job["batch"]
    orders = Requests([job["template"]], job["accounts"], job["run"])
    n = 0
    while True:
        body = b"[" + b",".join(map(orders.order, range(n, n + size))) + b"]"
        yield http_request("POST", job["path"], job["token"], body)
        n += size


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Drive ``connections`` connections for ``seconds``."""
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    remaining = job["connections"]
    finished = loop.create_future()

    def done() -> None:
        nonlocal remaining
        remaining -= 1
        if not remaining and not finished.done():
            finished.set_result(None)

    what = (job["template"], job["accounts"], job["run"], job["path"], job["token"])
    requests = batches(job) if "batch" in job else numbered(*what)
    connections = []
    for _ in range(job["connections"]):
        protocol = Connection(requests, start + job["seconds"], done)
        connections.append(protocol)
        await loop.create_connection(lambda p=protocol: p, "127.0.0.1", job["port"])  # type: ignore[misc]  # bound early
    await asyncio.wait_for(finished, job["seconds"] + 30)
    elapsed = time.perf_counter() - start
    latencies = [s * 1000 for c in connections for s in c.latencies_s]
    statuses: dict[str, int] = {}
    for c in connections:
        for status, count in c.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return {
        "rate": len(latencies) / elapsed,
        "latencies_ms": latencies,
        "statuses": statuses,
        "sample_error": next((c.sample_error for c in connections if c.sample_error), ""),
    }


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
