"""A load on ``/v1/trade`` at a constant rate, in a process of its own, that may watch for the fills.

Run as ``python -m bench.paced_load``; reads a JSON job from standard input and writes the result as JSON::

    rate             orders a second, sent when they are due whether or not earlier ones were answered; a time
                     counts from when the order was due, so that a stall of the server is not left out
    window           instead of a rate: so many orders unfilled at a time, each fill sends the next one
    templates        orders in rotation
    watch_fills      subscribe to ``orders`` on /v1/stream and time market orders until pushed as filled
    cancel_after_s   cancel orders that are still open after so long
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from typing import Any

import uvloop

from bench.order_templates import Requests
from bench.ws_client import WsClient, connect

TICK_S = 0.002
SETTLE_S_MAX = 10.0
CANCELS = 1_000_000_000
"""Ids of cancels begin here, those of orders below."""
FILLED = b'"status":"filled"'
CLIENT_ORDER_ID = b'"client_order_id":"'
ORDER_ID = b'"order_id":"'


class PacedLoad:
    """All connections of one job."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._requests = Requests(job["templates"], job["accounts"], job["run"])
        self._is_window = "window" in job
        self._fills = [job["watch_fills"] and each["type"] == "market" for each in job["templates"]]
        self._cancel_after_s: float | None = job.get("cancel_after_s")
        self._prefix = CLIENT_ORDER_ID + job["run"].encode() + b"-"
        self._clients: list[WsClient] = []
        self._sent = 0
        self._due_at: dict[int, float] = {}
        self._unanswered: dict[int, float] = {}
        self._to_cancel: deque[tuple[float, bytes]] = deque()
        self._cancels = 0
        self._measuring = (0.0, 0.0)
        self.answer_ms: list[float] = []
        self.fill_ms: list[float] = []
        self.filled = 0
        self.errors = 0
        self.sample_error = ""

    async def run(self) -> dict[str, Any]:
        """Connect, load, settle, report."""
        job = self._job
        port, token = job["port"], job["token"]
        stream = await self._watch(port, token) if job["watch_fills"] else None
        for _ in range(job["connections"]):
            self._clients.append(await connect(port, "/v1/trade", token, self._answered))
        began = time.perf_counter()
        self._measuring = (began + job["warm_up_s"], began + job["warm_up_s"] + job["seconds"])
        await self._send_until(self._measuring[1], began)
        settled_by = time.perf_counter() + SETTLE_S_MAX
        while (self._due_at or self._unanswered or self._to_cancel) and time.perf_counter() < settled_by:
            await asyncio.sleep(0.05)
            self._cancel_due(time.perf_counter())
        for client in (*self._clients, *([stream] if stream else [])):
            client.transport.disconnect()
        return {
            "sent": self._sent,
            "rate": self.filled / job["seconds"] if stream else len(self.answer_ms) / job["seconds"],
            "answer_ms": self.answer_ms,
            "fill_ms": self.fill_ms,
            "unfinished": len(self._due_at.keys() | self._unanswered.keys()),
            "errors": self.errors,
            "sample_error": self.sample_error,
        }

    async def _watch(self, port: int, token: str) -> WsClient:
        is_subscribed = asyncio.Event()

        def pushed(_: WsClient, messages: list[bytes]) -> None:
            is_subscribed.set()
            self._pushed(messages)

        stream = await connect(port, "/v1/stream", token, pushed)
        stream.send([b'{"op":"subscribe","channels":["orders"]}'])
        await asyncio.wait_for(is_subscribed.wait(), 10)
        await asyncio.sleep(0.5)
        return stream

    async def _send_until(self, end: float, began: float) -> None:
        if self._is_window:
            self._send([time.perf_counter()] * self._job["window"])
        rate = self._job.get("rate", 0)
        while (now := time.perf_counter()) < end:
            due = int((now - began) * rate)
            if due > self._sent and not self._is_window:
                self._send([began + n / rate for n in range(self._sent, due)])
            self._cancel_due(now)
            await asyncio.sleep(TICK_S)

    def _send(self, due_at: list[float]) -> None:
        """Send one order for each of the times, all connections taking turns."""
        messages: dict[WsClient, list[bytes]] = {client: [] for client in self._clients}
        for due in due_at:
            number = self._sent
            self._sent += 1
            self._unanswered[number] = due
            if self._fills[number % len(self._fills)]:
                self._due_at[number] = due
            messages[self._clients[number % len(self._clients)]].append(self._requests.place(number))
        for client, some in messages.items():
            if some:
                client.send(some)

    def _answered(self, _: WsClient, messages: list[bytes]) -> None:
        now = time.perf_counter()
        for message in messages:
            end = message.find(b",", 6)
            number = int(message[6:end])
            if number >= CANCELS:
                continue  # it may have been filled meanwhile: that is no error
            due = self._unanswered.pop(number)
            if message.startswith(b',"problem"', end):
                self.errors += 1
                self.sample_error = self.sample_error or message.decode()[:300]
                self._due_at.pop(number, None)
                continue
            if self._is_measured(due):
                self.answer_ms.append((now - due) * 1000)
            if self._cancel_after_s is not None and b'"type":"limit"' in message:
                self._to_cancel.append((now + self._cancel_after_s, _value_of(message, ORDER_ID)))

    def _pushed(self, messages: list[bytes]) -> None:
        now = time.perf_counter()
        finished = 0
        for message in messages:
            if FILLED not in message or self._prefix not in message or b'"type":"snapshot"' in message:
                continue
            at = message.find(self._prefix) + len(self._prefix)
            due = self._due_at.pop(int(message[at : at + 8]), None)
            if due is None:
                continue  # pushed again
            finished += 1
            if self._is_measured(due):
                self.fill_ms.append((now - due) * 1000)
            if self._is_measured(now):
                self.filled += 1
        if self._is_window and finished and now < self._measuring[1]:
            self._send([now] * finished)

    def _is_measured(self, moment: float) -> bool:
        return self._measuring[0] <= moment < self._measuring[1]

    def _cancel_due(self, now: float) -> None:
        while self._to_cancel and self._to_cancel[0][0] <= now:
            _, order_id = self._to_cancel.popleft()
            self._cancels += 1
            client = self._clients[self._cancels % len(self._clients)]
            client.send([self._requests.cancel(CANCELS + self._cancels, order_id)])


def _value_of(message: bytes, key: bytes) -> bytes:
    start = message.find(key) + len(key)
    return message[start : message.find(b'"', start)]


if __name__ == "__main__":
    json.dump(uvloop.run(PacedLoad(json.load(sys.stdin)).run()), sys.stdout)
