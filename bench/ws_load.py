"""A closed-loop load on ``/v1/trade`` in a process of its own: so many requests in flight per connection.

Run as ``python -m bench.ws_load``; reads a JSON job from standard input and writes the result as JSON. Orders
are answered in any order; each answer sends the next one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

from bench.order_templates import Requests
from bench.ws_client import WsClient, connect

ANSWERED_WITHIN_S = 30.0


class Load:
    """All connections of one job."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._requests = Requests([job["template"]], job["accounts"], job["run"])
        self._orders_max = job.get("orders", sys.maxsize)
        self._sent = 0
        self._sent_at: dict[int, float] = {}
        self._ends_at = time.perf_counter() + job["seconds"]
        self._done = asyncio.get_running_loop().create_future()
        self.latencies_s: list[float] = []
        self.errors = 0
        self.sample_error = ""

    def send(self, client: WsClient, count: int) -> None:
        """Send so many orders, or none when the time is over."""
        now = time.perf_counter()
        if now >= self._ends_at:
            count = 0
        numbers = range(self._sent, min(self._sent + count, self._orders_max))
        self._sent = max(self._sent, numbers.stop)
        if numbers:
            client.send([self._requests.place(number) for number in numbers])
            self._sent_at.update(dict.fromkeys(numbers, now))
        elif not self._sent_at and not self._done.done():
            self._done.set_result(None)

    def answered(self, client: WsClient, messages: list[bytes]) -> None:
        """Note how long each took."""
        now = time.perf_counter()
        for message in messages:
            end = message.find(b",", 6)
            sent_at = self._sent_at.pop(int(message[6:end]))
            if message.startswith(b',"problem"', end):
                self.errors += 1
                self.sample_error = self.sample_error or message.decode()[:300]
            else:
                self.latencies_s.append(now - sent_at)
        self.send(client, len(messages))

    async def until_done(self, within_s: float) -> None:
        """Return once everything sent was answered."""
        await asyncio.wait_for(self._done, within_s)


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Drive ``connections`` with ``in_flight`` requests each, for ``seconds`` or so many orders."""
    load = Load(job)
    clients = [
        await connect(job["port"], job["path"], job["token"], load.answered)
        for _ in range(job["connections"])
    ]
    start = time.perf_counter()
    for client in clients:
        load.send(client, job["in_flight"])
    await load.until_done(job["seconds"] + ANSWERED_WITHIN_S)
    elapsed = time.perf_counter() - start
    for client in clients:
        client.transport.disconnect()
    return {
        "rate": len(load.latencies_s) / elapsed,
        "latencies_ms": [s * 1000 for s in load.latencies_s],
        "errors": load.errors,
        "sample_error": load.sample_error,
    }


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
